import type { Learner, Maker } from './learner.ts';

const OPTIONS = [
  '',
  '',
  '',
  '',
  '-br',
  '-br',
  '-o',
  '-d',
  '-s',
  '-j',
  '-4',
  '-6',
  '-br -4',
  '-o -4',
  '-o -6',
  '-d -s',
  '-j -p',
  '-4 -br',
  '-s -s',
  '-h -s',
  '-j -d',
  '-br -6',
  '-N',
  '-c=never',
  '-br -j',
  '-o -d',
];
const FILTERS = [
  '',
  '',
  '',
  '',
  ' up',
  ' type veth',
  ' scope global',
  ' to 10.0.0.0/8',
  ' dev lo',
  ' primary',
  ' permanent',
  ' tentative',
  " label 'v*'",
  ' group default',
  ' nomaster',
  ' scope link',
  ' secondary',
  ' dynamic',
  ' group 7',
  ' dev eth0',
  ' scope host',
  ' deprecated',
];
const DEVICE_FILES = [
  'operstate',
  'mtu',
  'address',
  'carrier',
  'ifindex',
  'iflink',
  'flags',
  'tx_queue_len',
  'type',
  'link_mode',
  'dev_id',
  'ifalias',
  'carrier_changes',
  'addr_len',
  'broadcast',
  'speed',
  'duplex',
  'dormant',
  'uevent',
  'proto_down',
  'netdev_group',
  'addr_assign_type',
  'name_assign_type',
  'statistics/collisions',
  'statistics/rx_errors',
  'carrier_up_count',
  'carrier_down_count',
  'gro_flush_timeout',
  'testing',
  'phys_port_name',
];
const KEYS = [
  'ip_forward',
  'conf.all.forwarding',
  'conf.lo.forwarding',
  'conf.default.rp_filter',
  'conf.all.rp_filter',
  'icmp_echo_ignore_all',
  'ip_default_ttl',
  'conf.all.arp_ignore',
  'conf.all.proxy_arp',
  'neigh.default.gc_stale_time',
  'ping_group_range',
  'ip_local_port_range',
  'conf.all.accept_redirects',
  'conf.all.send_redirects',
  'conf.default.forwarding',
  'conf.all.log_martians',
  'icmp_ratelimit',
  'tcp_ecn',
  'conf.all.nosuch',
  'fib_multipath_hash_policy',
];
const KEYS6 = [
  'conf.all.forwarding',
  'conf.all.disable_ipv6',
  'conf.default.disable_ipv6',
  'conf.lo.disable_ipv6',
  'conf.all.accept_ra',
  'conf.default.accept_dad',
  'conf.all.hop_limit',
  'bindv6only',
  'conf.lo.mtu',
  'conf.all.use_tempaddr',
];
const PROC_FILES = [
  '/proc/net/route',
  '/proc/net/if_inet6',
  '/proc/net/ipv6_route',
  '/proc/net/arp',
  '/proc/net/igmp',
  '/proc/net/igmp6',
  '/proc/net/dev_mcast',
  '/proc/net/raw',
  '/proc/net/udp',
  '/proc/net/sockstat',
  '/proc/net/sockstat6',
  '/proc/net/packet',
];

const listing =
  (make: (learner: Learner, netns: string) => string): Maker =>
  (learner) =>
    make(learner, learner.somewhere());

