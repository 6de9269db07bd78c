import { setU16 } from '../../sim/base/bytes.ts';
import type { EventQueue } from '../../sim/base/event-queue.ts';
import { isError } from '../../sim/base/result.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import type { NetNamespace } from '../../sim/kernel/netns.ts';
import { ICMP_ECHO } from '../../sim/wire/icmp.ts';
import { median, milliseconds } from './measure.ts';

const PAIRS = 9;
const PAYLOAD_BYTES = 64;

/**
 * Milliseconds that one ping takes from a namespace to another that it has never spoken with: the question to everybody who
 * has that address, the answer, the request and its reply.
 */
export function pingAcross(clock: EventQueue, hosts: readonly { readonly ns: NetNamespace; readonly address: number }[]): number {
  let pair = 0;
  return median(PAIRS, () => {
    const from = hosts[pair % hosts.length];
    const to = hosts[(pair + Math.floor(hosts.length / 2)) % hosts.length];
    pair++;
    if (!from || !to) throw new Error('no hosts');
    return milliseconds(() => ping(clock, from.ns, to.address));
  });
}

function ping(clock: EventQueue, ns: NetNamespace, address: number): void {
  ns.sysctl.write('net/ipv4/ping_group_range', '0 0');
  const socket = ns.sockets.ping('inet');
  if (isError(socket)) throw new Error(socket.errno);
  const request = new Uint8Array(8 + PAYLOAD_BYTES);
  request[0] = ICMP_ECHO;
  setU16(request, 6, 1);
  const refused = socket.send(request, { family: 'inet', address, port: 0 });
  if (isError(refused)) throw new Error(refused.errno);
  clock.runUntil(clock.now + NS_PER_MS);
  const reply = socket.receive();
  if (isError(reply)) throw new Error(`no answer: ${reply.errno}`);
  socket.close();
}
