import { parseIpv4 } from '../../sim/base/address.ts';
import { isError } from '../../sim/base/result.ts';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { solo } from '../../sim/lab/standard.ts';
import { median, milliseconds, type Result } from './measure.ts';

const MEGABYTES = 64;
const PORT = 5201;
/** What a process writes and reads at a time. */
const CHUNK = 1 << 16;

/** One TCP stream from a namespace over a veth pair to another: every segment built, summed, routed, received and acknowledged. */
export function benchTcp(): Result[] {
  const world = buildLab(solo, 'bench');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const command = [
    'ip netns add a',
    'ip netns add b',
    'ip link add v0 netns a type veth peer name v1 netns b',
    'ip -n a addr add 10.0.0.1/24 dev v0',
    'ip -n b addr add 10.0.0.2/24 dev v1',
    'ip -n a link set v0 up',
    'ip -n b link set v1 up',
    'ip netns exec a ping -c 1 10.0.0.2',
  ].join(' && ');
  const { exit, output } = runCommand(world, host, command);
  if (exit !== 0) throw new Error(output);
  const [a, b] = [...host.kernel.namespaces.values()].slice(-2);
  const address = parseIpv4('10.0.0.2');
  if (!a || !b || address === undefined) throw new Error('no namespaces');
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
      world.run(world.clock.now);
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
