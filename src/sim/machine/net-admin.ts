import { fail, type KernelError } from '../base/result.ts';
import type { BridgeRtnetlink } from '../kernel/rtnetlink/bridge-messages.ts';
import type { NetnsRef } from '../kernel/rtnetlink/messages.ts';
import type { Rtnetlink } from '../kernel/rtnetlink/rtnetlink.ts';
import type { Process } from './process.ts';

// rtnetlink_rcv_msg: questions are free, all else needs CAP_NET_ADMIN over the network namespace.

const refuse = (): KernelError => fail('EPERM');

/** rtnetlink as a process may use it. Who may do everything on the machine talks to the kernel itself. */
export function rtnetlinkOf(p: Process): Rtnetlink {
  const { rtnetlink, owner } = p.netns;
  if (p.capable('net_admin')) return rtnetlink;
  return p.capable('net_admin', owner) ? forOwner(p, rtnetlink) : forReaders(rtnetlink);
}

/** Without the capability: what changes something is refused before it is looked at. */
function forReaders(rtnetlink: Rtnetlink): Rtnetlink {
  return instead(rtnetlink, {
    bridge: instead<BridgeRtnetlink>(rtnetlink.bridge, {
      addFdb: refuse,
      delFdb: refuse,
      flushFdb: refuse,
      setPort: refuse,
      addVlan: refuse,
      delVlan: refuse,
      addMdb: refuse,
      delMdb: refuse,
    }),
    changeLinkGroup: refuse,
    addLink: refuse,
    setLink: refuse,
    delLink: refuse,
    addAddress: refuse,
    delAddress: refuse,
    addRoute: refuse,
    delRoute: refuse,
    addRule: refuse,
    delRule: refuse,
    addNeighbour: refuse,
    delNeighbour: refuse,
    setNetnsId: refuse,
  });
}

/** With the capability in a user namespace of one's own: a link may go only where one has it too (rtnl_link_get_net_capable). */
function forOwner(p: Process, rtnetlink: Rtnetlink): Rtnetlink {
  const mayReach = (target: NetnsRef | undefined): boolean => {
    const other = target && p.netns.kernel.namespaces.get(target.netnsInode);
    return other === undefined || p.capable('net_admin', other.owner);
  };
  return instead(rtnetlink, {
    addLink: (request) => (mayReach(request.netns) ? rtnetlink.addLink(request) : refuse()),
    setLink: (ifindex, change) => (mayReach(change.netns) ? rtnetlink.setLink(ifindex, change) : refuse()),
  });
}

/** An object that does everything as another does, but some things otherwise. */
export function instead<T extends object>(inner: T, others: Partial<T>): T {
  return Object.assign(Object.create(inner), others) as T;
}
