import type { Learner, Link, Maker } from './learner.ts';
import { background, pairInto } from './topologies.ts';

/** What both hosts have: a tunnel to the other, or devices on their cards. */
interface Site {
  readonly kind: 'vxlan' | 'macvlan';
  readonly device: string;
  readonly bridge: string | undefined;
  /** Where the far ends are: `''` for the hosts themselves. */
  readonly netns: string;
  /** The inner addresses of host1 and host2. */
  readonly addresses: readonly [string, string];
  readonly port: string;
}

const SITES = new WeakMap<Learner, Site>();

const HOSTS = [1, 2] as const;
const outer = (host: number): string => `192.168.56.1${host}`;

/** Two hosts with a vxlan between them, bridged or not, or with macvlan devices on their cards. */
export function tunnel(learner: Learner): string[] {
  const commands = learner.chance(70) ? vxlan(learner) : macvlan(learner);
  return [...commands, '! sleep 3'];
}

function vxlan(learner: Learner): string[] {
  const device = learner.pick(['vxlan0', 'vx42', 'vxlan100']);
  const bridged = learner.chance(50);
  const port = learner.pick(['4789', '4789', '4789', '8472']);
  const way = learner.pick(['remote', 'remote', 'group', 'flood', 'static']);
  const options = learner.pick([
    '',
    '',
    ' ttl 5',
    ' ttl 64',
    ' tos 0x10',
    ' ageing 60',
    ' nolearning',
    ' df set',
    ' udpcsum',
    ' noudpcsum',
    ' l2miss l3miss',
    ' srcport 40000 50000',
    ' ttl inherit',
    ' proxy',
    ' maxaddress 10',
  ]);
  const site: Site = {
    kind: 'vxlan',
    device,
    bridge: bridged ? 'br0' : undefined,
    netns: bridged ? 'c1' : '',
    addresses: ['10.200.0.1', '10.200.0.2'],
    port,
  };
  SITES.set(learner, site);
  const commands: string[] = [];
  for (const host of HOSTS) {
    const other = outer(3 - host);
    const lines: string[] = [];
    const ends = {
      remote: ` remote ${other}${learner.pick(['', ` local ${outer(host)}`])} dev eth0`,
      group: ' group 239.1.1.1 dev eth0',
      flood: learner.pick([' dev eth0', ` local ${outer(host)}`]),
      static: ` local ${outer(host)} nolearning`,
    }[way];
    lines.push(`ip link add ${device} type vxlan id 42${ends} dstport ${port}${options}`);
    if (way === 'flood' || way === 'static') lines.push(`bridge fdb append 00:00:00:00:00:00 dev ${device} dst ${other}`);
    if (bridged) lines.push(...behindBridge(host === 1 ? learner : undefined, device, `10.200.0.${host}/24`));
    else lines.push(`ip addr add 10.200.0.${host}/24 dev ${device}`, `ip link set ${device} up`);
    commands.push(...lines.map((line) => `host${host}$ ${line}`));
  }
  if (!bridged) learner.links.push({ name: device, netns: '', peer: undefined, up: true, addresses: ['10.200.0.1/24'] });
  return commands;
}

/** A bridge with the tunnel and a namespace on it; the learner's picture is of the first host. */
function behindBridge(learner: Learner | undefined, device: string, cidr: string): string[] {
  if (learner !== undefined) {
    const bridge: Link = { name: 'br0', netns: '', peer: undefined, up: true, addresses: [] };
    learner.links.push(bridge, { name: device, netns: '', peer: undefined, up: true, addresses: [] });
    learner.bridges.push(bridge);
    learner.namespaces.push('c1');
    learner.links.push({ name: 'lo', netns: 'c1', peer: undefined, up: false, addresses: [] });
    const [port, end] = pairInto(learner, [], '', 'v-c1', 'c1', 'eth0');
    port.up = true;
    end.up = true;
    end.addresses.push(cidr);
  }
  return [
    'ip link add br0 type bridge',
    'ip link set br0 up',
    'ip netns add c1',
    'ip link add v-c1 type veth peer name eth0 netns c1',
    `ip -n c1 addr add ${cidr} dev eth0`,
    'ip -n c1 link set eth0 up',
    'ip link set v-c1 master br0 up',
    `ip link set ${device} master br0 up`,
  ];
}

