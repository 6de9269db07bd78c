import { parseIpv4 } from '../../sim/base/address.ts';
import { isError } from '../../sim/base/result.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { solo } from '../../sim/lab/standard.ts';
import { median, milliseconds, type Result } from './measure.ts';

const FRAMES = 200_000;
const PAYLOAD_BYTES = 64;
/** Datagrams sent before the receiver reads: less than its buffer holds. */
const BURST = 100;
const PORT = 9000;

/** Datagrams from a socket in one namespace, over one veth pair, to a socket in another: the whole stack on both sides. */
export function benchVeth(): Result[] {
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
