import { fail, isError, type KernelError } from '../../base/result.ts';
import { MAX_NAME_LENGTH } from '../device/device-name.ts';
import { changeFlags, setAddress, setMtu } from '../device/device-state.ts';
import { changeNamespace, renameDevice } from '../device/lifecycle.ts';
import type { NetDevice, Operstate } from '../device/net-device.ts';
import { deviceKind } from '../device/registry.ts';
import type { NetNamespace } from '../netns.ts';
import type { LinkChange } from './messages.ts';

const GEN_MODES = { eui64: 0, none: 1, stable_secret: 2, random: 3 } as const;
const MAX_ALTNAME_LENGTH = 127;
const MAX_ALIAS_LENGTH = 255;

/** RTM_SETLINK: what is given changes, in the kernel's order; an error ends it and what came before stays (`do_setlink`). */
export function setLink(ns: NetNamespace, dev: NetDevice, change: LinkChange): KernelError | undefined {
  if (change.name !== undefined && change.name.length > MAX_NAME_LENGTH) return fail('ERANGE', 'Attribute failed policy validation');
  for (const step of STEPS) {
    const error = step(ns, dev, change);
    if (error !== undefined) return error;
  }
  return undefined;
}

type Step = (ns: NetNamespace, dev: NetDevice, change: LinkChange) => KernelError | undefined;

const STEPS: readonly Step[] = [
  // What the kind and the master say goes first (`rtnl_changelink`), and is announced for a device that is up.
  (ns, dev, { info, kind: wanted }) => {
    const data = info === undefined || Object.keys(info).length === 0 ? undefined : info;
    const named = wanted === undefined ? undefined : deviceKind(wanted);
    const invalid = named === undefined || isError(named) ? undefined : named.validate?.(data);
    if (invalid !== undefined || data === undefined) return invalid;
    const kind = dev.ops.kind === undefined ? undefined : deviceKind(dev.ops.kind);
    if (kind === undefined || isError(kind) || kind.change === undefined || (wanted ?? kind.kind) !== kind.kind) return fail('EOPNOTSUPP');
    const error = kind.change(dev, { kind: kind.kind, info: data, netns: { netnsInode: ns.inode } });
    if (error === undefined) silently(dev, () => {});
    return error;
  },
  (_ns, dev, { slaveInfo }) => {
    if (slaveInfo === undefined || Object.keys(slaveInfo).length === 0) return undefined;
    const { master } = dev;
    if (master?.ops.changeSlave === undefined) return fail('EOPNOTSUPP');
    const error = master.ops.changeSlave(master, dev, slaveInfo);
    if (error === undefined) silently(dev, () => {});
    return error;
  },
  (ns, dev, { netns, name }) => {
    if (netns === undefined) return undefined;
    const target = ns.kernel.namespaces.get(netns.netnsInode);
    return target === undefined ? fail('EINVAL') : changeNamespace(dev, target, name);
  },
  (_ns, dev, { address }) => (address === undefined ? undefined : setAddress(dev, address)),
  (_ns, dev, { mtu }) => (mtu === undefined ? undefined : setMtu(dev, mtu)),
  (_ns, dev, { group }) => {
    if (group !== undefined) silently(dev, () => (dev.group = group));
    return undefined;
  },
  (_ns, dev, { name }) => (name === undefined ? undefined : renameDevice(dev, name)),
  (_ns, dev, { alias }) => {
    if (alias === undefined) return undefined;
    if (alias.length > MAX_ALIAS_LENGTH) return fail('EINVAL');
    silently(dev, () => (dev.alias = alias === '' ? undefined : alias));
    return undefined;
  },
  (_ns, dev, { broadcast }) => {
    if (broadcast !== undefined) {
      dev.broadcast = broadcast;
      dev.ns.notifyDevice('changeAddress', dev);
      dev.ns.linkEvent(dev);
    }
    return undefined;
  },
  (_ns, dev, { master }) => (master === undefined ? undefined : setMaster(dev, master)),
  (_ns, dev, { flags, flagsMask }) => (flags === undefined ? undefined : changeFlags(dev, flags, flagsMask ?? ~0)),
  (_ns, _dev, { carrier }) => (carrier === undefined ? undefined : fail('EOPNOTSUPP')),
  (_ns, dev, { txQueueLen }) => {
    if (txQueueLen !== undefined && txQueueLen !== dev.txQueueLen) {
      dev.txQueueLen = txQueueLen;
      dev.ns.linkEvent(dev);
    }
    return undefined;
  },
  setOffload,
  (_ns, dev, { operstate }) => {
    const next = operstate === undefined ? dev.operstate : transition(dev, operstate);
    if (next === dev.operstate) return undefined;
    silently(dev, () => (dev.operstate = next));
    return undefined;
  },
  (_ns, dev, { linkMode }) => {
    if (linkMode !== undefined && linkMode !== dev.linkMode) silently(dev, () => (dev.linkMode = linkMode));
    return undefined;
  },
  (_ns, _dev, { protoDown }) => (protoDown === undefined ? undefined : fail('EOPNOTSUPP', 'Protodown not supported by device')),
  (_ns, dev, { addrGenMode }) => {
    if (addrGenMode === undefined) return undefined;
    if (dev.in6 === undefined) return fail('EAFNOSUPPORT');
    if (addrGenMode === 'stable_secret') return fail('EINVAL');
    dev.in6.conf = { ...dev.in6.conf, addr_gen_mode: GEN_MODES[addrGenMode] };
    return undefined;
  },
  (_ns, dev, { addAltName, delAltName }) => {
    const name = addAltName ?? delAltName;
    if (name === undefined) return undefined;
    if (name.length > MAX_ALTNAME_LENGTH) return fail('ERANGE', 'Attribute failed policy validation');
    const error = dev.ns.changeAltName(dev, name, addAltName !== undefined);
    if (error === undefined) dev.ns.linkEvent(dev);
    return error;
  },
];

