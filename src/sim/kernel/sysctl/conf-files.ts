import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import { writeConf4, writeConf6 } from './conf-handlers.ts';
import { ARP_PARMS, IPV4_CONF, IPV6_CONF, type Ipv4Conf, type Ipv6Conf, type NeighParms } from './conf-tables.ts';
import { INT_MAX, INT_MIN, parseNumbers } from './numbers.ts';

/** One file under net/{ipv4,ipv6}/{conf,neigh}/NAME. */
export interface ConfFile {
  readonly mode: string;
  read(): string | KernelError;
  write(text: string): undefined | KernelError;
}

/** Who a directory of settings belongs to. */
export type ConfOwner = 'all' | 'default' | NetDevice;

/** Old names of two neighbour settings: in s, and in 1/100 s. */
const NEIGH_ALIASES: Readonly<Record<string, readonly [keyof NeighParms, number]>> = {
  base_reachable_time: ['base_reachable_time_ms', 1000],
  retrans_time: ['retrans_time_ms', 10],
};

const NAMES4 = Object.keys(IPV4_CONF);
const NAMES6 = [...Object.keys(IPV6_CONF), 'stable_secret'].sort();
const NEIGH_NAMES = [...Object.keys(ARP_PARMS), ...Object.keys(NEIGH_ALIASES)].sort();

interface Place {
  readonly family: 'ipv4' | 'ipv6';
  readonly kind: 'conf' | 'neigh';
  readonly owner: ConfOwner;
  /** The rest of the path, '' for the directory. */
  readonly name: string;
}

function place(ns: NetNamespace, path: string): Place | undefined {
  const [net, family, kind, who, name = '', ...more] = path.split('/');
  if (net !== 'net' || (family !== 'ipv4' && family !== 'ipv6') || (kind !== 'conf' && kind !== 'neigh')) return undefined;
  if (who === undefined || more.length > 0) return undefined;
  if (who === 'all' || who === 'default') return kind === 'conf' ? { family, kind, owner: who, name } : undefined;
  const dev = ns.deviceByName(who);
  if (dev === undefined || dev.name !== who || (family === 'ipv4' ? dev.in4 : dev.in6) === undefined) return undefined;
  return { family, kind, owner: dev, name };
}

/** The files in one owner's directory; undefined where there is no such directory. */
export function confDirectory(ns: NetNamespace, path: string): string[] | undefined {
  const at = place(ns, path);
  if (at === undefined || at.name !== '') return undefined;
  if (at.kind === 'neigh') return [...NEIGH_NAMES];
  return [...(at.family === 'ipv4' ? NAMES4 : NAMES6)];
}

/** One of those files; undefined where there is none. */
export function confFile(ns: NetNamespace, path: string): ConfFile | undefined {
  const at = place(ns, path);
  if (at === undefined || at.name === '') return undefined;
  if (at.kind === 'neigh') return neighFile(at.family, at.owner as NetDevice, at.name);
  return at.family === 'ipv4' ? conf4File(ns, at.owner, at.name) : conf6File(ns, at.owner, at.name);
}

function conf4File(ns: NetNamespace, owner: ConfOwner, name: string): ConfFile | undefined {
  if (!(name in IPV4_CONF)) return undefined;
  const key = name as keyof Ipv4Conf;
  return {
    mode: key === 'mc_forwarding' ? '444' : '644',
    read: () => `${conf4Of(ns, owner)[key]}\n`,
    write: (text) => {
      if (key === 'mc_forwarding') return fail('EACCES');
      const value = oneNumber(text);
      return isError(value) || value === undefined ? value : writeConf4(ns, owner, key, value);
    },
  };
}

function conf4Of(ns: NetNamespace, owner: ConfOwner): Ipv4Conf {
  if (owner === 'all') return ns.ip4.confAll;
  return owner === 'default' ? ns.ip4.confDefault : (owner.in4?.conf ?? ns.ip4.confDefault);
}

function conf6File(ns: NetNamespace, owner: ConfOwner, name: string): ConfFile | undefined {
  // No secret is set, and an unset one does not read.
  if (name === 'stable_secret') return { mode: '600', read: () => fail('EIO'), write: () => fail('EINVAL') };
  if (!(name in IPV6_CONF)) return undefined;
  const key = name as keyof Ipv6Conf;
  return {
    mode: key === 'mc_forwarding' ? '444' : '644',
    read: () => `${readConf6(ns, owner, key)}\n`,
    write: (text) => {
      if (key === 'mc_forwarding') return fail('EACCES');
      const value = oneNumber(text);
      return isError(value) || value === undefined ? value : writeConf6(ns, owner, key, value);
    },
  };
}

function readConf6(ns: NetNamespace, owner: ConfOwner, key: keyof Ipv6Conf): number {
  if (owner === 'all') return ns.ip6.confAll[key];
  if (owner === 'default' || owner.in6 === undefined) return ns.ip6.confDefault[key];
  return key === 'mtu' ? owner.in6.mtu : owner.in6.conf[key];
}

function neighFile(family: 'ipv4' | 'ipv6', dev: NetDevice, name: string): ConfFile | undefined {
  const [key, unit] = NEIGH_ALIASES[name] ?? [name as keyof NeighParms, 1];
  if (!(key in ARP_PARMS)) return undefined;
  const owner = family === 'ipv4' ? dev.in4 : dev.in6;
  if (owner === undefined) return undefined;
  return {
    mode: '644',
    read: () => `${Math.floor(owner.neigh[key] / unit)}\n`,
    write: (text) => {
      const numbers = parseNumbers(text, 1, 0, INT_MAX);
      if (isError(numbers)) return numbers;
      const [value] = numbers;
      if (value !== undefined) owner.neigh = { ...owner.neigh, [key]: value * unit };
      return undefined;
    },
  };
}

/** The number written, undefined for nothing. */
function oneNumber(text: string): number | undefined | KernelError {
  const numbers = parseNumbers(text, 1, INT_MIN, 2 ** 32 - 1);
  return isError(numbers) ? numbers : numbers[0];
}
