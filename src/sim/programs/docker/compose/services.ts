// From the short and long forms of a service to one form (the Compose specification; compose-go's loader for the words of errors).

import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import { parseDuration } from '../../../docker/builder/instruction.ts';
import type { HealthConfig } from '../../../docker/image/image.ts';
import type { Process } from '../../../machine/process.ts';
import { ComposeError } from './compose-error.ts';
import { parseEnvFile, type Variables } from './interpolate.ts';
import type { BuildSection, Condition, Service, ServiceNetwork, Yaml, YamlMap } from './model.ts';

export const isMap = (value: Yaml | undefined): value is YamlMap => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Yaml | undefined): value is readonly Yaml[] => Array.isArray(value);
const textOf = (value: Yaml | undefined): string => (value === null || value === undefined ? '' : String(value));
const listOf = (value: Yaml | undefined): readonly Yaml[] => (isList(value) ? value : value === null || value === undefined ? [] : [value]);

/** Where relative paths begin, and what variables there are. */
export interface Place {
  readonly p: Process;
  readonly directory: string;
  readonly variables: Variables;
}

export function readService(name: string, source: YamlMap, place: Place): Service {
  const networkMode = source.network_mode === undefined ? undefined : textOf(source.network_mode);
  const { deploy } = source;
  const replicas = isMap(deploy) && typeof deploy.replicas === 'number' ? deploy.replicas : undefined;
  return {
    name,
    source,
    image: source.image === undefined ? undefined : textOf(source.image),
    build: buildOf(source.build, place.directory),
    containerName: source.container_name === undefined ? undefined : textOf(source.container_name),
    command: commandOf(source.command),
    entrypoint: commandOf(source.entrypoint),
    environment: environmentOf(source, place),
    ports: listOf(source.ports).map(portOf),
    expose: listOf(source.expose).map(textOf),
    networks: networkMode === undefined ? networksOf(source.networks) : new Map(),
    networkMode,
    dependsOn: dependenciesOf(source.depends_on),
    links: listOf(source.links).map(textOf),
    volumes: listOf(source.volumes).map((volume) => volumeOf(volume, place.directory)),
    restart: textOf(source.restart),
    healthcheck: healthOf(name, source.healthcheck),
    labels: pairsOf(source.labels),
    scale: typeof source.scale === 'number' ? source.scale : (replicas ?? 1),
    profiles: listOf(source.profiles).map(textOf),
    text: (key) => textOf(source[key]),
    list: (key) => {
      const value = source[key];
      return isMap(value) ? Object.entries(value).map(([one, other]) => `${one}:${textOf(other)}`) : listOf(value).map(textOf);
    },
    flag: (key) => source[key] === true,
  };
}

/** A path as the file's directory sees it. */
export function absolute(path: string, directory: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

function buildOf(value: Yaml | undefined, directory: string): BuildSection | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) return { context: absolute(textOf(value), directory), dockerfile: '', args: [], target: '' };
  return {
    context: absolute(textOf(value.context) || '.', directory),
    dockerfile: textOf(value.dockerfile),
    args: [...pairsOf(value.args)].map(([name, argument]) => `${name}=${argument}`),
    target: textOf(value.target),
  };
}

/** A text is split into words as a shell would (go-shellwords), without a shell. */
function commandOf(value: Yaml | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isList(value)) return value.map(textOf);
  const words = textOf(value).match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs) ?? [];
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double?: string, single?: string, plain?: string) =>
      double === undefined ? (single ?? plain ?? '') : double.replace(/\\(["\\$`])/g, '$1'),
    ),
  );
}

