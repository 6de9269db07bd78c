import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import type { LinkCreate } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { isValidStationAddress } from './device-state.ts';
import { registerDevice, unregisterDevices } from './lifecycle.ts';
import { setCarrier } from './link-watch.ts';
import type { DeviceOps, NetDevice } from './net-device.ts';
import { configureLink, createDevice } from './new-link.ts';
import { forwardSkb, refuseTransmit } from './receive.ts';
import type { DeviceKind, NewLink } from './registry.ts';

// A pair of virtual Ethernet devices: what one sends, the other receives (drivers/net/veth.c). Each has a carrier while
// both are up.

const ETH_MIN_MTU = 68;
const ETH_MAX_MTU = 65535;

/** The other end; undefined only while the pair is being made or taken apart. */
export function vethPeer(dev: NetDevice): NetDevice | undefined {
  return dev.ops === vethOps ? (dev.priv as NetDevice | undefined) : undefined;
}

const vethOps: DeviceOps = {
  kind: 'veth',

  /** `forwardSkb` makes the packet forget what it was to its sender, as leaving a namespace does (skb_scrub_packet). */
  xmit(dev: NetDevice, skb: Skb): void {
    const peer = dev.priv as NetDevice | undefined;
    if (peer !== undefined) return forwardSkb(dev, peer, skb);
    refuseTransmit(dev, skb);
    drop(dev.ns, skb, 'NO_CARRIER', `${dev.name} has lost its peer`);
  },

  open(dev: NetDevice): KernelError | undefined {
    const peer = vethPeer(dev);
    if (peer === undefined) return fail('ENOTCONN');
    if (peer.up) {
      setCarrier(dev, true);
      setCarrier(peer, true);
    }
    return undefined;
  },

  stop(dev: NetDevice): void {
    setCarrier(dev, false);
    const peer = vethPeer(dev);
    if (peer !== undefined) setCarrier(peer, false);
  },

  dellink(dev: NetDevice): readonly NetDevice[] {
    const peer = vethPeer(dev);
    if (peer === undefined) return [];
    dev.priv = undefined;
    peer.priv = undefined;
    return [peer];
  },

  lowerLink: vethPeer,
  speedMbps: () => 10000,
};

export const vethKind: DeviceKind = {
  kind: 'veth',

  create(link: NewLink): NetDevice | KernelError {
    const { request } = link;
    const peerRequest: LinkCreate = { ...request.peer, kind: 'veth' };
    const invalid = validate(request) ?? validate(peerRequest);
    if (invalid !== undefined) return invalid;
    const peerNs = peerNamespace(link, peerRequest);
    if (isError(peerNs)) return peerNs;

    // The peer is registered first, so it gets the lower ifindex and, by then, has nobody at the other end.
    const dev = newVeth(link.target, request);
    if (isError(dev)) return dev;
    const peer = newVeth(peerNs, peerRequest);
    if (isError(peer)) return peer;
    const peerError = registerDevice(peer, peerRequest.ifindex);
    if (peerError !== undefined) return peerError;
    setCarrier(peer, false);
    const configured = configureLink(peer, peerRequest);
    const error = configured ?? registerDevice(dev, request.ifindex);
    if (error !== undefined) {
      unregisterDevices([peer]);
      return error;
    }
    setCarrier(dev, false);
    dev.priv = peer;
    peer.priv = dev;
    return dev;
  },
};

function newVeth(ns: NetNamespace, request: LinkCreate): NetDevice | KernelError {
  const dev = createDevice(ns, vethOps, request);
  if (isError(dev)) return dev;
  // One queue a processor; the recorded machines have two.
  dev.numTxQueues = request.numTxQueues ?? 2;
  dev.numRxQueues = request.numRxQueues ?? 2;
  return dev;
}

function validate(request: LinkCreate): KernelError | undefined {
  if (request.address !== undefined && !isValidStationAddress(request.address)) return fail('EADDRNOTAVAIL');
  if (request.mtu !== undefined && (request.mtu < ETH_MIN_MTU || request.mtu > ETH_MAX_MTU)) return fail('EINVAL');
  return undefined;
}

function peerNamespace(link: NewLink, peer: LinkCreate): NetNamespace | KernelError {
  if (peer.netns === undefined) return link.request.peer === undefined ? link.target : link.source;
  return link.source.kernel.namespaces.get(peer.netns.netnsInode) ?? fail('EINVAL');
}
