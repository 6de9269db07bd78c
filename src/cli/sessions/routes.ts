import type { Learner, Link, Maker } from './learner.ts';

const PREFIXES = [
  'default',
  'default',
  '10.50.0.0/16',
  '10.60.0.0/16',
  '172.20.0.0/16',
  '203.0.113.0/24',
  '10.50.1.0/24',
  '10.99.0.1',
  '198.51.100.7/32',
  '0.0.0.0/0',
  '10.50.0.0/17',
];
const METRICS = [
  '',
  '',
  '',
  '',
  ' metric 100',
  ' metric 50',
  ' mtu 1400',
  ' proto static',
  ' onlink',
  ' scope link',
  ' table 100',
  ' table 100',
  ' tos 0x10',
  ' advmss 1200',
  ' initcwnd 20',
  ' src 10.0.0.1',
  ' proto 99',
  ' scope host',
  ' metric 100 mtu 1300',
  ' hoplimit 9',
  ' rtt 200ms',
  ' quickack 1',
  ' window 9000',
];

const withLink =
  (make: (learner: Learner, link: Link) => string | undefined): Maker =>
  (learner) => {
    const link = learner.pickIfAny(learner.veths().filter((one) => one.addresses.length > 0)) ?? learner.pickIfAny(learner.veths());
    return link && make(learner, link);
  };

/** The other end's address, or one nobody has. */
export function neighbourOf(learner: Learner, link: Link, family: '.' | ':' = '.'): string {
  const peer = link.peer?.addresses.find((address) => address.includes(family));
  const own = link.addresses.find((address) => address.includes(family));
  if (peer && learner.chance(75)) return peer.replace(/\/.*/, '');
  return own?.replace(/\/.*/, '').replace(/\d+$/, String(learner.random.int(90) + 100)) ?? (family === '.' ? '10.77.0.1' : 'fd77::1');
}

const route = (verb: string) =>
  withLink((learner, link) => {
    const prefix = learner.pick(PREFIXES);
    const way = learner.pick([
      `via ${neighbourOf(learner, link)}`,
      `via ${neighbourOf(learner, link)}`,
      `via ${neighbourOf(learner, link)} dev ${link.name}`,
      `dev ${link.name}`,
      `dev ${link.name}`,
      `via 192.168.56.1`,
      `nexthop via ${neighbourOf(learner, link)} nexthop via ${neighbourOf(learner, link)} weight 2`,
    ]);
    return learner.ip(link.netns, `${learner.pick(['route', 'route', 'r', 'ro'])} ${verb} ${prefix} ${way}${learner.pick(METRICS)}`);
  });

export const ROUTE_COMMANDS: readonly Maker[] = [
  route('add'),
  route('add'),
  route('add'),
  route('replace'),
  route('append'),
  route('change'),
  route('del'),
  withLink((learner, link) =>
    learner.ip(
      link.netns,
      `route del ${learner.pick(PREFIXES)}${learner.pick(['', '', ' metric 100', ' table 100', ` dev ${link.name}`])}`,
    ),
  ),
  (learner) => {
    const netns = learner.somewhere();
    return learner.ip(
      netns,
      `route add ${learner.pick(['blackhole', 'unreachable', 'prohibit', 'throw'])} ${learner.pick(PREFIXES)}${learner.pick(['', '', ' metric 100', ' table 100'])}`,
    );
  },
  (learner) => {
    const link = learner.link();
    return learner.ip(
      link.netns,
      `route get ${learner.pick([neighbourOf(learner, link), '8.8.8.8', '203.0.113.80', '127.0.0.1', '10.50.0.9', '10.99.0.1', '224.0.0.1', '255.255.255.255'])}${learner.pick(['', '', '', ` oif ${link.name}`, ` dev ${link.name}`, ` from ${neighbourOf(learner, link)}`, ' tos 0x10', ' mark 5', ` iif ${link.name}`])}`,
    );
  },
  (learner) =>
    learner.ip(
      learner.somewhere(),
      `route ${learner.pick(['flush 10.50.0.0/16', 'flush table 100', 'flush root 10.0.0.0/8', 'flush proto static', 'flush cache'])}`,
      learner.pick(['', '', '-s']),
    ),
  withLink((learner, link) => {
    const prefix = learner.pick(['fd50::/64', 'fd60::/48', 'default', '2001:db8:99::/64', 'fd50::1']);
    return learner.ip(
      link.netns,
      `-6 route ${learner.pick(['add', 'add', 'replace', 'append', 'del'])} ${prefix} ${learner.pick([`via ${neighbourOf(learner, link, ':')}`, `via ${neighbourOf(learner, link, ':')} dev ${link.name}`, `dev ${link.name}`, `via fe80::1 dev ${link.name}`])}${learner.pick(['', '', '', ' metric 50', ' mtu 1400', ' proto static', ' table 100', ' pref high'])}`,
    );
  }),
  (learner) =>
    learner.ip(
      learner.somewhere(),
      `-6 route ${learner.pick(['add blackhole fd70::/64', 'add unreachable fd71::/64', 'add prohibit fd72::/64', 'get fd50::9', 'get ::1', 'get fe80::1', 'get ff02::1', 'get fd70::1', 'del fd70::/64'])}`,
    ),
  (learner) =>
    learner.ip(
      learner.somewhere(),
      `rule ${learner.pick(['', 'list', 'add from 10.0.0.0/8 table 100', 'add to 172.20.0.0/16 lookup 100 pref 500', 'add fwmark 5 table 100', 'add iif lo table 100', 'add from 10.1.0.0/16 blackhole', 'add from 10.2.0.0/16 prohibit pref 77', 'del from 10.0.0.0/8', 'del pref 500', 'add not from 10.9.0.0/16 table main', 'add oif nosuch table 100', 'add tos 0x10 table 100', 'show table 100', 'flush', 'add ipproto icmp table 100', 'add suppress_prefixlength 0 table main'])}`.trim(),
      learner.pick(['', '', '', '-6', '-d']),
    ),
];
