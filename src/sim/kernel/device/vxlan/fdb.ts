import { isMulticastMac, type Mac } from '../../../base/address.ts';
import { MAC_ZERO } from '../../../base/mac-address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import { NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE, NUD_STALE } from '../../neigh/neighbour.ts';
import type { FdbDump, FdbFlush, FdbRequest } from '../../rtnetlink/bridge-messages.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { FdbOps, NetDevice } from '../net-device.ts';
import { isAnyAddress, type Vxlan, type VxlanFdbEntry, type VxlanRemote } from './vxlan.ts';

// Which tunnel end point an address is behind: the vxlan_fdb_* functions of drivers/net/vxlan/vxlan_core.c. Ethernet addresses are
// learned from what arrives, added by the administrator, or by a daemon; 00:00:00:00:00:00 is for all that are not known.

/** FDB_AGE_INTERVAL: how often at least the entries are looked through. */
const AGE_INTERVAL_NS = 10 * NS_PER_S;
/** Ages are counted in clock ticks (HZ = 250). */
const JIFFY_NS = 4 * NS_PER_MS;

/** NUD_* of what `bridge fdb add` calls permanent, static and dynamic. */
const STATES = {
  permanent: NUD_NOARP | NUD_PERMANENT,
  static: NUD_NOARP | NUD_REACHABLE,
  dynamic: NUD_REACHABLE,
} as const;

export interface FdbChange {
  readonly mac: Mac;
  readonly vni: number;
  readonly state: number;
  readonly remote: VxlanRemote;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly append: boolean;
  readonly replace: boolean;
  readonly router?: boolean;
  readonly externLearn?: boolean;
  readonly sticky?: boolean;
  readonly use?: boolean;
  readonly addedByUser?: boolean;
}

/** `vxlan_fdb_update`. */
export function updateFdb(vxlan: Vxlan, change: FdbChange): KernelError | undefined {
  const entry = vxlan.fdb.find(change.mac, change.vni);
  if (entry === undefined) return change.create ? createEntry(vxlan, change) : fail('ENOENT');
  if (change.exclusive) return fail('EEXIST');
  return updateExisting(vxlan, entry, change);
}

function createEntry(vxlan: Vxlan, change: FdbChange): KernelError | undefined {
  if (change.replace && hasSeveral(change.mac)) return fail('EOPNOTSUPP');
  const { maxAddresses } = vxlan.config;
  if (maxAddresses > 0 && vxlan.fdb.size >= maxAddresses) return fail('ENOSPC');
  const now = vxlan.net.kernel.clock.now;
  const entry: VxlanFdbEntry = {
    mac: change.mac,
    vni: change.vni,
    state: change.state,
    router: change.router === true,
    externLearn: change.externLearn === true,
    sticky: change.sticky === true,
    addedByUser: change.addedByUser === true,
    usedNs: now,
    updatedNs: now,
    remotes: [{ ...change.remote }],
  };
  vxlan.fdb.insert(entry);
  notify(vxlan, entry, entry.remotes[0] as VxlanRemote);
  return undefined;
}

/** `vxlan_fdb_update_existing`: what changes is announced. */
function updateExisting(vxlan: Vxlan, entry: VxlanFdbEntry, change: FdbChange): KernelError | undefined {
  let changed = false;
  if (change.externLearn !== true || !entry.addedByUser) {
    const next = {
      state: change.state,
      router: change.router === true,
      externLearn: change.externLearn === true,
      sticky: change.sticky === true,
      addedByUser: change.addedByUser === true,
    };
    changed = Object.entries(next).some(([key, value]) => entry[key as keyof typeof next] !== value);
    Object.assign(entry, next);
  }
  let remote = entry.remotes[0] as VxlanRemote;
  if (change.replace) {
    if (hasSeveral(entry.mac)) return fail('EOPNOTSUPP', 'Cannot replace non-unicast fdb entries');
    if (findRemote(entry, change.remote) === undefined) {
      remote = { ...change.remote };
      entry.remotes[0] = remote;
      changed = true;
    }
  }
  if (change.append && hasSeveral(entry.mac) && findRemote(entry, change.remote) === undefined) {
    remote = { ...change.remote };
    entry.remotes.push(remote);
    changed = true;
  }
  const now = vxlan.net.kernel.clock.now;
  if (change.use === true) entry.updatedNs = now;
  if (!changed) return undefined;
  entry.updatedNs = now;
  notify(vxlan, entry, remote);
  return undefined;
}

/** Groups and the flood list may be in several places at once. */
function hasSeveral(mac: Mac): boolean {
  return mac === MAC_ZERO || isMulticastMac(mac);
}

function findRemote(entry: VxlanFdbEntry, wanted: VxlanRemote): VxlanRemote | undefined {
  return entry.remotes.find(
    (remote) => remote.ip === wanted.ip && remote.port === wanted.port && remote.vni === wanted.vni && remote.link === wanted.link,
  );
}

