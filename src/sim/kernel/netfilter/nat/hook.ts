// NAT at a hook: nf_nat_inet_fn() and the functions round it in net/netfilter/nf_nat_proto.c.

import type { NetDevice } from '../../device/net-device.ts';
import type { NetStack } from '../../ip/net-stack.ts';
import type { Family } from '../../rtnetlink/messages.ts';
import type { Skb } from '../../skb.ts';
import { drop, traceStep } from '../../trace.ts';
import { describeEntry } from '../conntrack/describe.ts';
import { type Conntrack, IP_CT_IS_REPLY, IP_CT_NEW, IP_CT_RELATED, IP_CT_RELATED_REPLY, IPS_NAT_MASK } from '../conntrack/entry.ts';
import { type HookNumber, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
import { routeMeHarder } from '../route-me-harder.ts';
import { mangle, mangleError } from './mangle.ts';
import type { Manipulation } from './range.ts';
import { natInitialized, setupNullBinding } from './setup.ts';

export function manipulationAt(hook: HookNumber): Manipulation {
  return hook === NF_INET_POST_ROUTING || hook === NF_INET_LOCAL_IN ? 'source' : 'destination';
}

/**
 * A packet at a hook that translates. The first of a connection is asked about by `rules`, which may decide; what is decided is done to
 * it and all that follow. False when the packet goes no further.
 */
export function natHook(
  stack: NetStack,
  family: Family,
  skb: Skb,
  hook: HookNumber,
  output: NetDevice | undefined,
  rules: () => boolean,
): boolean {
  const { ct } = skb;
  if (ct === undefined) return true;
  const manipulation = manipulationAt(hook);
  const info = skb.ctInfo;
  const error = (info === IP_CT_RELATED || info === IP_CT_RELATED_REPLY) && ct.confirmed;
  if (error) {
    if (mangleError(skb, ct, manipulation)) return afterNat(stack, family, skb, hook, ct);
    drop(stack.ns, skb, 'NETFILTER_DROP', 'an ICMP error that cannot be translated');
    return false;
  }
  if (info === IP_CT_NEW && !natInitialized(ct, manipulation)) {
    if (!rules()) return false;
    if (!natInitialized(ct, manipulation)) setupNullBinding(stack.conntracks, ct, manipulation);
    if (stack.ns.kernel.trace.on && (ct.status & IPS_NAT_MASK) !== 0) {
      traceStep(stack.ns, skb.dev, skb, { kind: 'nat', manipulation, entry: describeEntry(ct) });
    }
  } else if (leftItsDevice(ct, skb, hook, output)) {
    stack.conntracks.kill(ct);
    drop(stack.ns, skb, 'NETFILTER_DROP', 'masqueraded for another device');
    return false;
  }
  mangle(skb, ct, manipulation);
  return afterNat(stack, family, skb, hook, ct);
}

/** A masqueraded connection has the address of one device; the packet is about to leave by another (nf_nat_oif_changed). */
function leftItsDevice(ct: Conntrack, skb: Skb, hook: HookNumber, output: NetDevice | undefined): boolean {
  return (
    ct.masqueradeIfindex !== 0 &&
    hook === NF_INET_POST_ROUTING &&
    skb.ctInfo < IP_CT_IS_REPLY &&
    output !== undefined &&
    output.ifindex !== ct.masqueradeIfindex
  );
}

/** A packet whose destination has changed is routed anew, a local one at once (nf_nat_ipv4_local_fn, nf_nat_ipv4_pre_routing). */
function afterNat(stack: NetStack, family: Family, skb: Skb, hook: HookNumber, ct: Conntrack): boolean {
  if (hook !== NF_INET_LOCAL_OUT && hook !== NF_INET_PRE_ROUTING) return true;
  const reply = skb.ctInfo >= IP_CT_IS_REPLY;
  const before = ct.tuple(reply);
  const now = ct.tuple(!reply);
  if (before.answers(now)) return true;
  if (hook === NF_INET_PRE_ROUTING) {
    skb.dst = undefined;
    return true;
  }
  return routeMeHarder(stack, family, skb);
}
