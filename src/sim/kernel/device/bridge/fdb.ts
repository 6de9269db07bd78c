import { isMulticastMac, type Mac } from '../../../base/address.ts';
import { readMac } from '../../../base/mac-address.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import type { FdbDump, FdbFlush, FdbRequest } from '../../rtnetlink/bridge-messages.ts';
import type { Bridge, BridgePort, FdbEntry } from './bridge.ts';

// The forwarding database: which port leads to which MAC address. net/bridge/br_fdb.c.

/** Entries are looked through at least this far apart. */
const MIN_GC_NS = 10_000_000;
/** What the kernel's clock ticks by here: an entry's age is known to this (HZ is 250). */
const JIFFY_NS = 4_000_000;

interface NewEntry {
  readonly isLocal?: boolean;
  readonly isStatic?: boolean;
  readonly addedByUser?: boolean;
}

function create(bridge: Bridge, port: BridgePort | undefined, mac: Mac, vid: number, options: NewEntry = {}): FdbEntry {
  const { now } = bridge;
  const { isLocal = false, isStatic = false, addedByUser = false } = options;
  const entry: FdbEntry = {
    mac,
    vid,
    port,
    isLocal,
    isStatic,
    isSticky: false,
    addedByUser,
    externLearn: false,
    usedNs: now,
    updatedNs: now,
  };
  bridge.fdb.insert(entry);
  bridge.fdbList.add(entry);
  if (!isStatic) resumeAgeing(bridge);
  return entry;
}

function destroy(bridge: Bridge, entry: FdbEntry): void {
  bridge.fdb.remove(entry);
  bridge.fdbList.delete(entry);
  notify(bridge, entry, true);
}

function notify(bridge: Bridge, entry: FdbEntry, deleted = false): void {
  const { ns } = bridge.dev;
  if (ns.listening) ns.emit({ type: 'fdb', deleted, fdb: dumpEntry(bridge, entry) });
}

/** A frame came from `port`, its source address at `o`: remembers where that is (`br_fdb_update`). */
export function learn(bridge: Bridge, port: BridgePort, b: Uint8Array, o: number, vid: number, now: number): void {
  if (bridge.ageingNs === 0 && !bridge.topologyChange) return;
  const entry = bridge.fdb.findAt(b, o, vid);
  if (entry === undefined) {
    notify(bridge, create(bridge, port, readMac(b, o), vid));
    return;
  }
  // One's own address as the source of a received frame: a loop, or somebody else's mistake.
  if (entry.isLocal) return;
  entry.updatedNs = now;
  if (entry.port === port || entry.isSticky) return;
  entry.port = port;
  entry.externLearn = false;
  notify(bridge, entry);
}

/** An address of this machine (`fdb_add_local`): the first port that has it keeps it, and what was learned about it was wrong. */
export function addLocal(bridge: Bridge, port: BridgePort | undefined, mac: Mac, vid: number): KernelError | undefined {
  if (mac === 0 || isMulticastMac(mac)) return fail('EINVAL');
  const known = bridge.fdb.find(mac, vid);
  if (known !== undefined) {
    if (known.isLocal) return undefined;
    destroy(bridge, known);
  }
  notify(bridge, create(bridge, port, mac, vid, { isLocal: true, isStatic: true }));
  return undefined;
}

/** A local address leaves a port: another port or the bridge may have it, too (`fdb_delete_local`). */
function deleteLocal(bridge: Bridge, port: BridgePort | undefined, entry: FdbEntry): void {
  const { mac, vid } = entry;
  const other = bridge.ports.find((p) => p !== port && p.dev.address === mac && (vid === 0 || p.vlans?.find(vid) !== undefined));
  const ofBridge = port !== undefined && bridge.dev.address === mac && (vid === 0 || bridge.vlans?.find(vid) !== undefined);
  if (other === undefined && !ofBridge) {
    destroy(bridge, entry);
    return;
  }
  entry.port = other;
  entry.addedByUser = false;
}

/** Takes a local address out of one VLAN (`br_fdb_find_delete_local`). */
export function deleteLocalOf(bridge: Bridge, port: BridgePort | undefined, mac: Mac, vid: number): void {
  const entry = bridge.fdb.find(mac, vid);
  if (entry?.isLocal === true && !entry.addedByUser && entry.port === port) deleteLocal(bridge, port, entry);
}

/** The device of a port has another address now (`br_fdb_changeaddr`). */
export function changePortAddress(port: BridgePort): void {
  const { bridge } = port;
  for (const entry of newestFirst(bridge)) {
    if (entry.port === port && entry.isLocal && !entry.addedByUser) deleteLocal(bridge, port, entry);
  }
  addLocal(bridge, port, port.dev.address, 0);
  for (const vid of port.vlans?.vids() ?? []) addLocal(bridge, port, port.dev.address, vid);
}

