import { LazyMap } from '../../base/lazy.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { Sysctl } from '../sysctl.ts';
import { type ConfFile, confDirectory, confFile } from './conf-files.ts';
import { NET_SETTINGS } from './net-settings.ts';
import { INT_MAX, INT_MIN, parseNumbers } from './numbers.ts';

interface Setting {
  readonly value: string;
  readonly mode: string;
}

/** `net/DIRECTORY/NAME` → what it is at boot. Made from the table when first asked for. */
let settings: Map<string, Setting> | undefined;
/** Directory → names in it, directories with a slash, sorted as /proc/sys sorts. */
let directories: Map<string, string[]> | undefined;

/** Narrower than an int; others take any (the `extra1` and `extra2` of the kernel's tables). */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'net/ipv4/ip_default_ttl': [1, 255],
  'net/ipv4/icmp_echo_ignore_all': [0, 1],
  'net/ipv4/icmp_echo_ignore_broadcasts': [0, 1],
  'net/ipv4/icmp_echo_enable_probe': [0, 1],
  'net/ipv4/icmp_ignore_bogus_error_responses': [0, 1],
  'net/ipv4/icmp_errors_use_inbound_ifaddr': [0, 1],
  'net/ipv4/fib_multipath_hash_policy': [0, 3],
  'net/ipv4/fib_multipath_use_neigh': [0, 1],
  'net/ipv4/ip_forward_update_priority': [0, 1],
  'net/ipv4/ip_unprivileged_port_start': [0, 65535],
  'net/ipv4/igmp_qrv': [1, INT_MAX],
  'net/ipv4/tcp_syn_retries': [1, 127],
  'net/ipv6/fib_multipath_hash_policy': [0, 3],
  'net/ipv6/auto_flowlabels': [0, 3],
  'net/netfilter/nf_conntrack_acct': [0, 1],
  'net/netfilter/nf_conntrack_checksum': [0, 1],
  'net/netfilter/nf_conntrack_timestamp': [0, 1],
  'net/netfilter/nf_conntrack_events': [0, 2],
  'net/netfilter/nf_conntrack_log_invalid': [0, 255],
  'net/netfilter/nf_conntrack_tcp_be_liberal': [0, 1],
  'net/netfilter/nf_conntrack_tcp_ignore_invalid_rst': [0, 1],
  'net/netfilter/nf_conntrack_tcp_loose': [0, 1],
  'net/netfilter/nf_conntrack_tcp_max_retrans': [0, 255],
};

/** Text that is not a list of numbers. */
const TEXTUAL = /congestion_control|path_manager|scheduler|fastopen_key|reserved_ports|nf_log|ratemask$/;

function table(): Map<string, Setting> {
  if (settings !== undefined) return settings;
  settings = new Map();
  directories = new Map();
  for (const [directory, lines] of Object.entries(NET_SETTINGS)) {
    for (const line of lines.trim().split('\n')) {
      const space = line.indexOf(' ');
      const [name = '', mode = '644'] = (space < 0 ? line : line.slice(0, space)).split('=');
      settings.set(`net/${directory}/${name}`, { value: space < 0 ? '' : line.slice(space + 1), mode });
      enter(directories, `net/${directory}`, name);
    }
  }
  for (const family of ['net/ipv4', 'net/ipv6']) for (const name of ['conf/', 'neigh/']) enter(directories, family, name);
  for (const names of directories.values()) names.sort(byName);
  return settings;
}

/** Enters a name and, for a directory that is new, its own name in those above it. */
function enter(all: Map<string, string[]>, directory: string, name: string): void {
  const names = all.get(directory);
  if (names !== undefined) {
    names.push(name);
    return;
  }
  all.set(directory, [name]);
  const slash = directory.lastIndexOf('/');
  if (slash > 0) enter(all, directory.slice(0, slash), `${directory.slice(slash + 1)}/`);
}

