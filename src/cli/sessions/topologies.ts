import type { Learner, Link } from './learner.ts';
import { addNamespace } from './namespaces.ts';

// Networks that people build before they look at something: a bridge with namespaces on it, a chain of routers.

/** A line that is typed in the background under a name. */
export const background = (name: string, command: string, host = 'host1'): string => `${host}&${name}$ ${command}`;

/** Lets the machine or namespace forward packets. */
export const forward = (learner: Learner, netns: string): string => learner.run(netns, 'sysctl -w net.ipv4.ip_forward=1');

/** Makes a pair whose other end is in a namespace, in the forms there are; answers the end that stayed and the other. */
export function pairInto(learner: Learner, commands: string[], home: string, near: string, netns: string, far: string): [Link, Link] {
  const one: Link = { name: near, netns: home, peer: undefined, up: false, addresses: [] };
  const two: Link = { name: far, netns, peer: one, up: false, addresses: [] };
  one.peer = two;
  learner.links.push(one, two);
  if (learner.chance(50)) commands.push(learner.ip(home, `link add ${near} type veth peer name ${far} netns ${netns}`));
  else if (home !== '') commands.push(learner.ip(netns, `link add ${far} type veth peer name ${near} netns ${home}`));
  else commands.push(`ip link add ${near} type veth peer name ${near}-p`, `ip link set ${near}-p netns ${netns} name ${far}`);
  return [one, two];
}

export function up(learner: Learner, commands: string[], link: Link): void {
  link.up = true;
  commands.push(learner.ip(link.netns, `link set ${learner.pick(['', 'dev '])}${link.name} up`));
}

export function address(learner: Learner, commands: string[], link: Link, cidr: string): void {
  link.addresses.push(cidr);
  commands.push(learner.ip(link.netns, `${learner.pick(['addr', 'a', 'address'])} add ${cidr} dev ${link.name}`));
}

/** Two to four namespaces on a bridge, which mostly has an address itself. */
export function lan(learner: Learner): string[] {
  const commands: string[] = [];
  const name = learner.pick(['br0', 'br0', 'br-lan', 'lan', 'mybridge']);
  const home = learner.chance(20) ? 'sw' : '';
  if (home !== '') {
    learner.enterNetns(commands, 'sw');
  }
  commands.push(
    learner.chance(75)
      ? learner.ip(
          home,
          `link add ${name} type bridge${learner.pick(['', '', '', ' stp_state 0', ' forward_delay 0', ' ageing_time 3000', ' mcast_snooping 0'])}`,
        )
      : learner.run(home, `brctl addbr ${name}`),
  );
  const bridge: Link = { name, netns: home, peer: undefined, up: false, addresses: [] };
  learner.links.push(bridge);
  learner.bridges.push(bridge);
  const subnet = learner.nextSubnet();
  if (learner.chance(70)) address(learner, commands, bridge, `${subnet}.1/24`);
  up(learner, commands, bridge);
  const count = 2 + learner.random.int(3);
  for (let i = 0; i < count; i++) {
    commands.push(addNamespace(learner));
    const netns = learner.namespaces.at(-1) ?? '';
    const [port, end] = pairInto(
      learner,
      commands,
      home,
      `${learner.pick(['veth', 'p'])}-${netns}`,
      netns,
      learner.pick(['eth0', 'eth0', `v-${netns}`]),
    );
    commands.push(
      learner.chance(75) ? learner.ip(home, `link set ${port.name} master ${name}`) : learner.run(home, `brctl addif ${name} ${port.name}`),
    );
    up(learner, commands, port);
    address(learner, commands, end, `${subnet}.${i + 2}/24`);
    up(learner, commands, end);
    if (bridge.addresses.length > 0 && learner.chance(50)) commands.push(learner.ip(netns, `route add default via ${subnet}.1`));
  }
  commands.push('! sleep 3');
  return commands;
}

/** A chain of namespaces, the middle ones forwarding, some with IPv6 too; a learner may forget something. */
export function routers(learner: Learner, sixPercent = 35): string[] {
  const commands: string[] = [];
  const names = ['left', 'r1', ...(learner.chance(50) ? ['r2'] : []), 'right'];
  for (const name of names) learner.enterNetns(commands, name);
  const six = learner.chance(sixPercent);
  const last = names.length - 1;
  for (let i = 0; i < last; i++) {
    const [near, far] = [names[i] ?? '', names[i + 1] ?? ''];
    const [one, two] = pairInto(learner, commands, near, i === 0 ? 'eth0' : 'eth1', far, 'eth0');
    address(learner, commands, one, `10.0.${i + 1}.1/24`);
    address(learner, commands, two, `10.0.${i + 1}.2/24`);
    if (six) {
      address(learner, commands, one, `fd00:${i + 1}::1/64 nodad`);
      address(learner, commands, two, `fd00:${i + 1}::2/64 nodad`);
      for (const link of [one, two]) link.addresses.push((link.addresses.pop() ?? '').replace(' nodad', ''));
    }
    up(learner, commands, one);
    up(learner, commands, two);
  }
  for (const router of names.slice(1, -1)) {
    if (learner.chance(15)) continue;
    commands.push(forward(learner, router));
    if (six) commands.push(learner.run(router, 'sysctl -q -w net.ipv6.conf.all.forwarding=1'));
  }
  const toRight = (at: number): string => `via 10.0.${at + 1}.2`;
  commands.push(learner.ip('left', `route add ${learner.pick(['default', '10.0.0.0/16'])} ${toRight(0)}`));
  commands.push(learner.ip('right', `route add default via 10.0.${last}.1`));
  if (six) {
    commands.push(
      learner.ip('left', '-6 route add default via fd00:1::2'),
      learner.ip('right', `-6 route add default via fd00:${last}::1`),
    );
  }
  if (last === 3) {
    commands.push(learner.ip('r1', `route add 10.0.3.0/24 ${toRight(1)}`), learner.ip('r2', 'route add 10.0.1.0/24 via 10.0.2.1'));
    if (six)
      commands.push(learner.ip('r1', '-6 route add fd00:3::/64 via fd00:2::2'), learner.ip('r2', '-6 route add fd00:1::/64 via fd00:2::1'));
  }
  commands.push('! sleep 2');
  return commands;
}
