import { isError } from '../../sim/base/result.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import { median, milliseconds, type Result } from './measure.ts';
import { vethPair } from './veth-pair.ts';

const FRAMES = 200_000;
const PAYLOAD_BYTES = 64;
/** Datagrams sent before the receiver reads: less than its buffer holds. */
const BURST = 100;
const PORT = 9000;

/** Datagrams from a socket in one namespace, over one veth pair, to a socket in another: the whole stack on both sides. */
export function benchVeth(): Result[] {
  const { world, a, b, address } = vethPair();
  const to = { family: 'inet', address, port: PORT } as const;
  const receiver = b.sockets.udp('inet');
  receiver.bind(to);
  const sender = a.sockets.udp('inet');
  const data = new Uint8Array(PAYLOAD_BYTES);
  const run = () => {
    let received = 0;
    for (let sent = 0; sent < FRAMES; sent += BURST) {
      for (let i = 0; i < BURST; i++) sender.send(data, to);
      world.run(world.clock.now);
      while (!isError(receiver.receive())) received++;
    }
    // What the softirq budget put off.
    world.run(world.clock.now + NS_PER_MS);
    while (!isError(receiver.receive())) received++;
    if (received !== FRAMES) throw new Error(`only ${received} of ${FRAMES} datagrams arrived`);
  };
  run();
  const ms = median(5, () => milliseconds(run));
  return [{ name: 'UDP datagrams over one veth pair, socket to socket', value: (FRAMES / ms) * 1000, unit: 'frames/s' }];
}
