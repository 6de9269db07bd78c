import { formatIpv4, formatMac } from '../base/address.ts';
import type { NetDevice } from '../kernel/device/net-device.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import { TCP_LISTEN } from '../kernel/tcp/state.ts';
import type { Machine } from '../machine/machine.ts';
import { netnsNames } from '../machine/netns-names.ts';
import type { World } from '../world/world.ts';
import type { LabDescription } from './description.ts';
import { type DockerState, dockerStateOf, hasResolver, isResolver } from './docker-snapshot.ts';
import type { DeviceSnapshot, FilterSnapshot, MachineSnapshot, NamespaceSnapshot, Snapshot } from './snapshot.ts';
import { type Tunnels, tunnelsOf } from './tunnels.ts';

/** Reads the state of the world that the picture draws; changes nothing. Machines outside the lab's description are left out. */
export function takeSnapshot(world: World, lab: LabDescription): Snapshot {
  const machines: MachineSnapshot[] = [];
  const shown = new Set(lab.machines.map(({ name }) => name).filter((name) => world.machines.has(name)));
  const cabling = { direct: directCables(world, shown), tunnels: tunnelsOf(world), owners: ownersOf(world) };
  const { direct } = cabling;
  for (const description of lab.machines) {
    const machine = world.machines.get(description.name);
    if (!machine) continue;
    machines.push({
      name: machine.name,
      terminal: description.terminal !== false,
      namespaces: namespacesOf(world, machine, cabling),
    });
  }
  const switches = [...world.switches.values()]
    .filter(({ name }) => !direct.networks.has(name))
    .map((network) => ({
      name: network.name,
      ports: network.portNames
        .filter((port) => shown.has(machineOf(port)))
        .map((port) => ({ device: port, plugged: network.isPlugged(port) })),
    }));
  return { timeNs: world.clock.now, machines, switches: switches.filter(({ ports }) => ports.length > 0) };
}

/** `host1/eth0` → `host1` */
const machineOf = (port: string): string => port.split('/')[0] ?? '';

/** Networks with two cards on them and nothing else, which are cables and no switches; by card, the identity of the other one. */
interface DirectCables {
  readonly networks: ReadonlySet<string>;
  readonly peers: ReadonlyMap<NetDevice, string>;
}

function directCables(world: World, shown: ReadonlySet<string>): DirectCables {
  const networks = new Set<string>();
  const peers = new Map<NetDevice, string>();
  const cards = [...world.cables];
  for (const { name, portNames } of world.switches.values()) {
    const [a, b] = portNames.length === 2 ? cards.filter(([, { network }]) => network === name) : [];
    if (!a || !b) continue;
    if (![a, b].every(([, { port }]) => shown.has(machineOf(port)))) continue;
    networks.add(name);
    peers.set(a[0], `${machineOf(b[1].port)}/${b[0].uid}`);
    peers.set(b[0], `${machineOf(a[1].port)}/${a[0].uid}`);
  }
  return { networks, peers };
}

/** What leads from device to device. */
interface Cabling {
  readonly direct: DirectCables;
  readonly tunnels: Tunnels;
  readonly owners: ReadonlyMap<Kernel, Machine>;
}

const ownersOf = (world: World): ReadonlyMap<Kernel, Machine> =>
  new Map([...world.machines.values()].map((machine) => [machine.kernel, machine]));

function namespacesOf(world: World, machine: Machine, cabling: Cabling): NamespaceSnapshot[] {
  const names = netnsNames(machine);
  const docker = dockerStateOf(machine);
  return [...machine.kernel.namespaces.values()].map((ns) => {
    const own = ns === machine.kernel.initNetns;
    const containers = docker.containers.get(ns.inode) ?? [];
    const published = own ? docker.published : [];
    return {
      inode: ns.inode,
      name: own ? 'host' : names.get(ns.inode),
      devices: [...ns.devices.values()].map((dev) => deviceSnapshot(world, machine, ns, dev, cabling, docker)),
      processes: processesIn(machine, ns, !own && containers.length > 0),
      forwards: ns.ip4.confAll.forwarding !== 0 || ns.ip6.confAll.forwarding !== 0,
      filters: filtersOf(ns),
      listening: listeningIn(ns).filter(
        ({ protocol, port }) => !published.some((other) => other.hostPort === port && other.protocol === protocol),
      ),
      containers,
      published,
      resolver: containers.length > 0 && hasResolver(ns),
    };
  });
}

