import type { Learner, Link, Maker } from './learner.ts';
import { background, lan } from './topologies.ts';

/** Namespaces on a bridge with IPv6 addresses besides. */
export function lan6(learner: Learner): string[] {
  const commands = lan(learner);
  const ends = [...learner.bridges, ...learner.veths().filter((link) => link.addresses.length > 0)];
  ends.forEach((link, i) => {
    const address = `fd00:9::${i + 1}/64`;
    link.addresses.push(address);
    commands.push(learner.ip(link.netns, `addr add ${address} dev ${link.name}${learner.pick(['', ' nodad'])}`, learner.pick(['', '-6'])));
  });
  commands.push('! sleep 3');
  return commands;
}

const inside =
  (make: (learner: Learner) => string): Maker =>
  (learner) => {
    const netns = learner.pickIfAny(learner.namespaces) ?? '';
    return learner.run(netns, make(learner));
  };

const addresses6 = (learner: Learner): string[] =>
  learner.links.flatMap((link) => link.addresses.filter((address) => address.includes(':')).map((address) => address.replace(/\/.*/, '')));

const address6 = (learner: Learner): string => learner.pickIfAny(addresses6(learner)) ?? 'fd00:1::1';

const onLink = (make: (learner: Learner, link: Link) => string): Maker => {
  return (learner) => {
    const link = learner.pickIfAny(learner.links.filter((one) => one.addresses.some((address) => address.includes(':'))));
    return link && make(learner, link);
  };
};

const ipOn = (words: (learner: Learner, link: Link) => string): Maker =>
  onLink((learner, link) =>
    learner.ip(link.netns, words(learner, link), learner.pick(['-6', '-6', '-6', '-6 -d', '-6 -j', '-6 -o', '-6 -s'])),
  );

const CHAINS = ['INPUT', 'INPUT', 'OUTPUT', 'FORWARD'];

function rule(learner: Learner): string {
  const chain = learner.pick(CHAINS);
  const match = learner.pick([
    '-p icmpv6 --icmpv6-type echo-request',
    '-p ipv6-icmp',
    '-p icmpv6 --icmpv6-type 128',
    '-p icmpv6 --icmpv6-type neighbour-solicitation',
    '-p tcp --dport 80',
    '-p udp --dport 53',
    `-s ${address6(learner)}`,
    `-d ${address6(learner)}/128`,
    `-s ${address6(learner).replace(/::.*/, '::')}/64 -p tcp --syn`,
    '-m conntrack --ctstate RELATED,ESTABLISHED',
    '-m hl --hl-lt 3',
    '-m rt --rt-type 0',
    '! -s fe80::/10',
    '-p tcp -m multiport --dports 22,80',
    '-m comment --comment note',
  ]);
  const target = learner.pick([
    'ACCEPT',
    'ACCEPT',
    'DROP',
    'REJECT',
    'REJECT --reject-with icmp6-adm-prohibited',
    'REJECT --reject-with icmp6-port-unreachable',
    'REJECT --reject-with addr-unreach',
    'RETURN',
    'LOG --log-prefix x',
  ]);
  return `${chain} ${match} -j ${target}`;
}

const PING = [
  '-c 1 -W 1',
  '-c 1 -W 1',
  '-c 2 -i 0.3 -W 1',
  '-6 -c 1 -W 1',
  '-c 1 -W 1 -n',
  '-c 1 -W 1 -t 1',
  '-c 1 -W 1 -s 1452 -M do',
  '-c 1 -W 1 -s 1453 -M do',
  '-c 1 -W 1 -s 3000',
  '-q -c 2 -i 0.2 -W 1',
  '-c 1 -W 1 -F 5',
  '-c 1 -W 1 -Q 8',
  '-c 1 -W 1 -v',
];

const ROUTE_FORMS = [
  'route',
  'route',
  'route show table all',
  'route show table local',
  'route get ADDRESS',
  'route get ADDRESS',
  'route get fd00:dead::1',
  'route get ff02::1 dev DEV',
  'route show default',
  'route show proto kernel',
  'route show dev DEV',
  'route add fd00:77::/64 via NEXT',
  'route add fd00:77::/64 dev DEV metric 50',
  'route add unreachable fd00:78::/64',
  'route add blackhole fd00:79::/64',
  'route add prohibit fd00:7a::/64',
  'route append fd00:77::/64 via NEXT',
  'route replace fd00:77::/64 via NEXT metric 9',
  'route del fd00:77::/64',
  'route del fd00:78::/64',
  'route del default',
  'route add default via NEXT dev DEV',
  'route add fd00:7b::/64 nexthop via NEXT weight 1 nexthop via NEXT weight 2',
  'route add fd00:77::1/64 dev DEV',
  'route add fd00:77::/129 dev DEV',
  'route add fd00:7c::/64 via fd00:dead::1',
  'route add fd00:7d::/64 via fe80::1',
  'route add fd00:7d::/64 via fe80::1 dev DEV',
  'route flush fd00:77::/64',
  'route add fd00:7e::/64 via NEXT mtu 1300',
  'route get ADDRESS from NEXT',
];

