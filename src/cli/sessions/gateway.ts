import type { Learner, Link } from './learner.ts';
import { address, forward, pairInto, up } from './topologies.ts';

/** Where a session that translates addresses happens. */
export interface Gateway {
  /** The namespace that forwards, '' for the host. */
  readonly router: string;
  /** Its device to the inside and the one to the outside. */
  readonly inner: string;
  readonly outer: string;
  /** Its address on the outside. */
  readonly own: string;
  readonly clients: readonly { netns: string; address: string }[];
  /** Somebody outside. */
  readonly far: string;
  /** The namespace of that somebody, undefined where it is the world outside. */
  readonly farNetns: string | undefined;
}

/** One or two namespaces behind a router, which is the host on the internet, or a namespace between them and another. */
export function gateway(learner: Learner, commands: string[]): Gateway {
  return learner.chance(45) ? hostAsRouter(learner, commands) : namespaceAsRouter(learner, commands);
}

function hostAsRouter(learner: Learner, commands: string[]): Gateway {
  const subnet = learner.nextSubnet();
  const bridge: Link = { name: learner.pick(['br0', 'br-lan', 'lan0']), netns: '', peer: undefined, up: false, addresses: [] };
  learner.links.push(bridge);
  learner.bridges.push(bridge);
  commands.push(`ip link add ${bridge.name} type bridge`);
  address(learner, commands, bridge, `${subnet}.1/24`);
  up(learner, commands, bridge);
  const clients = ['c1', 'c2'].slice(0, 1 + learner.random.int(2)).map((netns, i) => {
    learner.enterNetns(commands, netns);
    const [port, end] = pairInto(learner, commands, '', `v-${netns}`, netns, 'eth0');
    commands.push(`ip link set ${port.name} master ${bridge.name}`);
    up(learner, commands, port);
    address(learner, commands, end, `${subnet}.${i + 2}/24`);
    up(learner, commands, end);
    commands.push(learner.ip(netns, `route add default via ${subnet}.1`));
    return { netns, address: `${subnet}.${i + 2}` };
  });
  if (learner.chance(85)) commands.push(forward(learner, ''));
  commands.push('! sleep 3');
  return {
    router: '',
    inner: bridge.name,
    outer: 'eth0',
    own: '192.168.56.11',
    clients,
    far: learner.pick(['203.0.113.80', '203.0.113.80', '192.168.56.1']),
    farNetns: undefined,
  };
}

function namespaceAsRouter(learner: Learner, commands: string[]): Gateway {
  for (const name of ['inside', 'gw', 'outside']) learner.enterNetns(commands, name);
  const subnet = learner.nextSubnet();
  const [near, inner] = pairInto(learner, commands, 'inside', 'eth0', 'gw', 'lan');
  const [outer, far] = pairInto(learner, commands, 'gw', 'wan', 'outside', 'eth0');
  address(learner, commands, near, `${subnet}.2/24`);
  address(learner, commands, inner, `${subnet}.1/24`);
  address(learner, commands, outer, '198.51.100.1/24');
  address(learner, commands, far, '198.51.100.2/24');
  for (const link of [near, inner, outer, far]) up(learner, commands, link);
  commands.push(learner.ip('inside', `route add default via ${subnet}.1`));
  if (learner.chance(90)) commands.push(forward(learner, 'gw'));
  commands.push('! sleep 2');
  return {
    router: 'gw',
    inner: 'lan',
    outer: 'wan',
    own: '198.51.100.1',
    clients: [{ netns: 'inside', address: `${subnet}.2` }],
    far: '198.51.100.2',
    farNetns: 'outside',
  };
}