function macvlan(learner: Learner): string[] {
  const mode = learner.pick(['bridge', 'bridge', 'private', 'vepa', '']);
  const site: Site = {
    kind: 'macvlan',
    device: 'mv0',
    bridge: undefined,
    netns: 'c1',
    addresses: ['192.168.56.101', '192.168.56.102'],
    port: '0',
  };
  SITES.set(learner, site);
  learner.namespaces.push('c1', 'c2');
  const commands: string[] = [];
  for (const host of HOSTS) {
    for (const [i, netns] of ['c1', 'c2'].entries()) {
      const cidr = `192.168.56.1${i}${host}/24`;
      const add = `ip link add ${netns === 'c1' ? 'mv0' : 'mv1'} link eth0${learner.pick(['', ` address 02:00:00:00:0${host}:0${i}`])} type macvlan${mode === '' ? '' : ` mode ${mode}`}`;
      const lines = [
        `ip netns add ${netns}`,
        add,
        `ip link set ${netns === 'c1' ? 'mv0' : 'mv1'} netns ${netns}`,
        `ip -n ${netns} addr add ${cidr} dev ${netns === 'c1' ? 'mv0' : 'mv1'}`,
        `ip -n ${netns} link set ${netns === 'c1' ? 'mv0' : 'mv1'} up`,
      ];
      commands.push(...lines.map((line) => `host${host}$ ${line}`));
      if (host === 1) learner.links.push({ name: netns === 'c1' ? 'mv0' : 'mv1', netns, peer: undefined, up: true, addresses: [cidr] });
    }
  }
  return commands;
}

/** A command on one of the hosts, which is told to the maker. */
const at =
  (kind: Site['kind'] | 'any', make: (learner: Learner, site: Site, host: 1 | 2) => string): Maker =>
  (learner) => {
    const site = SITES.get(learner);
    if (site === undefined || (kind !== 'any' && site.kind !== kind)) return undefined;
    const host = learner.pick(HOSTS);
    const command = make(learner, site, host);
    return /^host\d[&$]/.test(command) ? command : `host${host}$ ${command.trim()}`;
  };

const mac = (learner: Learner): string => `02:00:00:00:fd:${learner.random.int(20) + 10}`;

const inner = (learner: Learner, site: Site, host: 1 | 2): string =>
  learner.chance(75)
    ? (site.addresses[2 - host] ?? '')
    : learner.pick(['10.200.0.99', ...site.addresses, '192.168.56.111', '192.168.56.112', outer(host), outer(3 - host)]);

const VXLAN_CHANGES = [
  'ttl 9',
  'ageing 30',
  'nolearning',
  'learning',
  'id 43',
  'remote 192.168.56.99',
  'dstport 9',
  'tos 8',
  'df unset',
  'l2miss',
  'group 239.2.2.2',
  'local 1.2.3.4',
  'maxaddress 3',
  'foo',
  'proxy',
  'rsc',
  'gbp',
  'srcport 1 2',
  '',
];

const VXLAN_ADDS = [
  'ip link add vx9 type vxlan',
  'ip link add vx9 type vxlan id 42 dev eth0 dstport 4789',
  'ip link add vx9 type vxlan id 42 dstport 4789',
  'ip link add vx9 type vxlan id 42 dstport 9999',
  'ip link add vx9 type vxlan id 16777216',
  'ip link add vx9 type vxlan id 7 remote 1.2.3.4 group 239.1.1.1',
  'ip link add vx9 type vxlan id 7 group 1.2.3.4 dev eth0',
  'ip link add vx9 type vxlan id 7 group 239.9.9.9',
  'ip link add vx9 type vxlan id 7 dev nosuch',
  'ip link add vx9 type vxlan id 8 local 1.2.3.4 dstport 0',
  'ip link add vx9 mtu 1400 type vxlan id 9 remote 192.168.56.12 dev eth0 dstport 4789',
  'ip link add vx9 type vxlan vni 10 dstport 4790',
  'ip link add vx9 type vxlan id x',
  'ip link add vx9 type vxlan external dstport 4791',
  'ip link add vx9 type vxlan external id 5 dstport 4792',
  'ip link add vx9 type vxlan id 11 remote fd00::1 local 1.2.3.4',
  'ip link add vx9 type vxlan id 12 ttl 300 dstport 4789',
  'ip link del vx9',
  'ip link del vx9',
  'ip -d link show vx9',
];