/** Settings and what a router says of itself. */
const SETTINGS = [
  'sysctl net.ipv6.conf.all.forwarding',
  'sysctl -w net.ipv6.conf.all.forwarding=1',
  'sysctl -w net.ipv6.conf.all.forwarding=0',
  'sysctl net.ipv6.conf.DEV.accept_ra net.ipv6.conf.DEV.forwarding',
  'sysctl -w net.ipv6.conf.DEV.disable_ipv6=1',
  'sysctl -w net.ipv6.conf.DEV.disable_ipv6=0',
  'sysctl net.ipv6.conf.DEV.dad_transmits',
  'sysctl -w net.ipv6.conf.DEV.proxy_ndp=1',
  'sysctl net.ipv6.conf.DEV.hop_limit',
  'sysctl -w net.ipv6.conf.DEV.hop_limit=7',
  'sysctl net.ipv6.conf.DEV.addr_gen_mode',
  'cat /proc/net/if_inet6 | cut -c1-10,33-',
  'sysctl net.ipv6.route.max_size',
  'sysctl -w net.ipv6.icmp.ratelimit=0',
  'sysctl net.ipv6.bindv6only',
  'sysctl -w net.ipv6.conf.DEV.addr_gen_mode=1',
  'cat /proc/net/dev_mcast | grep -v 33:33:ff',
  'cat /proc/net/igmp6 | grep -v ff02000000000000000000000001ff | wc -l',
];

const fill = (learner: Learner, link: Link, form: string): string =>
  form
    .replaceAll('DEV', link.name)
    .replaceAll('ADDRESS', address6(learner))
    .replaceAll('NEXT', () => nextHop(learner, link));

/** Somebody on the link's subnet, mostly one that is there. */
function nextHop(learner: Learner, link: Link): string {
  const own = link.addresses.find((address) => address.includes(':')) ?? 'fd00:1::1/64';
  const prefix = own.replace(/::.*/, '::');
  const others = addresses6(learner).filter((address) => address.startsWith(prefix) && !own.startsWith(`${address}/`));
  return (learner.chance(85) ? learner.pickIfAny(others) : undefined) ?? `${prefix}99`;
}

