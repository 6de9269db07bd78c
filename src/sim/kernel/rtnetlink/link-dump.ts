import type { NetDevice } from '../device/net-device.ts';
import type { LinkDump } from './messages.ts';

const ADDR_GEN_MODES = ['eui64', 'none', 'stable_secret', 'random'] as const;

/** A device as RTM_GETLINK dumps it (`rtnl_fill_ifinfo`). A link into another namespace is given an id here if it had none. */
export function dumpLink(dev: NetDevice): LinkDump {
  const lower = dev.ops.lowerLink?.(dev);
  const linkNetns = lower?.ns ?? dev.ops.linkNetns?.(dev) ?? dev.ns;
  const away = linkNetns !== dev.ns;
  return {
    ifindex: dev.ifindex,
    name: dev.name,
    type: dev.type,
    flags: dev.visibleFlags,
    mtu: dev.mtu,
    minMtu: dev.minMtu,
    maxMtu: dev.maxMtu,
    qdisc: dev.qdisc,
    operstate: dev.visibleOperstate,
    linkMode: dev.linkMode,
    group: dev.group,
    txQueueLen: dev.txQueueLen,
    numTxQueues: dev.numTxQueues,
    numRxQueues: dev.numRxQueues,
    address: dev.address,
    broadcast: dev.broadcast,
    promiscuity: dev.promiscuity,
    allmulti: dev.allmulti,
    alias: dev.alias,
    altNames: [...dev.altNames],
    master: dev.master?.ifindex,
    link: away && lower === undefined ? dev.ifindex : iflink(dev, lower),
    linkNetnsId: away ? dev.ns.netnsIds.allocate(linkNetns) : undefined,
    kind: dev.ops.kind,
    info: dev.ops.fillInfo?.(dev),
    slaveKind: dev.master?.ops.kind,
    slaveInfo: dev.master?.ops.fillSlaveInfo?.(dev.master, dev),
    addrGenMode: dev.in6 === undefined ? undefined : (ADDR_GEN_MODES[dev.in6.conf.addr_gen_mode] ?? 'eui64'),
    carrierChanges: dev.carrierChanges,
    ...(dev.gsoMaxSize === undefined ? {} : { gsoMaxSize: dev.gsoMaxSize }),
    ...(dev.gsoMaxSegs === undefined ? {} : { gsoMaxSegs: dev.gsoMaxSegs }),
    ...(dev.groMaxSize === undefined ? {} : { groMaxSize: dev.groMaxSize }),
    ...(dev.tsoMaxSize === undefined ? {} : { tsoMaxSize: dev.tsoMaxSize }),
    stats: { ...dev.stats },
  };
}

/** IFLA_LINK: absent where a device links to itself, 0 (`@NONE`) where the other end is gone. */
function iflink(dev: NetDevice, lower: NetDevice | undefined): number | undefined {
  if (dev.ops.lowerLink === undefined) return undefined;
  if (lower === undefined) return 0;
  // Equal numbers in different namespaces still name two devices.
  return lower.ifindex === dev.ifindex && lower.ns === dev.ns ? undefined : lower.ifindex;
}
