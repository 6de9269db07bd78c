import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { NetNamespace } from '../../netns.ts';
import { vxlanReceive } from './receive.ts';
import { type Vxlan, type VxlanConfig, vxlansOf } from './vxlan.ts';

/** A UDP port and who listens on it: `struct vxlan_sock`. Devices of one namespace that read packets the same way share it. */
interface VxlanSocket {
  readonly vxlans: Set<Vxlan>;
  readonly close: () => void;
}

const byNamespace = new WeakMap<NetNamespace, Map<string, VxlanSocket>>();

/** Whether two devices would read arriving packets alike (VXLAN_F_RCV_FLAGS). */
export function receiveKey(config: VxlanConfig): string {
  const { dstPort, gbp, gpe, udp6zerocsumrx, remcsumrx, external, vnifilter } = config;
  return [dstPort, gbp, gpe, udp6zerocsumrx, remcsumrx, external, vnifilter].join();
}

/** Begins to listen (`vxlan_sock_add`): EADDRINUSE where somebody else has the port. An `external` device listens in both families. */
export function listen(vxlan: Vxlan): KernelError | undefined {
  const families = vxlan.config.external ? (['inet6', 'inet'] as const) : [vxlan.config.family];
  const releases: (() => void)[] = [];
  vxlan.release = () => {
    for (const release of releases) release();
  };
  for (const family of families) {
    const release = join(vxlan, family);
    if (isError(release)) {
      stopListening(vxlan);
      return release;
    }
    releases.push(release);
  }
  return undefined;
}

export function stopListening(vxlan: Vxlan): void {
  vxlan.release?.();
  vxlan.release = undefined;
}

function join(vxlan: Vxlan, family: 'inet' | 'inet6'): (() => void) | KernelError {
  const { net, config } = vxlan;
  const key = `${family},${receiveKey(config)}`;
  let sockets = byNamespace.get(net);
  if (sockets === undefined) {
    sockets = new Map();
    byNamespace.set(net, sockets);
  }
  let socket = sockets.get(key);
  if (socket === undefined) {
    const vxlans = new Set<Vxlan>();
    const opened = net.dataPlane.openUdpTunnel(family, config.dstPort, config.udp6zerocsumrx, (skb) => vxlanReceive(net, vxlans, skb));
    if (isError(opened)) return opened;
    socket = { vxlans, close: () => opened.close() };
    sockets.set(key, socket);
  }
  const { vxlans, close } = socket;
  vxlans.add(vxlan);
  return () => {
    vxlans.delete(vxlan);
    if (vxlans.size > 0) return;
    close();
    sockets.delete(key);
  };
}

/** EEXIST where another device of the namespace would get the same packets (`vxlan_vni_in_use`). */
export function refuseTwin(net: NetNamespace, config: VxlanConfig, self?: Vxlan): KernelError | undefined {
  for (const other of vxlansOf(net)) {
    if (other === self || other.config.vni !== config.vni) continue;
    if (other.config.family !== config.family || receiveKey(other.config) !== receiveKey(config)) continue;
    if (isLinkLocal(config) && other.config.link !== config.link) continue;
    return fail('EEXIST', 'A VXLAN device with the specified VNI already exists');
  }
  return undefined;
}

/** Whether it lives on one link only (VXLAN_F_IPV6_LINKLOCAL). */
export function isLinkLocal({ local }: VxlanConfig): boolean {
  return typeof local === 'string' && /^fe[89ab]/.test(local);
}