/** The bridge is about to have another address (`br_fdb_change_mac_address`). */
export function changeBridgeAddress(bridge: Bridge, mac: Mac): void {
  for (const vid of [0, ...(bridge.vlans?.vids() ?? [])]) {
    const old = bridge.fdb.find(bridge.dev.address, vid);
    if (old?.isLocal === true && old.port === undefined && !old.addedByUser) deleteLocal(bridge, undefined, old);
    addLocal(bridge, undefined, mac, vid);
  }
}

/** Forgets what a port leads to (`br_fdb_delete_by_port`); `all` includes what does not age. */
export function deleteByPort(bridge: Bridge, port: BridgePort | undefined, vid: number, all: boolean): void {
  for (const entry of newestFirst(bridge)) {
    if (entry.port !== port) continue;
    if (!all && (entry.isStatic || entry.externLearn || (vid !== 0 && entry.vid !== vid))) continue;
    if (entry.isLocal) deleteLocal(bridge, port, entry);
    else destroy(bridge, entry);
  }
}

/** Linux keeps the newest entry at the head of its list. */
function newestFirst(bridge: Bridge): FdbEntry[] {
  return [...bridge.fdbList].reverse();
}

// ---- ageing: one timer a bridge

/** Looks through the entries after `delayNs` (`br_fdb_cleanup` as delayed work). */
export function startAgeing(bridge: Bridge, delayNs: number): void {
  bridge.gcResting = false;
  bridge.gcTimer.start(delayNs, () => collect(bridge));
}

/** While nothing can age no event is scheduled; with the first entry that does, the timer goes on as if it never had rested. */
function resumeAgeing(bridge: Bridge): void {
  if (bridge.gcResting) startAgeing(bridge, bridge.gcTimer.remainingOf(bridge.holdNs));
}

/** Looks through the entries now. */
export function collect(bridge: Bridge): void {
  const { now, holdNs } = bridge;
  let delay = holdNs;
  let dynamic = 0;
  for (const entry of bridge.fdbList) {
    if (entry.isStatic || entry.externLearn) continue;
    const left = entry.updatedNs + holdNs - now;
    if (left > 0) {
      delay = Math.min(delay, left);
      dynamic++;
    } else {
      destroy(bridge, entry);
    }
  }
  delay = Math.max(delay, MIN_GC_NS);
  if (dynamic > 0) startAgeing(bridge, delay);
  else {
    bridge.gcTimer.start(delay);
    bridge.gcResting = true;
  }
}

// ---- what user space adds, deletes and sees

