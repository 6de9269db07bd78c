/** Capabilities by their bits (include/uapi/linux/capability.h of Linux 6.x), in the order of their numbers. */
const NAMES = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;

/** A capability without its `CAP_`, as in `net_admin`. */
export type Capability = (typeof NAMES)[number];

/** A set of capabilities: bit n is capability n (kernel_cap_t). */
export type CapabilitySet = bigint;

export const CAPABILITIES: readonly Capability[] = NAMES;

const BITS = Object.fromEntries(NAMES.map((name, number) => [name, 1n << BigInt(number)])) as Readonly<Record<Capability, CapabilitySet>>;

export const NO_CAPABILITIES: CapabilitySet = 0n;
export const ALL_CAPABILITIES: CapabilitySet = (1n << BigInt(NAMES.length)) - 1n;

export function capabilitySet(...capabilities: readonly Capability[]): CapabilitySet {
  return capabilities.reduce((set, capability) => set | BITS[capability], NO_CAPABILITIES);
}

export function hasCapability(set: CapabilitySet, capability: Capability): boolean {
  return (set & BITS[capability]) !== 0n;
}

/** By name, with or without `cap_`, in either case; undefined for none of Linux's. */
export function capabilityNamed(name: string): Capability | undefined {
  const bare = name.toLowerCase().replace(/^cap_/, '');
  return NAMES.find((known) => known === bare);
}

/** What a process that is not root has to be asked about: the capabilities with which it passes by permissions on files. */
export const FILE_CAPABILITIES: CapabilitySet = capabilitySet('chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid');
