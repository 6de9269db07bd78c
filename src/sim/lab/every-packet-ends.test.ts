// Whole sessions, with programs, sockets, tunnels, translation and queues: no packet vanishes without a word.

import { expect, test } from 'vitest';
import { NS_PER_S } from '../base/time.ts';
import { Ledger } from '../kernel/test-ledger.ts';
import { runCommand } from './run-command.ts';
import { LabSession } from './session.ts';
import { STANDARD_LABS } from './standard.ts';

// b 10.0.0.2 ── 10.0.0.1 host1 ── the world outside; vx of both is a tunnel, 10.7.0.0/24
const NETWORK = `ip netns add b; ip link add v0 type veth peer name v1 netns b
ip addr add 10.0.0.1/24 dev v0; ip -n b addr add 10.0.0.2/24 dev v1; ip addr add fd00::1/64 dev v0 nodad; ip -n b addr add fd00::2/64 dev v1 nodad
ip -n b link set lo up; ip -n b link set v1 up; ip link set v0 up; ip -n b route add default via 10.0.0.1; sysctl -qw net.ipv4.ip_forward=1
ip link add vx type vxlan id 7 dstport 4789 local 10.0.0.1 remote 10.0.0.2 dev v0; ip addr add 10.7.0.1/24 dev vx; ip link set vx up
ip -n b link add vx type vxlan id 7 dstport 4789 local 10.0.0.2 remote 10.0.0.1 dev v1; ip -n b addr add 10.7.0.2/24 dev vx; ip -n b link set vx up
iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE
mkdir /tmp/www; seq 5000 >/tmp/www/numbers; ip netns exec b busybox httpd -p 80 -h /tmp/www; sleep 1
`;

test.each([
  [
    'pings, whole and in pieces',
    'ping -c2 10.0.0.2; ping -c1 -s 4000 10.0.0.2; ping -c1 fd00::2; ping -c1 -s 4000 fd00::2; ping -c1 127.0.0.1',
  ],
  ['a tunnel', 'ping -c2 10.7.0.2; ping -c1 -s 3000 10.7.0.2; curl -s http://10.7.0.2/numbers | tail -1'],
  [
    'HTTP in both families',
    'curl -s http://10.0.0.2/numbers | tail -1; curl -s -g "http://[fd00::2]/numbers" | tail -1; curl -s http://10.0.0.2:81/',
  ],
  ['the world outside', 'ip netns exec b ping -c1 203.0.113.80; ip netns exec b traceroute -n -m3 203.0.113.99; ping -c1 www.example.com'],
  [
    'a cable that loses, doubles and spoils',
    'tc qdisc add dev v0 root netem loss 10% duplicate 10% corrupt 10% delay 1ms; ping -i 0.01 -c 50 10.0.0.2; timeout 20 curl -s http://10.0.0.2/numbers | tail -1',
  ],
  [
    'refusals',
    'ip netns exec b iptables -A INPUT -p icmp -j DROP; ping -c1 -W1 10.0.0.2; nc -u -w1 10.0.0.2 99 </etc/hostname; ping -c1 -W1 10.0.0.9; ping -c1 -W1 -b 10.0.0.255',
  ],
  [
    'devices that go away',
    'ping -c3 -i 0.2 10.0.0.2 & ip neigh flush dev v0; ip link set v0 down; sleep 1; ip link set v0 up; sleep 1; ip netns del b; sleep 1; wait',
  ],
])('%s', (_, script) => {
  const lab = STANDARD_LABS.get('solo');
  if (!lab) throw new Error('no lab');
  const { world } = new LabSession(lab, 'ledger');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const ledger = new Ledger(world.trace);
  runCommand(world, host, NETWORK);
  runCommand(world, host, script);
  world.run(world.clock.now + 60 * NS_PER_S);
  expect(ledger.events.length).toBeGreaterThan(100);
  expect([...ledger.vanished, ...ledger.ghosts]).toEqual([]);
});
