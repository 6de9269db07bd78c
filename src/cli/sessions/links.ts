import type { Learner, Link, Maker } from './learner.ts';

const PAIRS = [
  ['v0', 'v1'],
  ['veth0', 'veth1'],
  ['veth-a', 'veth-b'],
  ['to-red', 'to-blue'],
  ['eth1', 'eth2'],
  ['link1', 'link2'],
  ['p0', 'p1'],
  ['veth10', 'veth11'],
] as const;

/** Makes a pair in one of the forms that people write, often with its ends where they belong at once. */
export function addPair(learner: Learner): string {
  const taken = learner.links.map((link) => link.name);
  const [one, two] = PAIRS.find(([a, b]) => !taken.includes(a) && !taken.includes(b) && learner.chance(60)) ?? [
    `w${taken.length}`,
    `x${taken.length}`,
  ];
  const home = learner.chance(25) ? learner.somewhere() : '';
  const [netns1, netns2] = [learner.chance(30) ? learner.somewhere() : '', learner.chance(30) ? learner.somewhere() : ''];
  const first = end(learner, one, netns1 || home);
  const second = end(learner, two, netns2 || home);
  first.peer = second;
  second.peer = first;
  const options1 = options(learner, netns1, 1);
  const options2 = options(learner, netns2, 2);
  return learner.ip(
    home,
    `link add ${learner.pick(['', '', 'name ', 'dev '])}${one}${options1} type veth peer ${learner.pick(['name ', 'name ', 'name ', ''])}${two}${options2}`,
  );
}

function end(learner: Learner, name: string, netns: string): Link {
  const link: Link = { name, netns, peer: undefined, up: false, addresses: [] };
  learner.links.push(link);
  return link;
}

function options(learner: Learner, netns: string, side: number): string {
  const words = [
    netns === '' ? '' : ` netns ${netns}`,
    learner.chance(12) ? ` address 02:00:00:00:0${side}:${learner.random.int(80) + 10}` : '',
    learner.chance(8) ? ` mtu ${learner.pick([1400, 9000, 1280, 576])}` : '',
    learner.chance(4) ? ` txqueuelen ${learner.pick([100, 0, 500])}` : '',
    learner.chance(3) ? ' up' : '',
  ];
  return words.join('');
}

const withLink =
  (make: (learner: Learner, link: Link) => string | undefined): Maker =>
  (learner) => {
    const link = learner.pickIfAny(learner.veths());
    return link && make(learner, link);
  };

function move(learner: Learner, link: Link): string | undefined {
  const target = learner.pickIfAny(learner.namespaces);
  if (target === undefined || target === link.netns) return undefined;
  const text = learner.ip(link.netns, `link set ${learner.pick(['', 'dev '])}${link.name} netns ${target}`);
  link.netns = target;
  link.up = false;
  link.addresses.length = 0;
  return text;
}

function rename(learner: Learner, link: Link): string {
  const name = learner.fresh(
    ['eth0', 'eth1', 'veth9', 'uplink', 'wan0', 'net1'],
    learner.links.map((other) => other.name),
  );
  if (link.up) learner.plan.push(learner.ip(link.netns, `link set ${link.name} down`), learner.ip(link.netns, `link set ${link.name} up`));
  const text = learner.ip(link.netns, `link set ${learner.pick(['', 'dev '])}${link.name} name ${name}`);
  if (!link.up) link.name = name;
  return text;
}

function remove(learner: Learner, link: Link): string {
  learner.drop(link);
  if (link.peer) learner.drop(link.peer);
  learner.plan.push(learner.ip(link.peer?.netns ?? '', 'link'));
  return learner.ip(link.netns, `link ${learner.pick(['del', 'delete', 'del dev'])} ${link.name}`);
}

const SETTINGS = [
  'mtu 1400',
  'mtu 9000',
  'mtu 1500',
  'mtu 1280',
  'mtu 1000',
  'mtu 68',
  'txqueuelen 500',
  'qlen 0',
  'address 02:00:00:00:0a:01',
  'address 02:00:00:00:0b:02',
  'alias "to the other side"',
  'alias uplink',
  'alias ""',
  'group 7',
  'group default',
  'group 42',
  'promisc on',
  'promisc off',
  'arp off',
  'arp on',
  'multicast off',
  'multicast on',
  'allmulticast on',
  'allmulticast off',
  'addrgenmode none',
  'addrgenmode eui64',
  'addrgenmode random',
  'mtu 1450 up',
  'up mtu 1300',
  'dynamic on',
  'promisc on up',
  'broadcast ff:ff:ff:ff:ff:fe',
  'protodown on',
  'protodown off',
  'nomaster',
  'mode dormant',
  'mode default',
  'gso_max_size 40000',
  'numtxqueues 2',
  'carrier off',
  'state down',
  'trailers on',
];

export const LINK_COMMANDS: readonly Maker[] = [
  (learner) => (learner.veths().length < 8 ? addPair(learner) : undefined),
  withLink(move),
  withLink(move),
  withLink(rename),
  withLink((learner, link) => (learner.chance(35) ? remove(learner, link) : undefined)),
  withLink((learner, link) => learner.ip(link.netns, `link set ${learner.pick(['', 'dev '])}${link.name} ${learner.pick(SETTINGS)}`)),
  withLink((learner, link) => learner.ip(link.netns, `link set ${link.name} ${learner.pick(SETTINGS)}`)),
  setUp,
  setUp,
  setUp,
  (learner) => {
    const link = learner.link();
    if (link.name === 'eth0') return undefined;
    link.up = false;
    return learner.ip(link.netns, `link set ${link.name} down`);
  },
  (learner) => learner.ip(learner.pickIfAny(learner.namespaces) ?? '', `link set ${learner.pick(['', 'dev '])}lo up`),
  withLink((learner, link) => {
    const target = learner.pickIfAny(learner.namespaces);
    if (target === undefined || target === link.netns || link.netns !== '') return undefined;
    link.netns = target;
    link.addresses.length = 0;
    const name = link.name;
    link.name = 'eth0';
    return `ip link set ${name} netns ${target} name eth0${learner.chance(50) ? ' up' : ''}`;
  }),
];

function setUp(learner: Learner): string {
  const link = learner.link();
  link.up = true;
  if (learner.chance(50)) learner.plan.push('! sleep 2');
  return learner.ip(link.netns, `link set ${learner.pick(['', 'dev '])}${link.name} up`);
}