/** A container's shells are what it is there for; those of terminals are everywhere. Docker's own processes show in what they do. */
function processesIn(machine: Machine, ns: NetNamespace, shells: boolean): NamespaceSnapshot['processes'] {
  return [...machine.processes.values()]
    .filter((process) => process.netns === ns && process !== machine.init && !process.endStatus)
    .filter(({ comm }) => !DOCKER_PROCESS.test(comm) && (shells || !SHELL.test(comm)))
    .map((process) => ({ pid: process.id.global, command: process.argv.join(' ') }));
}

const SHELL = /^-?(ba|da)?sh$/;
const DOCKER_PROCESS = /^(dockerd|containerd-shim|docker-proxy)$/;

function filtersOf(ns: NetNamespace): FilterSnapshot[] {
  const filters = ns.dataPlane.nftables.tables.map(({ family, name, chains }) => ({
    family,
    table: name,
    rules: chains.reduce((sum, { rules }) => sum + rules.length, 0),
    dropping: chains.filter(({ policy }) => policy === 'DROP').map((chain) => chain.name),
  }));
  return filters.filter(({ rules, dropping }) => rules > 0 || dropping.length > 0);
}

/** Where ip_local_port_range begins: a UDP socket on a lower port was given it and waits to be spoken to. */
const FIRST_EPHEMERAL_PORT = 32768;

function listeningIn(ns: NetNamespace): NamespaceSnapshot['listening'] {
  const ports = (sockets: readonly { readonly port: number }[]) => [...new Set(sockets.map(({ port }) => port))].sort((a, b) => a - b);
  const tcp = ns.sockets.tcpDump().filter((socket) => socket.state === TCP_LISTEN && !isResolver(socket));
  const udp = ns.sockets
    .datagramDump('udp')
    .filter((socket) => !socket.connected && socket.port < FIRST_EPHEMERAL_PORT && !isResolver(socket));
  return [
    ...ports(tcp).map((port) => ({ protocol: 'tcp' as const, port })),
    ...ports(udp).map((port) => ({ protocol: 'udp' as const, port })),
  ];
}

const identity = (machine: Machine, dev: NetDevice): string => `${machine.name}/${dev.uid}`;

function deviceSnapshot(
  world: World,
  machine: Machine,
  ns: NetNamespace,
  dev: NetDevice,
  { direct, tunnels, owners }: Cabling,
  docker: DockerState,
): DeviceSnapshot {
  const peer = dev.ops.lowerLink?.(dev);
  const cable = world.cables.get(dev);
  const ends = tunnels.ends.get(dev);
  const vni = tunnels.vnis.get(dev);
  const network = ns === machine.kernel.initNetns ? docker.networks.get(dev.name) : undefined;
  return {
    id: identity(machine, dev),
    name: dev.name,
    ifindex: dev.ifindex,
    kind: dev.ops.kind ?? (dev === ns.loopback ? 'loopback' : 'nic'),
    mac: formatMac(dev.address),
    mtu: dev.mtu,
    up: dev.up,
    carrier: dev.carrier,
    operstate: dev.operstate,
    addresses: [
      ...ns.ip4.addressesOf(dev).map((a) => `${formatIpv4(a.local)}/${a.prefixLen}`),
      ...ns.ip6.addressesOf(dev).map((a) => `${a.address}/${a.prefixLen}`),
    ],
    master: dev.master && identity(machine, dev.master),
    peer: peer ? identity(machine, peer) : (direct.peers.get(dev) ?? (cable && `switch:${cable.network}`)),
    ...(ends === undefined ? {} : { tunnels: ends.map((end) => identity(owners.get(end.ns.kernel) as Machine, end)) }),
    ...(vni === undefined ? {} : { vni }),
    ...(network === undefined ? {} : { network }),
    rxPackets: dev.stats.rxPackets,
    txPackets: dev.stats.txPackets,
  };
}