export const LISTINGS: readonly Maker[] = [
  listing((learner, netns) =>
    learner
      .ip(
        netns,
        learner.pick(['a', 'addr', 'addr show', 'addr list', 'address', 'a s', 'addr sh']) +
          learner
            .pick(FILTERS)
            .replace(/^(?=.)/, ' show')
            .replace(' show show', ' show'),
        learner.pick(OPTIONS),
      )
      .replace(/(show|list|sh|s) show/, '$1'),
  ),
  listing((learner, netns) => learner.ip(netns, learner.pick(['link', 'l', 'link show', 'link list']), learner.pick(OPTIONS))),
  listing((learner, netns) =>
    learner.ip(
      netns,
      `link show ${learner.pick(['up', 'type veth', 'dev lo', 'lo', 'group default', 'group 7', 'nomaster', 'type veth up'])}`,
      learner.pick(OPTIONS),
    ),
  ),
  (learner) => {
    const link = learner.link();
    return learner.ip(
      link.netns,
      `${learner.pick(['addr', 'link', 'addr', 'a', 'link'])} show ${learner.pick(['', 'dev '])}${link.name}`,
      learner.pick(OPTIONS),
    );
  },
  (learner) => {
    const link = learner.link();
    return learner.ip(
      link.netns,
      `${learner.pick(['addr', 'link', 'addr', 'a', 'link'])} show ${learner.pick(['', 'dev '])}${link.name}`,
      learner.pick(OPTIONS),
    );
  },
  listing((learner, netns) =>
    learner.ip(
      netns,
      learner.pick([
        'route',
        'r',
        'route show',
        'route list',
        'route show table main',
        'route show table local',
        'route show table all',
        'route show table 100',
        'route show default',
        'route show proto kernel',
        'route show scope link',
        'route show root 10.0.0.0/8',
        'route show match 10.50.1.1',
        'route show type blackhole',
      ]),
      learner.pick(['', '', '', '-4', '-6', '-6', '-d', '-j', '-o', '-N']),
    ),
  ),
  listing((learner, netns) =>
    learner.ip(
      netns,
      learner.pick([
        'maddr',
        'maddr show',
        'netconf',
        'maddr show dev lo',
        'addrlabel',
        'netconf show dev lo',
        'tunnel',
        'token',
        'mroute',
        'nexthop',
        'rule',
        'rule show',
      ]),
      learner.pick(['', '', '-4', '-6']),
    ),
  ),
  (learner) => {
    const link = learner.link();
    return link.netns === ''
      ? `cat /sys/class/net/${link.name}/${learner.pick(DEVICE_FILES)}`
      : `ip netns exec ${link.netns} cat /sys/class/net/${link.name}/${learner.pick(DEVICE_FILES)}`;
  },
  listing((learner, netns) =>
    learner.run(
      netns,
      learner.pick(['ls /sys/class/net', 'ls /proc/sys/net/ipv4/conf', 'ls /proc/sys/net/ipv6/conf', 'ls /proc/sys/net/ipv4/neigh']),
    ),
  ),
  listing((learner, netns) => learner.run(netns, `cat ${learner.pick(PROC_FILES)}`)),
  listing((learner, netns) => learner.run(netns, `sysctl ${learner.pick(['', '', '-n ', '-e '])}net.ipv4.${learner.pick(KEYS)}`)),
  listing((learner, netns) => learner.run(netns, `sysctl ${learner.pick(['', '-n '])}net.ipv6.${learner.pick(KEYS6)}`)),
  (learner) => {
    const link = learner.link();
    return learner.run(
      link.netns,
      `sysctl ${learner.pick(['', '-w '])}net.${learner.pick(['ipv4', 'ipv6'])}.conf.${link.name}.${learner.pick(['forwarding=1', 'forwarding', 'disable_ipv6=1', 'disable_ipv6=0', 'rp_filter', 'accept_dad', 'mtu', 'proxy_arp=1', 'arp_ignore=1', 'hop_limit=32', 'accept_ra=0', 'addr_gen_mode', 'promote_secondaries=1'])}`,
    );
  },
  listing((learner, netns) =>
    learner.run(
      netns,
      `sysctl ${learner.pick(['-w ', '-w ', '', '-q '])}net.${learner.pick(['ipv4.ip_forward=1', 'ipv4.conf.all.forwarding=1', 'ipv6.conf.all.forwarding=1', 'ipv6.conf.all.disable_ipv6=1', 'ipv4.icmp_echo_ignore_all=1', 'ipv4.conf.all.rp_filter=1', 'ipv4.ip_default_ttl=100', 'ipv4.ip_forward=2', 'ipv4.ip_forward=abc', 'ipv4.ip_default_ttl=0', 'ipv6.conf.default.disable_ipv6=1', 'ipv4.conf.default.forwarding=1', 'ipv4.ping_group_range="0 0"', 'ipv4.nosuch=1'])}`,
    ),
  ),
  listing((_learner, netns) =>
    netns === ''
      ? 'cat /proc/sys/net/ipv4/ip_forward'
      : `ip netns exec ${netns} bash -c "echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward"`,
  ),
];
