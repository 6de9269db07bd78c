import type { Container, Status } from '../sim/docker/container/container.ts';
import { formatAddress, formatPrefix } from '../sim/docker/network/ipam/prefix.ts';
import { containersOn, engineOf } from '../sim/lab/containers.ts';
import type { Machine } from '../sim/machine/machine.ts';

// What a check reads of a Docker engine: plain values in the words of `docker`. Reading changes nothing.

export interface ContainerView {
  /** Without a slash. */
  readonly name: string;
  /** 64 hex digits. */
  readonly id: string;
  /** As it was asked for: `nginx`. */
  readonly image: string;
  /** It has a process; also while it is paused. */
  readonly running: boolean;
  readonly status: Status;
  readonly exitCode: number;
  /** When it was last started, ms since 1970; undefined if it never was. */
  readonly startedMs: number | undefined;
  /** Of its first process, as the machine counts; 0 where it does not run. */
  readonly pid: number;
  readonly hostname: string;
  /** How often its restart policy has started it again. */
  readonly restartCount: number;
  /** Those that it is in, or will be in once it runs. */
  readonly networks: readonly ContainerNetworkView[];
  /** Where its ports are published now; one that was given no address is there for IPv4 and IPv6, `0.0.0.0` and `::`. */
  readonly ports: readonly PortView[];
  /** The environment of its first process, links' variables included; where it does not run, what it was given. */
  readonly env: Readonly<Record<string, string>>;
  /** `bridge`, `host`, `none`, `container:ID`, or a network's name. */
  readonly networkMode: string;
}

export interface ContainerNetworkView {
  readonly name: string;
  /** undefined while it does not run, and in networks without addresses. */
  readonly ip: string | undefined;
  readonly mac: string | undefined;
  /** Names besides its own that it has there. */
  readonly aliases: readonly string[];
}

export interface PortView {
  readonly hostIp: string;
  readonly hostPort: number;
  /** The container's. */
  readonly port: number;
  readonly protocol: string;
}

/** A network of Docker's. */
export interface DockerNetworkView {
  readonly name: string;
  readonly id: string;
  readonly driver: string;
  /** IPv4, `172.17.0.0/16`; undefined for `host` and `none`. */
  readonly subnet: string | undefined;
  readonly gateway: string | undefined;
  readonly internal: boolean;
  /** The device on the host; undefined for networks that are no bridge. */
  readonly bridge: string | undefined;
  /** Names of the containers in it that run. */
  readonly containers: readonly string[];
}

export interface ImageView {
  /** 64 hex digits. */
  readonly id: string;
  /** `nginx:latest`; none for an image without a name. */
  readonly names: readonly string[];
}

/** By name, or the beginning of its id. */
export function findContainer(machine: Machine, name: string): Container | undefined {
  const all = containersOn(machine);
  return all.find((container) => container.name === name) ?? all.find(({ id }) => name.length >= 4 && id.startsWith(name));
}

/** All, stopped ones too, in the order in which they were made; none where no dockerd runs. */
export const containersOf = (machine: Machine): ContainerView[] => containersOn(machine).map(containerView);

export function containerView(container: Container): ContainerView {
  const { spec, endpoints, startedMs, process, sandbox } = container;
  return {
    name: container.name,
    id: container.id,
    image: container.imageName,
    running: container.isRunning,
    status: container.status,
    exitCode: container.exitCode,
    startedMs: Number.isFinite(startedMs) ? startedMs : undefined,
    pid: process?.task.id.global ?? 0,
    hostname: spec.hostname,
    restartCount: container.restartCount,
    networks: [...container.networks].map(([name, { aliases }]) => {
      const endpoint = endpoints.get(name);
      return {
        name,
        ip: endpoint?.ipv4Text || undefined,
        mac: endpoint?.macText || undefined,
        aliases: endpoint?.spec.aliases ?? aliases,
      };
    }),
    ports: (sandbox?.gateway?.cable?.ports.mappings ?? []).map(({ hostIp, hostPort, port, protocol }) => ({
      ...{ hostIp, hostPort, port, protocol },
    })),
    env: process === undefined ? Object.fromEntries(spec.env.map(pair)) : Object.fromEntries(process.task.env),
    networkMode: container.networkMode,
  };
}

export function dockerNetworksOf(machine: Machine): DockerNetworkView[] {
  const engine = engineOf(machine);
  if (engine === undefined) return [];
  return engine.networks.all.map(({ name, id, driver, internal, v4, bridge }) => ({
    ...{ name, id, driver, internal },
    subnet: v4 && formatPrefix(v4.pool.prefix),
    gateway: v4 && formatAddress(v4.gateway, false),
    bridge: bridge?.config.bridgeName,
    containers: engine.containers.all.filter(({ endpoints }) => endpoints.has(name)).map((container) => container.name),
  }));
}

export function imagesOf(machine: Machine): ImageView[] {
  const images = engineOf(machine)?.images;
  return (images?.all ?? []).map((image) => ({ id: image.id, names: images?.tagsOf(image) ?? [] }));
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