function byName(a: string, b: string): number {
  const x = a.endsWith('/') ? a.slice(0, -1) : a;
  const y = b.endsWith('/') ? b.slice(0, -1) : b;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The settings of one namespace; only what has been written takes room. */
export class NetSysctl implements Sysctl {
  /** Goes up with every setting that is written: for those who keep values between packets. */
  version = 0;
  private readonly ns: NetNamespace;
  private readonly written = new LazyMap<string, string>();
  private readonly numbers = new LazyMap<string, number>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  list(path: string): string[] | undefined {
    table();
    const fixed = directories?.get(path);
    if (fixed !== undefined) return [...fixed];
    const parts = path.split('/');
    if (parts.length === 3 && (parts[2] === 'conf' || parts[2] === 'neigh')) return this.devicesIn(parts[1] ?? '', parts[2]);
    return confDirectory(this.ns, path);
  }

  /** `conf` has all and default; a neighbour directory is there as long as its protocol runs on the device. */
  private devicesIn(family: string, kind: string): string[] | undefined {
    if (family !== 'ipv4' && family !== 'ipv6') return undefined;
    const has = (dev: NetDevice): boolean => (family === 'ipv4' ? dev.in4 : dev.in6) !== undefined;
    const names = [...this.ns.devices.values()].filter(has).map((dev) => `${dev.name}/`);
    if (kind === 'conf') names.push('all/', 'default/');
    return names.sort(byName);
  }

  exists(path: string): boolean {
    return table().has(path) || this.list(path) !== undefined || confFile(this.ns, path) !== undefined;
  }

  read(path: string): string | KernelError {
    const file = this.alias(path);
    if (file !== undefined) return file.read();
    const setting = table().get(path);
    if (setting === undefined) return fail(this.list(path) === undefined ? 'ENOENT' : 'EISDIR');
    if (setting.mode === '200') return fail('EACCES');
    if (path === 'net/netfilter/nf_conntrack_count') return `${this.ns.dataPlane.conntracks.table.size}\n`;
    return `${this.written.get(path) ?? setting.value}\n`;
  }

  write(path: string, text: string): undefined | KernelError {
    const file = this.alias(path);
    if (file !== undefined) return file.write(text);
    const setting = table().get(path);
    if (setting === undefined) return fail(this.list(path) === undefined ? 'ENOENT' : 'EISDIR');
    if (setting.mode === '444') return fail('EACCES');
    if (setting.mode === '200') return this.flush(path);
    if (TEXTUAL.test(path)) {
      this.set(path, text.trim());
      return undefined;
    }
    return this.writeNumbers(path, text, setting);
  }

  private writeNumbers(path: string, text: string, setting: Setting): undefined | KernelError {
    const old = (this.written.get(path) ?? setting.value).split('\t').map(Number);
    const [min, max] = RANGES[path] ?? [Math.min(INT_MIN, ...old), Math.max(INT_MAX, ...old)];
    const numbers = parseNumbers(text, old.length, min, max);
    if (isError(numbers)) return numbers;
    const next = old.map((value, i) => numbers[i] ?? value);
    if (path === 'net/ipv4/ip_local_port_range' && !this.isPortRange(next)) return fail('EINVAL');
    // A bridge's switches are on or off, whatever is written (brnf_sysctl_call_tables).
    const kept = path.startsWith('net/bridge/') ? next.map((value) => (value === 0 ? 0 : 1)) : next;
    this.set(path, kept.join('\t'));
    return undefined;
  }

  /** The lower end neither above the upper one nor among the privileged ports (`ipv4_local_port_range`). */
  private isPortRange([low = 0, high = 0]: readonly number[]): boolean {
    return low >= 1 && high <= 65535 && low <= high && low >= this.int('net/ipv4/ip_unprivileged_port_start');
  }

  private set(path: string, value: string): void {
    this.version++;
    this.written.set(path, value);
    this.numbers.delete(path);
  }

  /** `net/ipv4/route/flush`: routes resolved before are looked up anew. */
  private flush(path: string): undefined {
    if (path.startsWith('net/ipv4')) this.ns.ip4.fib.flush();
    else this.ns.ip6.fib6.changed();
    return undefined;
  }

  /** A device's file, or ip_forward, which is conf/all/forwarding by another name. */
  private alias(path: string): ConfFile | undefined {
    return confFile(this.ns, path === 'net/ipv4/ip_forward' ? 'net/ipv4/conf/all/forwarding' : path);
  }

  mode(path: string): number {
    return Number.parseInt(table().get(path)?.mode ?? confFile(this.ns, path)?.mode ?? '644', 8);
  }

  int(path: string): number {
    const known = this.numbers.get(path);
    if (known !== undefined) return known;
    const file = this.alias(path);
    if (file !== undefined) return Number(file.read());
    const value = Number.parseInt(this.written.get(path) ?? table().get(path)?.value ?? '', 10);
    const number = Number.isNaN(value) ? 0 : value;
    this.numbers.set(path, number);
    return number;
  }
}
