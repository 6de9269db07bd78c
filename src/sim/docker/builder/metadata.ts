// What the instructions that run nothing and copy nothing do to an image's config (builder/dockerfile/dispatchers.go).

import { parseSignal } from '../../machine/signal.ts';
import { invalid } from '../error.ts';
import type { HealthConfig, ImageConfig } from '../image/image.ts';
import { type Instruction, parseDuration } from './instruction.ts';

export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

/** A config while its Dockerfile is read. */
export interface Draft {
  config: ImageConfig;
  author: string;
  /** CMD was seen in this stage: an ENTRYPOINT after it leaves it alone. */
  cmdSet: boolean;
}

export type Expand = (word: string) => string;

export const shellOf = (config: ImageConfig): readonly string[] => config.shell ?? DEFAULT_SHELL;

/** A command as it is run: a shell's unless it was a JSON array. */
export const commandLine = ({ args, json }: Pick<Instruction, 'args' | 'json'>, config: ImageConfig): readonly string[] =>
  json ? args : [...shellOf(config), ...args];

/** As Go prints a list of strings with %q. */
const quoted = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;

/** Changes the draft; returns what the history says of it. Undefined for an instruction that is none of these. */
export function applyMetadata(draft: Draft, instruction: Instruction, expand: Expand): string | undefined {
  const { name, args, original } = instruction;
  const set = (changes: Partial<ImageConfig>): void => {
    draft.config = { ...draft.config, ...changes };
  };
  const { config } = draft;
  switch (name) {
    case 'CMD': {
      const cmd = commandLine(instruction, config);
      draft.cmdSet = draft.cmdSet || args.length > 0;
      set({ cmd });
      return `CMD ${quoted(cmd)}`;
    }
    case 'ENTRYPOINT': {
      const entrypoint = commandLine(instruction, config);
      set({ entrypoint, ...(draft.cmdSet ? {} : { cmd: undefined }) });
      return `ENTRYPOINT ${quoted(entrypoint)}`;
    }
    case 'ENV': {
      const pairs = pairsOf(args, expand);
      const env = new Map(config.env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair]));
      for (const [key, value] of pairs) env.set(key, `${key}=${value}`);
      set({ env: [...env.values()] });
      return `ENV ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`;
    }
    case 'LABEL': {
      const pairs = pairsOf(args, expand);
      set({ labels: new Map([...config.labels, ...pairs]) });
      return `LABEL ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`;
    }
    case 'EXPOSE': {
      const ports = args.map(expand).flatMap((word) => word.split(/\s+/).filter((port) => port !== ''));
      set({ exposedPorts: [...new Set([...config.exposedPorts, ...ports.flatMap(exposedPorts)])] });
      return `EXPOSE ${ports.join(' ')}`;
    }
    case 'USER': {
      const user = expand(args[0] as string);
      set({ user });
      return `USER ${user}`;
    }
    case 'VOLUME': {
      const volumes = args.map(expand);
      set({ volumes: [...new Set([...config.volumes, ...volumes])] });
      return `VOLUME [${volumes.join(' ')}]`;
    }
    case 'STOPSIGNAL': {
      const signal = expand(args[0] as string);
      if (parseSignal(signal) === undefined) throw invalid(`Invalid signal: ${signal}`);
      set({ stopSignal: signal });
      return `STOPSIGNAL ${signal}`;
    }
    case 'SHELL':
      set({ shell: args });
      return `SHELL [${args.join(' ')}]`;
    case 'MAINTAINER':
      draft.author = args[0] as string;
      return `MAINTAINER ${draft.author}`;
    case 'HEALTHCHECK': {
      const healthcheck = healthOf(instruction);
      set({ healthcheck });
      const { test, intervalNs, timeoutNs, startPeriodNs, retries } = healthcheck;
      const times = [intervalNs, timeoutNs, startPeriodNs].map((ns) => `"${goDuration(ns)}"`).join(' ');
      return `HEALTHCHECK &{${quoted(test)} ${times} '\\x${retries.toString(16).padStart(2, '0')}'}`;
    }
    case 'ONBUILD': {
      const trigger = original.replace(/^\s*ONBUILD\s*/i, '');
      set({ onBuild: [...config.onBuild, trigger] });
      return `ONBUILD ${trigger}`;
    }
    default:
      return undefined;
  }
}

function pairsOf(args: readonly string[], expand: Expand): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < args.length; i += 2) pairs.push([expand(args[i] as string), expand(args[i + 1] as string)]);
  return pairs;
}

/** `80`, `80-82/udp`, `8080:80` (whose host part is dropped) as the config has them. */
function exposedPorts(spec: string): string[] {
  const [range = '', protocol = 'tcp'] = (spec.split(':').at(-1) as string).split('/');
  const [first = '', last = first] = range.split('-');
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) throw invalid(`Invalid proto: ${protocol}`);
  const valid = (port: string): boolean => /^\d+$/.test(port) && Number(port) <= 65_535;
  if (!valid(first) || !valid(last) || Number(last) < Number(first)) throw invalid(`Invalid containerPort: ${range}`);
  const ports: string[] = [];
  for (let port = Number(first); port <= Number(last); port++) ports.push(`${port}/${protocol.toLowerCase()}`);
  return ports;
}

function healthOf({ args, json, options }: Instruction): HealthConfig {
  const [type, ...command] = args;
  const ns = (name: string): number => parseDuration(options.get(name) ?? '0') ?? 0;
  if (type === 'NONE') return { test: ['NONE'], intervalNs: 0, timeoutNs: 0, startPeriodNs: 0, retries: 0 };
  return {
    test: [json ? 'CMD' : 'CMD-SHELL', ...command],
    intervalNs: ns('interval'),
    timeoutNs: ns('timeout'),
    startPeriodNs: ns('start-period'),
    retries: Number(options.get('retries') ?? 0),
  };
}

/** As Go's time.Duration prints itself. */
function goDuration(ns: number): string {
  if (ns === 0) return '0s';
  if (ns < 1e9) return ns % 1e6 === 0 ? `${ns / 1e6}ms` : `${ns / 1e3}µs`;
  const seconds = ns / 1e9;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Number((seconds % 60).toFixed(9))];
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`;
}
