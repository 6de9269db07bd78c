import { parseIpv4, readMac, writeMac } from '../../sim/base/address.ts';
import { setU16 } from '../../sim/base/bytes.ts';
import { pseudoHeaderV4 } from '../../sim/base/checksum.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import type { NetDevice } from '../../sim/kernel/device/net-device.ts';
import { devQueueXmit } from '../../sim/kernel/device/transmit.ts';
import { Skb } from '../../sim/kernel/skb.ts';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { solo } from '../../sim/lab/standard.ts';
import { ETH_HLEN, ETH_P_IP } from '../../sim/wire/ethernet.ts';
import { IPPROTO_UDP } from '../../sim/wire/ip-protocol.ts';
import { IPV4_HLEN, writeIpv4 } from '../../sim/wire/ipv4.ts';
import { UDP_HLEN, writeUdp } from '../../sim/wire/udp.ts';
import type { World } from '../../sim/world/world.ts';
import { median, milliseconds, type Result } from './measure.ts';

const PACKETS = 300_000;
const BURST = 64;
/** Virtual time between bursts. */
const BURST_NS = 50_000;
const PAYLOAD_BYTES = 18;
const FLOWS = 64;
const SOURCE = parseIpv4('10.1.0.2') as number;
const DESTINATION = parseIpv4('203.0.113.2') as number;

/** Packets of some UDP flows through a router with and without connection tracking and MASQUERADE: from one veth to another. */
export function benchRouter(): Result[] {
  return [
    { name: 'router, forwarding alone', value: rate([]), unit: 'packets/s' },
    {
      name: 'router with conntrack and MASQUERADE',
      value: rate([
        'ip netns exec r iptables -t nat -A POSTROUTING -o wan -j MASQUERADE',
        'ip netns exec r iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      ]),
      unit: 'packets/s',
    },
  ];
}

function rate(rules: readonly string[]): number {
  const { world, from, to } = build(rules);
  const { clock } = world;
  const frames = Array.from({ length: FLOWS }, (_, flow) => datagram(from, 40_000 + flow));
  const run = (packets: number): void => {
    const before = to.stats.rxPackets;
    for (let sent = 0; sent < packets; sent += BURST) {
      for (let i = 0; i < BURST; i++) transmit(from, frames[(sent + i) % FLOWS] as Uint8Array);
      clock.runUntil(clock.now + BURST_NS);
    }
    // What the softirq budget put off.
    clock.runUntil(clock.now + NS_PER_MS);
    const arrived = to.stats.rxPackets - before;
    if (arrived < packets) throw new Error(`only ${arrived} of ${packets} packets arrived`);
  };
  run(BURST * 100);
  return (PACKETS / median(3, () => milliseconds(() => run(PACKETS)))) * 1000;
}

/** a:eth0 ── lan:r:wan ── b:eth0; b has no address, so that what arrives costs it nothing more. */
function build(rules: readonly string[]): { world: World; from: NetDevice; to: NetDevice } {
  const world = buildLab(solo, 'bench');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const commands = [
    'ip netns add a',
    'ip netns add r',
    'ip netns add b',
    'ip link add lan netns r type veth peer name eth0 netns a',
    'ip link add wan netns r type veth peer name eth0 netns b address 02:00:00:00:00:0b',
    'ip -n r addr add 10.1.0.1/24 dev lan',
    'ip -n r addr add 203.0.113.1/24 dev wan',
    'ip -n a link set eth0 up',
    'ip -n b link set eth0 up',
    'ip -n r link set lan up',
    'ip -n r link set wan up',
    'ip -n r neigh add 203.0.113.2 lladdr 02:00:00:00:00:0b dev wan',
    'ip netns exec r sysctl -qw net.ipv4.ip_forward=1',
    ...rules,
  ];
  const { exit, output } = runCommand(world, host, commands.join(' && '));
  if (exit !== 0) throw new Error(output);
  const [a, , b] = [...host.kernel.namespaces.values()].slice(-3);
  const [from, to] = [a?.deviceByName('eth0'), b?.deviceByName('eth0')];
  if (!from || !to) throw new Error('no devices');
  return { world, from, to };
}

/** A datagram as a's frame to the router. */
function datagram(from: NetDevice, port: number): Uint8Array {
  const segment = UDP_HLEN + PAYLOAD_BYTES;
  const b = new Uint8Array(ETH_HLEN + IPV4_HLEN + segment);
  const router = from.ops.lowerLink?.(from);
  writeMac(b, 0, router?.address ?? readMac(b, 0));
  writeMac(b, 6, from.address);
  setU16(b, 12, ETH_P_IP);
  writeUdp(b, ETH_HLEN + IPV4_HLEN, segment, port, 53, pseudoHeaderV4(SOURCE, DESTINATION, IPPROTO_UDP, segment));
  writeIpv4(b, ETH_HLEN, IPV4_HLEN + segment, 0, 0, 64, IPPROTO_UDP, SOURCE, DESTINATION, 0);
  return b;
}

function transmit(from: NetDevice, frame: Uint8Array): void {
  const skb = Skb.alloc(frame.length);
  for (let i = 0; i < frame.length; i++) skb.buf[skb.data + i] = frame[i] as number;
  skb.mac = skb.data;
  devQueueXmit(from, skb);
}
