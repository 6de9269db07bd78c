import { type Ipv4, parseIpv4 } from '../../sim/base/address.ts';
import type { NetNamespace } from '../../sim/kernel/netns.ts';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { solo } from '../../sim/lab/standard.ts';
import type { World } from '../../sim/world/world.ts';

/** Two namespaces joined by a cable, who have spoken once; `address` is b's. */
export function vethPair(): { readonly world: World; readonly a: NetNamespace; readonly b: NetNamespace; readonly address: Ipv4 } {
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
  return { world, a, b, address };
}