/** `__vxlan_fdb_delete`: one of several places, or the whole entry. A place that is not among them is no error. */
export function deleteFdb(vxlan: Vxlan, mac: Mac, vni: number, remote: VxlanRemote): KernelError | undefined {
  const entry = vxlan.fdb.find(mac, vni);
  if (entry === undefined) return fail('ENOENT');
  if (!isAnyAddress(remote.ip)) {
    const found = findRemote(entry, remote);
    if (found === undefined) return undefined;
    if (entry.remotes.length > 1) {
      entry.remotes.splice(entry.remotes.indexOf(found), 1);
      notify(vxlan, entry, found, true);
      return undefined;
    }
  }
  destroyEntry(vxlan, entry);
  return undefined;
}

function destroyEntry(vxlan: Vxlan, entry: VxlanFdbEntry): void {
  vxlan.fdb.remove(entry);
  for (const remote of entry.remotes) notify(vxlan, entry, remote, true);
}

/** `vxlan_flush`; without a filter everything goes. */
export function flushFdb(vxlan: Vxlan, matches: (entry: VxlanFdbEntry) => boolean = () => true): void {
  for (const entry of vxlan.fdb.newestFirst()) if (matches(entry)) destroyEntry(vxlan, entry);
}

/** What was learned, or added to be forgotten again. */
export function isDynamic(entry: VxlanFdbEntry): boolean {
  return (entry.state & (NUD_PERMANENT | NUD_NOARP)) === 0;
}

/**
 * A frame came from `source`: remembers that the address is behind it (`vxlan_snoop`). False where the entry for the address may not
 * move, and the frame is to be dropped.
 */
export function snoop(vxlan: Vxlan, source: IpAddress, mac: Mac, link: number, vni: number): boolean {
  const { dev, fdb, config, net } = vxlan;
  const entry = fdb.find(mac, vni);
  const now = net.kernel.clock.now;
  if (entry !== undefined) {
    entry.updatedNs = now;
    const remote = entry.remotes[0] as VxlanRemote;
    if (remote.ip === source && remote.link === link) return true;
    if (!isDynamic(entry)) return false;
    remote.ip = source;
    notify(vxlan, entry, remote);
    return true;
  }
  if (!dev.up) return true;
  const remote = { ip: source, port: config.dstPort, vni: config.vni, link };
  updateFdb(vxlan, { mac, vni, state: NUD_REACHABLE, remote, create: true, exclusive: true, append: false, replace: false });
  return true;
}

// ---- ageing

/** Looks through the entries after `delayNs` (`age_timer`). */
export function startAgeing(vxlan: Vxlan, delayNs = AGE_INTERVAL_NS): void {
  const { clock } = vxlan.net.kernel;
  clock.cancel(vxlan.ageTimer);
  vxlan.ageTimer = clock.schedule(delayNs, () => age(vxlan));
}

export function stopAgeing(vxlan: Vxlan): void {
  vxlan.net.kernel.clock.cancel(vxlan.ageTimer);
}

/** `vxlan_cleanup`. */
function age(vxlan: Vxlan): void {
  if (!vxlan.dev.up) return;
  const now = vxlan.net.kernel.clock.now;
  let next = now + AGE_INTERVAL_NS;
  for (const entry of vxlan.fdb.newestFirst()) {
    if (!isDynamic(entry) || entry.externLearn) continue;
    const timeout = entry.updatedNs + vxlan.config.ageingSeconds * NS_PER_S;
    if (timeout <= now) {
      entry.state = NUD_STALE;
      destroyEntry(vxlan, entry);
    } else if (timeout < next) next = timeout;
  }
  startAgeing(vxlan, next - now);
}

// ---- announcements and dumps

function notify(vxlan: Vxlan, entry: VxlanFdbEntry, remote: VxlanRemote, deleted = false): void {
  const { ns } = vxlan.dev;
  if (ns.listening) ns.emit({ type: 'fdb', deleted, fdb: dumpEntry(vxlan, entry, remote) });
}

/** RTM_GETNEIGH to whoever may know: a daemon is asked where an Ethernet address is (`vxlan_fdb_miss`), or an IP address (`vxlan_ip_miss`). */
export function announceMiss(vxlan: Vxlan, miss: { readonly mac?: Mac; readonly ip?: IpAddress }): void {
  const { ns } = vxlan.dev;
  if (!ns.listening) return;
  ns.emit({ type: 'neighMiss', deleted: false, ifindex: vxlan.dev.ifindex, ...miss });
}

