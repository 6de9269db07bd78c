import { stringify } from 'yaml';
import { ComposeError } from './compose-error.ts';
import type { Project, Service, Yaml, YamlMap } from './model.ts';
import { isMap } from './services.ts';

/** The project in its long form (docker compose config), keys in the order that compose-go has them in: that of their names. */
export function configText(project: Project): string {
  const used = new Set(project.services.flatMap(({ networks }) => [...networks.keys()]));
  const networks = [...project.networks.values()].filter(({ key }) => used.has(key));
  const volumes = [...project.volumes.values()];
  const named = (resources: typeof networks): YamlMap =>
    Object.fromEntries(sorted(resources.map((one) => [one.key, { ...one.source, name: one.name }])));
  const out: YamlMap = {
    name: project.name,
    services: Object.fromEntries(project.services.map((service) => [service.name, serviceYaml(service)])),
    ...(networks.length > 0 && { networks: named(networks) }),
    ...(volumes.length > 0 && { volumes: named(volumes) }),
  };
  return stringify(out, { indent: 2, lineWidth: 0, nullStr: 'null', singleQuote: false });
}

function serviceYaml(service: Service): YamlMap {
  const { build, command, entrypoint, environment, networks, ports, dependsOn, expose } = service;
  const values: Record<string, Yaml> = {
    ...service.source,
    command: command === undefined ? null : [...command],
    entrypoint: entrypoint === undefined ? null : [...entrypoint],
  };
  if (build !== undefined)
    values.build = {
      context: build.context,
      dockerfile: build.dockerfile || 'Dockerfile',
      ...(isMap(service.source.build) && { ...service.source.build, context: build.context }),
    };
  if (environment.size > 0) values.environment = Object.fromEntries(sorted([...environment]));
  delete values.env_file;
  if (networks.size > 0) {
    const given = service.source.networks;
    values.networks = Object.fromEntries(sorted([...networks.keys()].map((key) => [key, isMap(given) ? (given[key] ?? null) : null])));
  }
  if (dependsOn.size > 0) values.depends_on = Object.fromEntries(sorted([...dependsOn].map(([name, condition]) => [name, { condition }])));
  if (ports.length > 0) values.ports = ports.map(portYaml);
  if (expose.length > 0) values.expose = [...expose];
  if (service.volumes.length > 0) values.volumes = service.volumes.map(volumeYaml);
  if (service.labels.size > 0) values.labels = Object.fromEntries(sorted([...service.labels]));
  return Object.fromEntries(sorted(Object.entries(values)));
}

const sorted = <V>(entries: readonly [string, V][]): [string, V][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

function portYaml(port: string): YamlMap {
  const [, front, target, protocol] = /^(?:(.*):)?([\d-]+)(?:\/(\w+))?$/.exec(port) ?? [];
  if (target === undefined) throw new ComposeError(`invalid containerPort: ${port}`);
  const colon = front?.lastIndexOf(':') ?? -1;
  const ip = colon < 0 ? '' : (front as string).slice(0, colon);
  const published = front?.slice(colon + 1) ?? '';
  return {
    mode: 'ingress',
    ...(ip !== '' && { host_ip: ip }),
    target: Number(target),
    ...(published !== '' && { published }),
    protocol: protocol ?? 'tcp',
  };
}

function volumeYaml(volume: string): YamlMap {
  const [source = '', target, mode] = volume.split(':');
  if (target === undefined) return { type: 'volume', target: source, volume: {} };
  const bind = source.startsWith('/');
  return {
    type: bind ? 'bind' : 'volume',
    source,
    target,
    ...(mode === 'ro' && { read_only: true }),
    ...(bind ? { bind: { create_host_path: true } } : { volume: {} }),
  };
}
