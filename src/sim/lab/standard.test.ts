import { expect, it } from 'vitest';
import { buildLab } from './build.ts';
import { runCommand } from './run-command.ts';
import { trio, twoSites, walk } from './standard.ts';

/** The last line but one of a ping from a machine: whether an answer came. */
function received(world: ReturnType<typeof buildLab>, from: string, command: string): string | undefined {
  const machine = world.machines.get(from);
  if (machine === undefined) throw new Error(`no ${from}`);
  return /(\d) received/.exec(runCommand(world, machine, command).output)?.[1];
}

//  host1 host2          host3
//    └─────┴ lan ─ router ─ lan2┘, and the internet behind lan
it('twoSites: every host reaches the other site and the internet, by way of the router', () => {
  const world = buildLab(twoSites, 'test');
  const pings = [
    received(world, 'host1', 'ping -c 1 192.168.57.13'),
    received(world, 'host3', 'ping -c 1 192.168.56.12'),
    received(world, 'host3', 'ping -c 1 www.example.com'),
    received(world, 'host1', 'ping -c 1 www.example.com'),
  ];
  const hops = runCommand(world, world.machines.get('host3') as never, 'traceroute -n 192.168.56.11').output;
  expect([pings, [...hops.matchAll(/^ *\d+ +(\S+)/gm)].map(([, hop]) => hop)]).toEqual([
    ['1', '1', '1', '1'],
    ['192.168.57.1', '192.168.56.11'],
  ]);
});

//  host1 10.10.101.105 ── .254 gateway .1 ── server 180.76.3.151, which has no route to what is behind host1
it('walk: the server answers host1, by way of the gateway, and nobody behind host1', () => {
  const world = buildLab(walk, 'test');
  const behind = [
    'ip netns add c; ip link add d0 type veth peer name eth0 netns c; ip addr add 172.17.0.1/16 dev d0; ip link set d0 up',
    'ip -n c addr add 172.17.0.2/16 dev eth0; ip -n c link set eth0 up; ip -n c route add default via 172.17.0.1; sysctl -qw net.ipv4.ip_forward=1',
  ];
  for (const command of behind) expect(runCommand(world, world.machines.get('host1') as never, command).output).toBe('');
  expect([
    received(world, 'host1', 'ping -c 1 180.76.3.151'),
    received(world, 'host1', 'ip netns exec c ping -c 1 -W 1 180.76.3.151'),
    runCommand(world, world.machines.get('host1') as never, 'curl -s http://180.76.3.151/ip').output,
    received(world, 'server', 'ping -c 1 10.10.101.105'),
  ]).toEqual(['1', '0', '10.10.101.105\n', '1']);
});

//  c.10.100.0.N on br0 with vx0 on each of host1, host2, host3
it('trio: one segment over three hosts, its flood lists made by hand', () => {
  const world = buildLab(trio, 'test');
  for (const n of [1, 2, 3]) {
    const others = [1, 2, 3].filter((other) => other !== n).map((other) => `192.168.56.${10 + other}`);
    const commands = [
      `ip link add vx0 type vxlan id 100 local 192.168.56.${10 + n} dstport 4789`,
      ...others.map((other) => `bridge fdb append 00:00:00:00:00:00 dev vx0 dst ${other}`),
      'ip link add br0 type bridge; ip link set vx0 master br0 up; ip link set br0 up',
      'ip netns add c; ip link add v0 type veth peer name eth0 netns c; ip link set v0 master br0 up',
      `ip -n c addr add 10.100.0.${n}/24 dev eth0; ip -n c link set eth0 up`,
    ].join('\n');
    const result = runCommand(world, world.machines.get(`host${n}`) as never, commands);
    expect(result.output).toBe('');
  }
  expect(
    [2, 3].flatMap((n) => [
      received(world, 'host1', `ip netns exec c ping -c 1 10.100.0.${n}`),
      received(world, `host${n}`, `ip netns exec c ping -c 1 10.100.0.1`),
    ]),
  ).toEqual(['1', '1', '1', '1']);
});