export const TUNNEL_COMMANDS: readonly Maker[] = [
  at('any', (learner, site) =>
    `ip ${learner.pick(['-d', '-d', '-s', '-j -d', '', '-br', '-o -d'])} link show ${learner.pick([site.device, site.device, `type ${site.kind}`])}`
      .replace(/ +/g, ' ')
      .replace('ip', site.kind === 'macvlan' ? 'ip -n c1' : 'ip'),
  ),
  at(
    'vxlan',
    (learner, site) =>
      `bridge ${learner.pick(['', '', '', '-s ', '-j ', '-d '])}fdb ${learner.pick([`show dev ${site.device}`, `show dev ${site.device}`, `show dev ${site.device}`, 'show', `show br ${site.bridge ?? 'br0'}`, `get ${mac(learner)} dev ${site.device} self`])}`,
  ),
  at('vxlan', (_learner, site) => `bridge fdb show dev ${site.device}`),
  at(
    'vxlan',
    (learner, site, host) =>
      `bridge fdb ${learner.pick(['add', 'add', 'append', 'replace', 'del', 'del'])} ${learner.pick([mac(learner), mac(learner), '00:00:00:00:00:00'])} dev ${site.device} ${learner.pick([`dst ${outer(3 - host)}`, `dst ${outer(3 - host)}`, `dst ${outer(3 - host)} self permanent`, 'dst 192.168.56.99', `dst ${outer(3 - host)} port 9999`, `dst ${outer(3 - host)} vni 77`, `dst ${outer(3 - host)} via eth0`, '', 'self', 'dst fd00::1', 'dst nosuch', 'master', `dst ${outer(3 - host)} self dynamic`])}`,
  ),
  at('vxlan', (learner, site) => `ip link set ${site.device} type vxlan ${learner.pick(VXLAN_CHANGES)}`),
  at('vxlan', (learner) => learner.pick(VXLAN_ADDS)),
  at('vxlan', (learner, site) =>
    learner.pick([
      `ip link set ${site.device} down`,
      `ip link set ${site.device} up`,
      `ip link set ${site.device} up`,
      `ip link set ${site.device} mtu ${learner.pick(['1400', '1500', '1450', '9000'])}`,
      `bridge fdb flush dev ${site.device}`,
      `bridge fdb flush dev ${site.device} self`,
      `bridge link show dev ${site.device}`,
      `bridge -d link show dev ${site.device}`,
      `bridge link set dev ${site.device} learning off`,
      `bridge link set dev ${site.device} neigh_suppress on`,
      `cat /sys/class/net/${site.device}/mtu`,
      `ethtool -i ${site.device}`,
    ]),
  ),
  at('any', (learner, site, host) =>
    learner.run(site.netns, `ping -c ${learner.pick(['1', '2 -i 0.3'])} -W 1 ${inner(learner, site, host)}`),
  ),
  at('any', (learner, site, host) =>
    learner.run(site.netns, `ping -c ${learner.pick(['1', '2 -i 0.3'])} -W 1 ${inner(learner, site, host)}`),
  ),
  at('any', (learner, site, host) =>
    learner.run(
      site.netns,
      `ping -c 1 -W 1 ${learner.pick(['-s 1422 -M do', '-s 1423 -M do', '-s 1472 -M do', '-s 1473 -M do', '-s 3000', '-q', '-t 1', '-Q 0x20', '-R'])} ${inner(learner, site, host)}`,
    ),
  ),
  at('any', (learner, site, host) =>
    learner.run(
      site.netns,
      `arping -c 1 -w 1 -I ${site.netns === 'c1' && site.kind === 'vxlan' ? 'eth0' : site.device} ${inner(learner, site, host)}`,
    ),
  ),
  at('any', (learner, site) =>
    learner.ip(
      site.netns,
      learner.pick([
        'neigh',
        'neigh flush all',
        'route',
        'addr',
        '-s link',
        'neigh show dev nosuch',
        'route get 10.200.0.2',
        'maddr show',
        'neigh flush dev eth0',
      ]),
    ),
  ),
  at('vxlan', (learner, site, host) => {
    const name = `dump${++learner.captures}`;
    learner.plan.push(
      `host${host}$ ${learner.run(site.netns, `ping -c ${learner.pick(['1', '2 -i 0.3'])} -W 1 ${inner(learner, site, host)}`)}`,
      `host${host}&${name}$ ^C`,
    );
    return background(
      name,
      `tcpdump -l -i ${learner.pick(['eth0', 'eth0', site.device])} ${learner.pick(['-n', '-nv', '-ne', '-nn -vv', '-nx -c 2'])} ${learner.pick([`udp port ${site.port}`, 'icmp', `udp port ${site.port} and greater 140`, 'arp or icmp', `udp and host ${outer(3 - host)}`])} | sed -u 's/\\(192[0-9.]*\\)\\.[3-6][0-9]\\{4\\}/\\1.PORT/'`,
      `host${host}`,
    );
  }),
  at('macvlan', (learner, _site, host) => {
    const name = `dump${++learner.captures}`;
    const own = learner.pick(['c1', 'c2']);
    learner.plan.push(
      `host${host}$ ip netns exec ${own} ping -c 1 -W 1 ${learner.pick(['192.168.56.101', '192.168.56.102', '192.168.56.111', outer(host), outer(3 - host), '192.168.56.1'])}`,
      `host${host}&${name}$ ^C`,
    );
    return background(
      name,
      `tcpdump -i eth0 ${learner.pick(['-n', '-ne', '-nt'])} ${learner.pick(['icmp', 'arp or icmp', 'icmp or arp'])}`,
      `host${host}`,
    );
  }),
  at('macvlan', (learner) =>
    learner.pick([
      'ip -n c1 link set mv0 type macvlan mode private',
      'ip -n c1 link set mv0 type macvlan mode bridge',
      'ip -n c2 link set mv1 type macvlan mode vepa',
      'ip -n c1 link set mv0 type macvlan mode passthru',
      'ip link add mv9 link eth0 type macvlan mode passthru',
      'ip link add mv9 link eth0 type macvlan mode nosuch',
      'ip link add mv9 type macvlan',
      'ip link add mv9 link nosuch type macvlan',
      'ip link add mv9 link lo type macvlan',
      'ip link add mv9 link eth0 type macvlan mode source macaddr add 02:00:00:00:02:00',
      'ip -d link show mv9',
      'ip link del mv9',
      'ip link set eth0 mtu 1400',
      'ip -n c1 link set mv0 mtu 1500',
      'ip -n c1 link set mv0 mtu 1600',
      'ip link set eth0 down',
      'ip link set eth0 up',
      'ip -n c1 link set mv0 down',
      'ip -n c1 link set mv0 up',
      'ip -n c1 link set mv0 address 02:00:00:00:07:07',
      'ip -n c1 link set mv0 promisc on',
      'bridge fdb show dev eth0',
      'ip -n c1 link set mv0 name eth0',
      'ip netns exec c1 cat /sys/class/net/mv0/iflink',
      'ip -n c1 -br link',
      'ip maddr show dev eth0',
      'ip -s link show eth0',
      'bridge -n c1 fdb',
    ]),
  ),
  at(
    'macvlan',
    (learner, _site, host) =>
      `ping -c 1 -W 1 ${learner.pick(['192.168.56.101', '192.168.56.102', '192.168.56.112', '192.168.56.111', outer(3 - host)])}`,
  ),
  at('vxlan', () => 'ss -uan'),
  at('any', (learner, site) =>
    learner.run(site.netns, learner.pick(['ifconfig', 'netstat -i', 'arp -n', 'ip -s -s link', 'cat /proc/net/dev', 'ip -6 addr'])),
  ),
];