export const IP6_COMMANDS: readonly Maker[] = [
  inside((learner) => `ip6tables -${learner.pick(['A', 'A', 'I', 'D', 'C'])} ${rule(learner)}`),
  inside((learner) => `ip6tables -A ${rule(learner)}`),
  inside(
    (learner) =>
      `ip6tables ${learner.pick(['-L', '-nL', '-nvL', '-S', '-nL --line-numbers', '-F', '-F INPUT', '-P FORWARD DROP', '-P FORWARD ACCEPT', '-D INPUT 1', '-Z', '-nvL FORWARD', '-S OUTPUT', '-vS'])}`,
  ),
  inside((learner) =>
    learner.pick([
      "ip6tables-save | grep -v '^#'",
      "ip6tables-save -c | grep -v '^#'",
      'nft list ruleset',
      'nft list table ip6 filter',
      'ip6tables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
      'ip6tables -t nat -nL',
      'ip6tables -A INPUT -s 10.0.0.1 -j DROP',
      'iptables -A INPUT -s fd00::1 -j DROP',
      'ip6tables -A INPUT -p icmp -j DROP',
      'ip6tables -A INPUT -p icmpv6 --icmp-type echo-request -j DROP',
      'ip6tables -A INPUT -p icmpv6 --icmpv6-type nosuch -j DROP',
      'ip6tables -A INPUT -j REJECT --reject-with icmp-port-unreachable',
      'ip6tables -A INPUT -s fd00::1/129 -j DROP',
      'ip6tables -A INPUT -m ttl --ttl-lt 3 -j DROP',
      'ip6tables -A INPUT -d nosuch -j DROP',
      'ip6tables -t raw -S',
      'ip6tables -t mangle -A POSTROUTING -j HL --hl-set 9',
    ]),
  ),
  ipOn((learner, link) => fill(learner, link, learner.pick(ROUTE_FORMS))),
  ipOn((learner, link) => fill(learner, link, learner.pick(ROUTE_FORMS))),
  ipOn((learner, link) =>
    fill(
      learner,
      link,
      learner.pick([
        'neigh',
        'neigh',
        'neigh show dev DEV',
        'neigh show nud reachable',
        'neigh flush dev DEV',
        'neigh add NEXT lladdr 02:00:00:00:66:01 dev DEV',
        'neigh replace NEXT lladdr 02:00:00:00:66:02 dev DEV nud permanent',
        'neigh del NEXT dev DEV',
        'neigh get NEXT dev DEV',
        'neigh show proxy',
        'neigh add proxy fd00:1::77 dev DEV',
        'neigh show nud permanent',
        'neigh add NEXT lladdr 02:00:00:00:66:03 dev DEV router',
        'neigh show nud stale',
      ]),
    ),
  ),
  ipOn((learner, link) =>
    fill(
      learner,
      link,
      learner.pick([
        'addr',
        'addr show dev DEV',
        'addr add fd00:55::1/64 dev DEV nodad',
        'addr add fd00:55::1/64 dev DEV',
        'addr add fd00:55::2/128 dev DEV nodad',
        'addr del fd00:55::1/64 dev DEV',
        'addr add NEXT/64 dev DEV',
        'addr show scope link',
        'addr show tentative',
        'addr flush dev DEV scope global',
        'addr add fd00:56::1/64 dev DEV preferred_lft 0 valid_lft 100 nodad',
        'addr show deprecated',
        'addr show dadfailed',
        'addr add fe80::5/64 dev DEV nodad',
        'maddr show dev DEV',
        'addrlabel',
        'rule',
        'rule add from fd00:1::/64 lookup 100',
        'rule del from fd00:1::/64',
        'token',
        'token set ::1 dev DEV',
        'netconf show dev DEV',
        'link set DEV addrgenmode none',
        'link set DEV down',
        'link set DEV up',
      ]),
    ),
  ),
  onLink((learner, link) => learner.run(link.netns, `ping ${learner.pick(PING)} ${address6(learner)}`)),
  onLink((learner, link) => learner.run(link.netns, `ping ${learner.pick(PING)} ${address6(learner)}`)),
  onLink((learner, link) =>
    learner.run(
      link.netns,
      `ping -c 1 -W 1 ${learner.pick([`ff02::1%${link.name} | head -1`, 'fe80::1', `fe80::1%${link.name}`, '-I eth0 ff02::2 | head -1', 'fd00:dead::1', '::1', `-I ${link.name} ${nextHop(learner, link)}`, nextHop(learner, link), '::', 'fd00::1%nosuch', `-I ::1 ${nextHop(learner, link)}`])}`,
    ),
  ),
  onLink((learner, link) =>
    learner.run(
      link.netns,
      `${learner.pick(['traceroute -6 -n -q 1 -w 1 -m 4', 'traceroute6 -n -w 1 -q 1 -m 5', 'traceroute -6 -I -n -q 1 -w 1 -m 4', 'tracepath -6 -n -m 5', 'traceroute6 -n -q 1 -w 1 -m 4'])} ${address6(learner)}`,
    ),
  ),
  onLink((learner, link) => learner.run(link.netns, fill(learner, link, learner.pick(SETTINGS)))),
  onLink((learner, link) => {
    const name = `dump${++learner.captures}`;
    learner.plan.push(learner.run(link.netns, `ping -c 2 -i 0.3 -W 1 ${nextHop(learner, link)}`), `host1&${name}$ ^C`);
    return background(
      name,
      learner.run(
        link.netns,
        `tcpdump -i ${link.name} ${learner.pick(['-n', '-nt', '-ne', '-nnq'])} ${learner.pick(["'icmp6[0] == 128 or icmp6[0] == 129'", "'ip6[40] >= 128 and ip6[40] < 130'", "'icmp6 and ip6[40] > 127 and ip6[40] < 130'", "'ip6 and ip6[40] == 135 and ip6[24] == 0xff'", 'ip6 proto 44', 'ip6 and tcp'])}`,
      ),
    );
  }),
  onLink((learner, link) =>
    learner.run(
      link.netns,
      learner.pick(['route -6n', 'netstat -rn6', 'ifconfig -a', 'route -A inet6 -n', `ifconfig ${link.name}`, 'netstat -gn6']),
    ),
  ),
];
