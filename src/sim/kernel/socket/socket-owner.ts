import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';

/** Whose a socket is (sk_uid), and what that user's process was allowed when it made it. */
export interface SocketOwner {
  readonly uid: number;
  readonly gid: number;
  /** Its other groups. */
  readonly groups: readonly number[];
  /** CAP_NET_BIND_SERVICE over the network namespace. */
  readonly bindsServicePorts: boolean;
}

export const ROOT_OWNER: SocketOwner = { uid: 0, gid: 0, groups: [], bindsServicePorts: true };

/** EACCES for a port below net.ipv4.ip_unprivileged_port_start that the owner may not bind (inet_port_requires_bind_service). */
export function refusedPort(ns: NetNamespace, owner: SocketOwner, port: number): undefined | KernelError {
  if (port === 0 || owner.bindsServicePorts || port >= ns.sysctl.int('net/ipv4/ip_unprivileged_port_start')) return undefined;
  return fail('EACCES');
}