/** RTM_NEWNEIGH on a port or on the bridge itself (`br_fdb_add`). */
export function addFdb(bridge: Bridge, port: BridgePort | undefined, request: FdbRequest): KernelError | undefined {
  const { state = 'permanent', lladdr, vid = 0 } = request;
  if (state === 'dynamic' && port === undefined && request.use !== true && request.externLearn !== true) return fail('EINVAL');
  if (lladdr === 0) return fail('EINVAL');
  const vlans = port === undefined ? bridge.vlans : port.vlans;
  if (vid !== 0) {
    if (vlans?.find(vid) === undefined) return fail('EINVAL');
    return addEntry(bridge, port, request, vid);
  }
  const error = addEntry(bridge, port, request, 0);
  if (error !== undefined) return error;
  for (const own of vlans?.vids() ?? []) {
    const failed = addEntry(bridge, port, request, own);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function addEntry(bridge: Bridge, port: BridgePort | undefined, request: FdbRequest, vid: number): KernelError | undefined {
  const { lladdr } = request;
  if (request.use === true || request.externLearn === true) {
    if (port === undefined && request.use === true) return undefined;
    return markUsed(bridge, port, request, vid);
  }
  const isLocal = (request.state ?? 'permanent') === 'permanent';
  const isStatic = isLocal || request.state === 'static';
  if (request.sticky === true && isLocal) return fail('EINVAL');
  let entry = bridge.fdb.find(lladdr, vid);
  let changed = false;
  if (entry === undefined) {
    if (!request.create) return fail('ENOENT');
    entry = create(bridge, port, lladdr, vid, { isLocal, isStatic });
    changed = true;
  } else {
    if (request.exclusive) return fail('EEXIST');
    changed = entry.port !== port || entry.isLocal !== isLocal || entry.isStatic !== isStatic;
    entry.port = port;
    entry.isLocal = isLocal;
    entry.isStatic = isStatic;
    if (!isStatic) resumeAgeing(bridge);
  }
  entry.isSticky = request.sticky === true;
  entry.addedByUser = true;
  entry.usedNs = bridge.now;
  if (changed) {
    entry.updatedNs = bridge.now;
    notify(bridge, entry);
  }
  return undefined;
}

/** NTF_USE and NTF_EXT_LEARNED: as if a frame had come from there. */
function markUsed(bridge: Bridge, port: BridgePort | undefined, request: FdbRequest, vid: number): KernelError | undefined {
  const { lladdr } = request;
  let entry = bridge.fdb.find(lladdr, vid);
  if (entry === undefined) entry = create(bridge, port, lladdr, vid, { addedByUser: true });
  else if (!entry.isLocal) entry.port = port;
  entry.updatedNs = bridge.now;
  entry.addedByUser = true;
  if (request.externLearn === true) {
    entry.externLearn = true;
    if (port === undefined) entry.isLocal = true;
  }
  notify(bridge, entry);
  return undefined;
}

/** RTM_DELNEIGH (`br_fdb_delete`): ENOENT for an address that is not there, or on another port. */
export function deleteFdb(bridge: Bridge, port: BridgePort | undefined, mac: Mac, vid: number): KernelError | undefined {
  const vlans = port === undefined ? bridge.vlans : port.vlans;
  if (vid !== 0 && vlans?.find(vid) === undefined) return fail('EINVAL');
  const vids = vid !== 0 ? [vid] : [0, ...(vlans?.vids() ?? [])];
  let found = false;
  for (const own of vids) {
    const entry = bridge.fdb.find(mac, own);
    if (entry === undefined || entry.port !== port) continue;
    destroy(bridge, entry);
    found = true;
  }
  return found ? undefined : fail('ENOENT');
}

/** `br_fdb_flush`: what matches goes, everything where nothing is said. Local addresses go to who else has them. */
export function flushFdb(bridge: Bridge, flush: FdbFlush): void {
  for (const entry of newestFirst(bridge)) {
    if (flush.port !== undefined && entry.port?.dev.ifindex !== flush.port) continue;
    if (flush.vid !== undefined && entry.vid !== flush.vid) continue;
    if (flush.permanent !== undefined && entry.isLocal !== flush.permanent) continue;
    if (flush.static !== undefined && (entry.isStatic && !entry.isLocal) !== flush.static) continue;
    if (flush.addedByUser !== undefined && entry.addedByUser !== flush.addedByUser) continue;
    if (flush.externLearn !== undefined && entry.externLearn !== flush.externLearn) continue;
    if (flush.sticky !== undefined && entry.isSticky !== flush.sticky) continue;
    if (flush.offloaded === true) continue;
    destroy(bridge, entry);
  }
}

/** Everything learned that ages (`br_fdb_flush` of `fdb_flush` and of brport/flush). */
export function flushDynamic(bridge: Bridge, port?: BridgePort): void {
  for (const entry of newestFirst(bridge)) {
    if (!entry.isStatic && !entry.externLearn && (port === undefined || entry.port === port)) destroy(bridge, entry);
  }
}

/** The entries of one port, or those of the bridge itself, newest first (`br_fdb_dump`). */
export function dumpFdb(bridge: Bridge, port: BridgePort | undefined): FdbDump[] {
  return newestFirst(bridge)
    .filter((entry) => entry.port === port)
    .map((entry) => dumpEntry(bridge, entry));
}

export function getFdb(bridge: Bridge, mac: Mac, vid: number): FdbDump | KernelError {
  const entry = bridge.fdb.find(mac, vid);
  return entry === undefined ? fail('ENOENT', 'Fdb entry not found') : dumpEntry(bridge, entry);
}

function dumpEntry(bridge: Bridge, entry: FdbEntry): FdbDump {
  const { now } = bridge;
  const age = (since: number): number => Math.floor((now - since) / JIFFY_NS) * JIFFY_NS;
  return {
    ifindex: (entry.port?.dev ?? bridge.dev).ifindex,
    lladdr: entry.mac,
    master: bridge.dev.ifindex,
    state: entry.isLocal ? 'permanent' : entry.isStatic ? 'static' : 'reachable',
    self: false,
    ...(entry.vid === 0 ? {} : { vid: entry.vid }),
    externLearn: entry.externLearn,
    sticky: entry.isSticky,
    usedNs: age(entry.usedNs),
    updatedNs: age(entry.updatedNs),
    portNumber: entry.port?.number ?? 0,
  };
}
