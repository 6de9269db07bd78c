import { isError } from '../../sim/base/result.ts';
import { median, milliseconds, type Result } from './measure.ts';
import { vethPair } from './veth-pair.ts';

const MEGABYTES = 64;
const PORT = 5201;
/** What a process writes and reads at a time. */
const CHUNK = 1 << 16;
/** Virtual time that a round of writing and reading takes: where none passes, so many events are a storm to the world. */
const ROUND_NS = 20_000;

/** One TCP stream from a namespace over a veth pair to another: every segment built, summed, routed, received and acknowledged. */
export function benchTcp(): Result[] {
  const { world, a, b, address } = vethPair();
  const to = { family: 'inet', address, port: PORT } as const;
  const listener = b.sockets.tcp('inet');
  listener.bind({ ...to, address: 0 });
  listener.listen(1);
  const client = a.sockets.tcp('inet');
  client.connect(to);
  world.run(world.clock.now);
  const server = listener.accept();
  if (isError(server)) throw new Error(server.errno);

  const data = new Uint8Array(CHUNK);
  const total = MEGABYTES * 1_000_000;
  const run = () => {
    let sent = 0;
    let received = 0;
    while (received < total) {
      if (sent < total) {
        const n = client.send(data);
        if (!isError(n)) sent += n;
      }
      world.run(world.clock.now + ROUND_NS);
      for (;;) {
        const got = server.receive(CHUNK);
        if (isError(got)) break;
        received += got.length;
      }
    }
  };
  run();
  const ms = median(5, () => milliseconds(run));
  return [{ name: 'TCP goodput of one stream over one veth pair', value: (total * 8) / ms / 1000, unit: 'Mbit/s' }];
}