/** One place of an entry (`vxlan_fdb_info`). What is as the device's own is left out. */
function dumpEntry(vxlan: Vxlan, entry: VxlanFdbEntry, remote: VxlanRemote): FdbDump {
  const { dev, config, net } = vxlan;
  const age = (since: number): number => Math.floor((net.kernel.clock.now - since) / JIFFY_NS) * JIFFY_NS;
  const { state } = entry;
  return {
    ifindex: dev.ifindex,
    lladdr: entry.mac,
    state: (state & NUD_PERMANENT) !== 0 ? 'permanent' : (state & NUD_NOARP) !== 0 ? 'static' : state === NUD_STALE ? 'stale' : 'reachable',
    nud: state,
    self: true,
    externLearn: entry.externLearn,
    sticky: entry.sticky,
    router: entry.router,
    dst: { family: typeof remote.ip === 'number' ? 'inet' : 'inet6', address: remote.ip },
    ...(remote.port !== 0 && remote.port !== config.dstPort ? { dstPort: remote.port } : {}),
    ...(remote.vni !== config.vni ? { vni: remote.vni } : {}),
    ...(remote.link === 0 ? {} : { via: remote.link }),
    ...(net === dev.ns ? {} : { linkNetnsId: dev.ns.netnsIds.allocate(net) }),
    ...(config.external && entry.vni !== 0 ? { srcVni: entry.vni } : {}),
    usedNs: age(entry.usedNs),
    updatedNs: age(entry.updatedNs),
  };
}

const vxlanOf = (dev: NetDevice): Vxlan => dev.priv as Vxlan;

/** What a request says of the place, and the VNI that the entry is for (`vxlan_fdb_parse`). */
function parseRequest(vxlan: Vxlan, request: FdbRequest): { readonly remote: VxlanRemote; readonly vni: number } | KernelError {
  const { config, net } = vxlan;
  if (request.via !== undefined && !net.devices.has(request.via)) return fail('EADDRNOTAVAIL', 'Specified interface not found');
  return {
    remote: {
      ip: request.dst?.address ?? (config.family === 'inet' ? 0 : '::'),
      port: request.dstPort ?? config.dstPort,
      vni: request.vni ?? config.vni,
      link: request.via ?? 0,
    },
    vni: config.external ? (request.srcVni ?? config.vni) : config.vni,
  };
}

export const vxlanFdb: FdbOps = {
  /** `vxlan_fdb_add`. */
  add(dev: NetDevice, request: FdbRequest): KernelError | undefined {
    const vxlan = vxlanOf(dev);
    if (request.dst === undefined) return fail('EINVAL');
    const parsed = parseRequest(vxlan, request);
    if (isError(parsed)) return parsed;
    if (request.dst.family !== vxlan.config.family) return fail('EAFNOSUPPORT');
    const { create, exclusive, append } = request;
    return updateFdb(vxlan, {
      mac: request.lladdr,
      vni: parsed.vni,
      state: STATES[request.state ?? 'permanent'],
      remote: parsed.remote,
      create,
      exclusive,
      append,
      replace: create && !exclusive && !append,
      router: request.router === true,
      externLearn: request.externLearn === true,
      sticky: request.sticky === true,
      use: request.use === true,
      addedByUser: true,
    });
  },

  delete(dev: NetDevice, request: FdbRequest): KernelError | undefined {
    const parsed = parseRequest(vxlanOf(dev), request);
    return isError(parsed) ? parsed : deleteFdb(vxlanOf(dev), request.lladdr, parsed.vni, parsed.remote);
  },

  /** One line for each place. */
  dump(dev: NetDevice, of: NetDevice): FdbDump[] {
    if (dev !== of) return [];
    const vxlan = vxlanOf(dev);
    return vxlan.fdb.newestFirst().flatMap((entry) => entry.remotes.map((remote) => dumpEntry(vxlan, entry, remote)));
  },

  get(dev: NetDevice, request): FdbDump | KernelError {
    const vxlan = vxlanOf(dev);
    const { config } = vxlan;
    const entry = vxlan.fdb.find(request.lladdr, config.external ? (request.vni ?? config.vni) : config.vni);
    return entry === undefined ? fail('ENOENT', 'Fdb entry not found') : dumpEntry(vxlan, entry, entry.remotes[0] as VxlanRemote);
  },

  /** `vxlan_fdb_delete_bulk`. */
  flush(dev: NetDevice, flush: FdbFlush): KernelError | undefined {
    if (flush.port !== undefined || flush.vid !== undefined) return fail('EINVAL', 'Unsupported attribute');
    flushFdb(vxlanOf(dev), (entry) => flushMatches(flush, entry));
    return undefined;
  },
};

function flushMatches(flush: FdbFlush, entry: VxlanFdbEntry): boolean {
  const permanent = (entry.state & NUD_PERMANENT) !== 0;
  const fixed = (entry.state & NUD_NOARP) !== 0;
  if (flush.permanent !== undefined && permanent !== flush.permanent) return false;
  if (flush.static === true && (permanent || !fixed)) return false;
  if (flush.static === false && (permanent || fixed)) return false;
  if (flush.addedByUser !== undefined && entry.addedByUser !== flush.addedByUser) return false;
  if (flush.externLearn !== undefined && entry.externLearn !== flush.externLearn) return false;
  if (flush.sticky !== undefined && entry.sticky !== flush.sticky) return false;
  return flush.offloaded !== true;
}
