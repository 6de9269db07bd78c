import type { DeviceSnapshot, MachineSnapshot, NamespaceSnapshot, Snapshot } from '../../sim/lab/snapshot.ts';

/** How a device stands, in a word and a shape. */
export type DeviceState = 'up' | 'down' | 'no-carrier';

export function stateOf(device: DeviceSnapshot): DeviceState {
  if (!device.up) return 'down';
  return device.carrier ? 'up' : 'no-carrier';
}

export const STATE_WORDS: Readonly<Record<DeviceState, string>> = { up: 'up', down: 'down', 'no-carrier': 'no carrier' };

/** What a namespace is called in the picture: its name in /run/netns, the containers in it, or the number that /proc shows. */
export function namespaceName({ name, containers, inode }: NamespaceSnapshot): string {
  if (name !== undefined) return name;
  return containers.length > 0 ? containers.map((container) => container.name).join(' + ') : `net:[${inode}]`;
}

/** What it is, after its name: a container's image. */
export const imageOf = ({ name, containers: [container] }: NamespaceSnapshot): string | undefined =>
  name === undefined ? container?.image : undefined;

/** The same in words. */
export function namespaceWords(namespace: NamespaceSnapshot): string {
  if (namespace.name === 'host') return 'its own namespace';
  if (namespace.name !== undefined || namespace.containers.length === 0) return `namespace ${namespaceName(namespace)}`;
  const [first, ...others] = namespace.containers.map(({ name, image }) => `${name} of image ${image}`);
  return others.length === 0 ? `container ${first}` : `containers ${first} and ${others.join(' and ')}`;
}

/** Names that Docker makes up: of a network's bridge and of the host's end of a container's cable. */
const MADE_UP = /^(br-[0-9a-f]{12}|veth[0-9a-f]{7})$/;

/** What a device is called in the picture: its name, unless Docker made that up and there is a better one. */
export function deviceName({ device }: Place, places: ReadonlyMap<string, Place>): string {
  if (!MADE_UP.test(device.name)) return device.name;
  if (device.network !== undefined) return device.network;
  const container = device.peer === undefined ? undefined : places.get(device.peer)?.namespace.containers[0];
  return container === undefined ? device.name : `veth of ${container.name}`;
}

/** Where a device is. */
export interface Place {
  readonly machine: MachineSnapshot;
  readonly namespace: NamespaceSnapshot;
  readonly device: DeviceSnapshot;
}

export function placesOf(snapshot: Snapshot): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const machine of snapshot.machines)
    for (const namespace of machine.namespaces)
      for (const device of namespace.devices) places.set(device.id, { machine, namespace, device });
  return places;
}

/** Addresses as the picture has room for: without those that IPv6 gives itself. */
export const shownAddresses = (device: DeviceSnapshot): readonly string[] =>
  device.addresses.filter((address) => !address.startsWith('fe80:') && address !== '::1/128');

/** What the other end is, in words. */
export function peerWords(place: Place, places: ReadonlyMap<string, Place>): string | undefined {
  const { peer } = place.device;
  if (peer === undefined) return undefined;
  if (peer.startsWith('switch:')) return `switch ${peer.slice('switch:'.length)}`;
  const other = places.get(peer);
  if (!other) return undefined;
  const name = deviceName(other, places);
  if (other.namespace === place.namespace) return `${name}, in the same namespace`;
  const where = other.namespace.name === 'host' ? `${other.machine.name}’s own namespace` : namespaceName(other.namespace);
  return `${name} in ${where}`;
}

/** The devices at the other ends of a tunnel, in words. */
export function tunnelWords({ device }: Place, places: ReadonlyMap<string, Place>): string | undefined {
  const ends = (device.tunnels ?? []).flatMap((id) => places.get(id) ?? []);
  if (ends.length === 0) return undefined;
  return ends.map(({ machine, device: { name } }) => `${name} on ${machine.name}`).join(', ');
}

/** The bridge that a port is plugged into. */
export function bridgeOf({ device }: Place, places: ReadonlyMap<string, Place>): string | undefined {
  const bridge = device.master === undefined ? undefined : places.get(device.master);
  return bridge && deviceName(bridge, places);
}

/** A command as it is typed to run in a namespace, and undefined where nothing simple leads there. */
export function inNamespace(namespace: NamespaceSnapshot, command: string): string | undefined {
  if (namespace.name === 'host') return command;
  if (namespace.name !== undefined) return `ip netns exec ${namespace.name} ${command}`;
  const inside = namespace.containers[0] ?? namespace.processes[0];
  return inside && `nsenter --net --target ${inside.pid} ${command}`;
}

/** The command that shows this device, and undefined where no simple one does, or nobody can type it. */
export function showCommand({ machine, namespace, device }: Place): string | undefined {
  if (!machine.terminal) return undefined;
  if (namespace.name !== undefined && namespace.name !== 'host') return `ip -n ${namespace.name} addr show dev ${device.name}`;
  return inNamespace(namespace, `ip addr show dev ${device.name}`);
}

/** One device in a sentence, for those who do not see the picture. */
export function deviceSentence(place: Place, places: ReadonlyMap<string, Place>): string {
  const { device } = place;
  const name = deviceName(place, places);
  const words = [`${name === device.name ? name : `${name} (${device.name})`}: ${STATE_WORDS[stateOf(device)]}`];
  words.push(device.addresses.length > 0 ? device.addresses.join(', ') : 'no address');
  const bridge = bridgeOf(place, places);
  if (bridge) words.push(`plugged into ${bridge}`);
  const peer = peerWords(place, places);
  if (peer) words.push(`connected to ${peer}`);
  const tunnels = tunnelWords(place, places);
  if (tunnels) words.push(`tunnel to ${tunnels}`);
  return words.join('; ');
}
