import { dumpLink } from '../../rtnetlink/link-dump.ts';
import type { BridgePort } from './bridge.ts';
import { portInfo } from './port-info.ts';

/** Tells listeners of AF_BRIDGE about a port (`br_ifinfo_notify`). */
export function notifyPort(port: BridgePort, deleted = false): void {
  const { ns } = port.dev;
  if (ns.listening) ns.emit({ type: 'bridgePort', deleted, port: { link: dumpLink(port.dev), port: portInfo(port) } });
}
