import type { Learner, Maker } from './learner.ts';

const NAMES = ['red', 'blue', 'green', 'test1', 'test2', 'ns1', 'ns2', 'left', 'right', 'client', 'server', 'a', 'b'];

export function addNamespace(learner: Learner): string {
  const name = learner.fresh(NAMES, learner.namespaces);
  learner.namespaces.push(name);
  learner.links.push({ name: 'lo', netns: name, peer: undefined, up: false, addresses: [] });
  return `ip netns add ${name}`;
}

/** What is in a namespace goes with it, and the other ends of its pairs. */
function deleteNamespace(learner: Learner): string | undefined {
  const name = learner.pickIfAny(learner.namespaces);
  if (name === undefined || learner.namespaces.length < 2) return undefined;
  learner.namespaces.splice(learner.namespaces.indexOf(name), 1);
  for (const link of learner.links.filter((link) => link.netns === name)) {
    learner.drop(link);
    if (link.peer) learner.drop(link.peer);
  }
  learner.plan.push(`! sleep 1`, 'ip -br link');
  return `ip netns ${learner.pick(['del', 'delete', 'delete', 'd'])} ${name}`;
}

const inOne =
  (words: (name: string, learner: Learner) => string): Maker =>
  (learner) => {
    const name = learner.pickIfAny(learner.namespaces);
    return name === undefined ? undefined : words(name, learner);
  };

export const NAMESPACE_COMMANDS: readonly Maker[] = [
  (learner) => (learner.namespaces.length < 4 ? addNamespace(learner) : undefined),
  deleteNamespace,
  (learner) => learner.pick(['ip netns', 'ip netns list', 'ip netns ls', 'ip netns show', 'ip -o netns', 'ip -j netns list']),
  (learner) =>
    learner.pick([
      'ip netns identify',
      'ip netns identify $$',
      'ip netns list-id',
      'ip -j netns list-id',
      'ls /var/run/netns',
      'ls /run/netns',
    ]),
  inOne((name) => `ip netns exec ${name} ip netns identify`),
  inOne((name) => `ip netns exec ${name} ip netns list`),
  inOne((name) => `ip netns pids ${name}`),
  inOne((name, learner) => `ip netns set ${name} ${learner.pick(['5', '100', 'auto', '0', '7'])}`),
  inOne((name, learner) =>
    learner.run(name, learner.pick(['hostname', 'echo hello', 'bash -c "ip -br link; ip -br addr"', 'cat /etc/hostname', 'true', 'false'])),
  ),
  inOne(
    (name, learner) =>
      `nsenter --net=/var/run/netns/${name} ${learner.pick(['ip a', 'ip -br link', 'ip route', 'ip link show lo', 'hostname'])}`,
  ),
  inOne((name) => `nsenter -n/run/netns/${name} ip -br addr`),
  inOne((name) => `ip netns exec ${name} unshare -n ip link`),
  inOne((name, learner) => {
    const other = learner.fresh(['copy', 'alias1'], learner.namespaces);
    learner.plan.push('ip netns list', `ip netns del ${other}`);
    return `ip netns exec ${name} bash -c 'ip netns attach ${other} $$'`;
  }),
  (learner) =>
    learner.pick([
      'ip -all netns exec ip -br link',
      'ip -all netns exec ip -br addr',
      'ip -a netns exec ip route',
      'ip -all netns exec hostname',
    ]),
  (learner) =>
    learner.pick([
      'unshare -n ip a',
      'unshare --net ip link',
      'unshare -n ip -br addr',
      'unshare -n bash -c "ip link set lo up; ip addr show lo"',
      'unshare -n ping -c 1 127.0.0.1',
    ]),
];