function environmentOf(source: YamlMap, { p, directory, variables }: Place): Map<string, string> {
  const out = new Map<string, string>();
  const add = (name: string, value: string | undefined): void => {
    const found = value ?? variables.get(name);
    if (found !== undefined) out.set(name, found);
  };
  for (const file of listOf(source.env_file)) {
    const path = absolute(textOf(isMap(file) ? file.path : file), directory);
    const data = p.machine.files.readFile(p, path);
    if (isError(data)) throw new ComposeError(`Failed to load ${path}: open ${path}: no such file or directory`, 14);
    for (const [name, value] of parseEnvFile(text(data), variables)) add(name, value);
  }
  const { environment } = source;
  if (isMap(environment)) for (const [name, value] of Object.entries(environment)) add(name, value === null ? undefined : textOf(value));
  else {
    for (const entry of listOf(environment).map(textOf)) {
      const equals = entry.indexOf('=');
      if (equals < 0) add(entry, undefined);
      else add(entry.slice(0, equals), entry.slice(equals + 1));
    }
  }
  return out;
}

/** As `-p` has it. */
function portOf(value: Yaml): string {
  if (!isMap(value)) return textOf(value);
  const [ip, host] = [textOf(value.host_ip), textOf(value.published)];
  const protocol = value.protocol === undefined ? '' : `/${textOf(value.protocol)}`;
  const front = ip !== '' ? `${ip}:${host}:` : host !== '' ? `${host}:` : '';
  return `${front}${textOf(value.target)}${protocol}`;
}

function networksOf(value: Yaml | undefined): Map<string, ServiceNetwork> {
  const none: ServiceNetwork = { aliases: [], ipv4: '', ipv6: '', priority: 0 };
  if (value === undefined || value === null) return new Map([['default', none]]);
  if (!isMap(value)) return new Map(listOf(value).map((key) => [textOf(key), none]));
  return new Map(
    Object.entries(value).map(([key, network]) => [
      key,
      isMap(network)
        ? {
            aliases: listOf(network.aliases).map(textOf),
            ipv4: textOf(network.ipv4_address),
            ipv6: textOf(network.ipv6_address),
            priority: Number(textOf(network.priority)),
          }
        : none,
    ]),
  );
}

function dependenciesOf(value: Yaml | undefined): Map<string, Condition> {
  if (!isMap(value)) return new Map(listOf(value).map((name) => [textOf(name), 'service_started']));
  return new Map(
    Object.entries(value).map(([name, how]) => [
      name,
      (isMap(how) ? textOf(how.condition) || 'service_started' : 'service_started') as Condition,
    ]),
  );
}

function volumeOf(value: Yaml, directory: string): string {
  if (!isMap(value)) {
    const [source = '', ...rest] = textOf(value).split(':');
    if (rest.length === 0) return source;
    const path = /^[./~]/.test(source) ? absolute(source.replace(/^~/, '/root'), directory) : source;
    return [path, ...rest].join(':');
  }
  const source = textOf(value.source);
  const path = textOf(value.type) === 'bind' ? absolute(source, directory) : source;
  const mode = value.read_only === true ? ':ro' : '';
  return path === '' ? textOf(value.target) : `${path}:${textOf(value.target)}${mode}`;
}

function healthOf(service: string, value: Yaml | undefined): HealthConfig | undefined {
  if (!isMap(value)) return undefined;
  if (value.disable === true) return { test: ['NONE'], intervalNs: 0, timeoutNs: 0, startPeriodNs: 0, retries: 0 };
  const duration = (key: string): number => {
    const given = textOf(value[key]);
    const ns = given === '' ? 0 : parseDuration(given);
    if (ns === undefined) throw new ComposeError(`services.${service}.healthcheck.${key} time: invalid duration ${JSON.stringify(given)}`);
    return ns;
  };
  const { test } = value;
  return {
    test: isList(test) ? test.map(textOf) : test === undefined ? [] : ['CMD-SHELL', textOf(test)],
    intervalNs: duration('interval'),
    timeoutNs: duration('timeout'),
    startPeriodNs: duration('start_period'),
    retries: Number(textOf(value.retries)),
  };
}

/** A map, or a list of NAME=VALUE. */
export function pairsOf(value: Yaml | undefined): Map<string, string> {
  if (isMap(value)) return new Map(Object.entries(value).map(([key, one]) => [key, textOf(one)]));
  return new Map(
    listOf(value).map((entry) => {
      const pair = textOf(entry);
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
