import { expect, test } from 'vitest';
import { NS_PER_S } from '../base/time.ts';
import { runCommand } from './run-command.ts';
import { LabSession } from './session.ts';
import { STANDARD_LABS } from './standard.ts';

/** Runs a script on a machine and lets a second pass; what it printed, and what the lab says of itself. */
function after(lab: string, script: string): { output: string; halted: string | undefined } {
  const description = STANDARD_LABS.get(lab);
  if (!description) throw new Error(`no lab ${lab}`);
  const { world } = new LabSession(description, 'storm');
  const machine = world.machines.get('host1');
  if (!machine) throw new Error('no host1');
  const { output } = runCommand(world, machine, script);
  world.run(world.clock.now + NS_PER_S);
  return { output, halted: world.halted };
}

const PING = 'ping -c1 -W1 10.0.0.2';

// br0 ─ a0 ══ a1 ─ br1
//     ─ b0 ══ b1 ─
const TWO_CABLES = `
ip link add br0 type bridge; ip link add br1 type bridge
ip link add a0 type veth peer name a1; ip link add b0 type veth peer name b1
for d in a0 b0; do ip link set $d master br0; done; for d in a1 b1; do ip link set $d master br1; done
ip addr add 10.0.0.1/24 dev br0
`;
const UP = 'for d in br0 br1 a0 a1 b0 b1; do ip link set $d up; done\n';

test('two bridges with two cables between them and no STP: the storm is stopped, and the circle named', () => {
  const { halted } = after('solo', `${TWO_CABLES}${UP}${PING}`);
  expect(halted).toMatch(
    /A broadcast storm: frames go round in circles on host1: (br0 ─\([ab]0\)→ br1 ─\([ab]1\)→ br0|br1 ─\([ab]1\)→ br0 ─\([ab]0\)→ br1)\./,
  );
});

test('with STP the same cables are no harm: one port is closed', () => {
  const { output, halted } = after(
    'solo',
    `${TWO_CABLES}ip link set br0 type bridge stp_state 1; ip link set br1 type bridge stp_state 1\n${UP}sleep 40; ${PING}; bridge link | grep -c blocking`,
  );
  expect(halted).toBeUndefined();
  expect(output).toMatch(/100% packet loss[\s\S]*\n1\n$/);
});

//   br0 in s0 ── br0 in s1
//        └─ br0 in s2 ─┘
test('a ring of three bridges, each in a namespace of its own', () => {
  const { halted } = after(
    'solo',
    `for i in 0 1 2; do ip netns add s$i; ip -n s$i link add br0 type bridge; ip -n s$i link set br0 up; done
for i in 0 1 2; do j=$(( (i + 1) % 3 )); ip link add r$i netns s$i type veth peer name l$j netns s$j; done
for i in 0 1 2; do for d in l$i r$i; do ip -n s$i link set $d master br0 up; done; done
ip -n s0 addr add 10.0.0.1/24 dev br0; ip netns exec s0 ${PING}`,
  );
  expect(halted).toMatch(/circles on host1: s\d\/br0 ─\([lr]\d\)→ s\d\/br0 ─\([lr]\d\)→ s\d\/br0 ─\([lr]\d\)→ s\d\/br0\./);
});

test('both ends of a veth pair in one bridge', () => {
  const { halted } = after(
    'solo',
    `ip link add br0 type bridge; ip link add v0 type veth peer name v1
for d in v0 v1; do ip link set $d master br0; done; ip addr add 10.0.0.1/24 dev br0; for d in br0 v0 v1; do ip link set $d up; done; ${PING}`,
  );
  expect(halted).toMatch(/circles on host1: br0 ─\(v[01]\)→ br0\./);
});

// host1 10.1.0.2 ── 10.1.0.1 a 10.0.0.1 ── 10.0.0.2 b: a and b send 10.9.0.0/16 to each other
const TWO_ROUTERS = `ip netns add a; ip netns add b
ip link add v0 netns a type veth peer name v1 netns b; ip link add e0 type veth peer name e1 netns a
ip addr add 10.1.0.2/24 dev e0; ip link set e0 up; ip -n a addr add 10.1.0.1/24 dev e1; ip -n a link set e1 up
ip -n a addr add 10.0.0.1/24 dev v0; ip -n b addr add 10.0.0.2/24 dev v1; ip -n a link set v0 up; ip -n b link set v1 up
for n in a b; do ip netns exec $n sysctl -qw net.ipv4.ip_forward=1; done
ip -n a route add 10.9.0.0/16 via 10.0.0.2; ip -n b route add 10.9.0.0/16 via 10.0.0.1; ip -n b route add default via 10.0.0.1
ip route add 10.9.0.0/16 via 10.1.0.1
`;

test('routers that send a packet to each other: its TTL ends it, and the lab goes on', () => {
  const { output, halted } = after('solo', `${TWO_ROUTERS}ping -c1 -W1 10.9.0.1`);
  expect(halted).toBeUndefined();
  expect(output).toMatch(/From 10\.[01]\.0\.[12] icmp_seq=1 Time to live exceeded/);
});

test('routers whose rules translate a packet to and fro: its TTL ends that, too', () => {
  const dnat = (netns: string, from: string, to: string): string =>
    `ip netns exec ${netns} iptables -t nat -A PREROUTING -d ${from} -j DNAT --to-destination ${to}\n`;
  const rules = dnat('a', '10.9.0.1', '10.9.0.2') + dnat('b', '10.9.0.2', '10.9.0.1');
  const { output, halted } = after('solo', `${TWO_ROUTERS}${rules}ping -c1 -W1 10.9.0.1`);
  expect(halted).toBeUndefined();
  // As recorded: the error is translated back, hop by hop.
  expect(output).toContain('From 10.9.0.1 icmp_seq=1 Time to live exceeded');
});

test('a fork bomb runs into the limit on processes, as Linux says it, and time goes on', () => {
  const { output, halted } = after('solo', ':(){ :|:& };:; sleep 1; echo still here');
  expect(halted).toBeUndefined();
  expect(output).toContain('fork: retry: Resource temporarily unavailable');
});
