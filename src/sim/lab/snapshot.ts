import type { Operstate } from '../kernel/device/net-device.ts';

/** What the world looks like at one moment, for the live picture: plain data, cloneable. */
export interface Snapshot {
  readonly timeNs: number;
  readonly machines: readonly MachineSnapshot[];
  /** Switches of the world outside the machines, and which ports are plugged in. A network of two NICs is a cable and no switch. */
  readonly switches: readonly SwitchSnapshot[];
}

export interface MachineSnapshot {
  readonly name: string;
  readonly terminal: boolean;
  readonly namespaces: readonly NamespaceSnapshot[];
}

export interface NamespaceSnapshot {
  readonly inode: number;
  /** Its name in /run/netns, `host` for the machine's own, or undefined for an unnamed one. */
  readonly name: string | undefined;
  readonly devices: readonly DeviceSnapshot[];
  /** Commands running in it other than the shells of terminals: `ping 10.0.0.1`. */
  readonly processes: readonly { readonly pid: number; readonly command: string }[];
  /** It passes on packets for others, IPv4 or IPv6. */
  readonly forwards: boolean;
  /** Tables of iptables and ip6tables in which something stands. */
  readonly filters: readonly FilterSnapshot[];
  /** Ports at which servers wait, each once, TCP's first; without those that only stand for a container's. */
  readonly listening: readonly { readonly protocol: 'tcp' | 'udp'; readonly port: number }[];
  /** Docker's containers in it that run, the one that it was made for first. */
  readonly containers: readonly ContainerSnapshot[];
  /** Ports of containers that Docker has published here. */
  readonly published: readonly PublishedPort[];
  /** Docker answers for names in it, at 127.0.0.11. */
  readonly resolver: boolean;
}

export interface ContainerSnapshot {
  readonly name: string;
  /** As it was asked for. */
  readonly image: string;
  /** Of its first process, as the machine counts. */
  readonly pid: number;
}

export interface PublishedPort {
  readonly container: string;
  /** The container's. */
  readonly port: number;
  readonly protocol: string;
  /** `0.0.0.0`: at all addresses. */
  readonly hostIp: string;
  readonly hostPort: number;
}

export interface FilterSnapshot {
  readonly family: 'inet' | 'inet6';
  readonly table: string;
  readonly rules: number;
  /** Chains whose policy is DROP. */
  readonly dropping: readonly string[];
}

export interface DeviceSnapshot {
  /** Stable identity across renames and moves. */
  readonly id: string;
  readonly name: string;
  readonly ifindex: number;
  readonly kind: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly operstate: Operstate;
  readonly addresses: readonly string[];
  readonly master: string | undefined;
  /** Identity of the device at the other end of its cable (a veth's peer, the only other NIC on a network), or `switch:NAME` for a NIC. */
  readonly peer: string | undefined;
  /** A tunnel's: the devices at other ends that get what it sends. */
  readonly tunnels?: readonly string[];
  /** The network of Docker's whose bridge it is. */
  readonly network?: string;
  /** A vxlan's network identifier. */
  readonly vni?: number;
  readonly rxPackets: number;
  readonly txPackets: number;
}

export interface SwitchSnapshot {
  readonly name: string;
  readonly ports: readonly { readonly device: string; readonly plugged: boolean }[];
}
