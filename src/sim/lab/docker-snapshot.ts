import { parseIpv4 } from '../base/address.ts';
import type { Container } from '../docker/container/container.ts';
import type { Network } from '../docker/network/network.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import type { Machine } from '../machine/machine.ts';
import { engineOf } from './containers.ts';
import type { ContainerSnapshot, PublishedPort } from './snapshot.ts';

/** Where the engine answers for names in a container's namespace. */
const RESOLVER_ADDRESS = parseIpv4('127.0.0.11');

/** What the picture needs to know of a machine's Docker engine; empty where none runs. */
export interface DockerState {
  /** Containers that run, by the inode of their network namespace. */
  readonly containers: ReadonlyMap<number, readonly ContainerSnapshot[]>;
  readonly published: readonly PublishedPort[];
  /** Docker's networks by the name of their bridge. */
  readonly networks: ReadonlyMap<string, string>;
}

export function dockerStateOf(machine: Machine): DockerState {
  const engine = engineOf(machine);
  const containers = new Map<number, ContainerSnapshot[]>();
  const published: PublishedPort[] = [];
  for (const container of engine?.containers.all ?? []) {
    const task = container.process?.task;
    if (task === undefined) continue;
    const { inode } = task.netns;
    containers.set(inode, [...(containers.get(inode) ?? []), { name: container.name, image: container.imageName, pid: task.id.global }]);
    published.push(...publishedBy(container));
  }
  return { containers, published, networks: new Map((engine?.networks.all ?? []).flatMap(bridgeOf)) };
}

/** One that is there for IPv4 and IPv6 alike counts once. */
function publishedBy({ name, sandbox }: Container): PublishedPort[] {
  const mappings = sandbox?.gateway?.cable?.ports.mappings ?? [];
  const isDouble = ({ hostIp, hostPort, protocol, port }: (typeof mappings)[number]): boolean =>
    hostIp === '::' &&
    mappings.some(
      (other) => other.hostIp === '0.0.0.0' && other.hostPort === hostPort && other.protocol === protocol && other.port === port,
    );
  return mappings
    .filter((mapping) => !isDouble(mapping))
    .map(({ hostIp, hostPort, port, protocol }) => ({ hostIp, hostPort, port, protocol, container: name }));
}

const bridgeOf = ({ name, bridge }: Network): [string, string][] => (bridge === undefined ? [] : [[bridge.config.bridgeName, name]]);

/** Whether a socket is the engine's name server in a container. */
export const isResolver = ({ local }: { readonly local: unknown }): boolean => local === RESOLVER_ADDRESS;

export const hasResolver = ({ sockets }: NetNamespace): boolean => sockets.datagramDump('udp').some(isResolver);