/** What user space may make of an operstate: UP ends waiting, DORMANT and TESTING begin it (`set_operstate`). */
function transition(dev: NetDevice, wanted: Operstate): Operstate {
  const up = dev.operstate === 'UP' || dev.operstate === 'UNKNOWN';
  if (wanted === 'UP')
    return dev.operstate === 'DORMANT' || dev.operstate === 'TESTING' || dev.operstate === 'UNKNOWN' ? 'UP' : dev.operstate;
  return (wanted === 'DORMANT' || wanted === 'TESTING') && up ? wanted : dev.operstate;
}

/** What a device can be given at most; see netif_set_tso_max_size. */
const TSO_MAX_SIZE = 524280;
const MAX_SEGS = 65535;

function setOffload(_ns: NetNamespace, dev: NetDevice, { gsoMaxSize, gsoMaxSegs, groMaxSize }: LinkChange): KernelError | undefined {
  if ((gsoMaxSize ?? 0) > TSO_MAX_SIZE || (gsoMaxSegs ?? 0) > MAX_SEGS || (groMaxSize ?? 0) > TSO_MAX_SIZE) return fail('EINVAL');
  dev.gsoMaxSize = gsoMaxSize ?? dev.gsoMaxSize;
  dev.gsoMaxSegs = gsoMaxSegs ?? dev.gsoMaxSegs;
  dev.groMaxSize = groMaxSize ?? dev.groMaxSize;
  return undefined;
}

/** Changes something no one in the stack acts on; a device that is up is announced (`netdev_state_change`). */
function silently(dev: NetDevice, change: () => void): void {
  change();
  if (dev.up) dev.ns.deviceChanged(dev);
}

/** `do_set_master`: leaving none is fine, joining needs a master that takes ports. */
export function setMaster(dev: NetDevice, ifindex: number): KernelError | undefined {
  if (dev.master !== undefined) {
    if (dev.master.ifindex === ifindex) return undefined;
    const error = dev.master.ops.delSlave?.(dev.master, dev);
    if (error !== undefined) return error;
  }
  if (ifindex === 0) return undefined;
  const master = dev.ns.devices.get(ifindex);
  if (master === undefined) return fail('EINVAL');
  return master.ops.addSlave === undefined ? fail('EOPNOTSUPP') : master.ops.addSlave(master, dev);
}
