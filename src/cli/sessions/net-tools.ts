import type { Learner, Link, Maker } from './learner.ts';
import { neighbourOf } from './routes.ts';

const onLink =
  (make: (learner: Learner, link: Link) => string): Maker =>
  (learner) => {
    const link = learner.link();
    return learner.run(link.netns, make(learner, link));
  };

const inside =
  (make: (learner: Learner) => string): Maker =>
  (learner) =>
    learner.run(learner.somewhere(), make(learner));

export const NET_TOOLS_COMMANDS: readonly Maker[] = [
  onLink((learner, link) => `ifconfig ${learner.pick(['', '-a', link.name, `-s ${link.name}`, '-s', '-a -s', `-v ${link.name}`])}`.trim()),
  onLink((_learner, link) => `ifconfig ${link.name}`),
  onLink(
    (learner, link) =>
      `ifconfig ${link.name} ${learner.pick(['up', 'up', 'mtu 1400', '10.33.0.1', '10.33.0.1/24', '10.33.0.1 netmask 255.255.255.0', '10.33.0.1 netmask 255.255.0.0 up', '10.33.0.1 netmask 255.255.255.0 broadcast 10.33.0.255', 'promisc', '-promisc', '-arp', 'arp', 'allmulti', 'txqueuelen 200', 'hw ether 02:00:00:00:99:01', 'add fd33::1/64', 'del fd33::1/64', '0.0.0.0', '0', 'netmask 255.255.255.128', 'broadcast 10.33.0.99', 'multicast', '-multicast', 'pointopoint 10.33.0.2', 'foo', 'mtu abc', '10.33.0.300', 'netmask 1.2', 'hw ether zz'])}`,
  ),
  onLink((learner, link) =>
    `ifconfig ${link.name}:${learner.pick(['0', '1'])} ${learner.pick(['10.34.0.1/24', '10.34.0.2 netmask 255.255.255.0', 'down', 'up', ''])}`.trim(),
  ),
  inside((learner) => `ifconfig ${learner.pick(['nosuch', 'nosuch up', '--help', '-z'])}`),
  inside((learner) => `route ${learner.pick(['', '-n', '-n', '-ne', '-nee', '-6n', '-A inet6 -n', '-nv', '-F', '-C'])}`.trim()),
  onLink(
    (learner, link) =>
      `route ${learner.pick(['add', 'add', 'del'])} ${learner
        .pick([
          'default gw GW',
          '-net 10.44.0.0 netmask 255.255.0.0 gw GW',
          '-net 10.45.0.0/16 gw GW',
          '-net 10.46.0.0/16 dev DEV',
          '-host 10.47.0.1 gw GW',
          '-host 10.47.0.2 dev DEV',
          '-net 10.48.0.0/16 reject',
          'default gw GW metric 50',
          '10.49.0.1 gw GW',
          '-net 10.44.0.1/16 gw GW',
          '-net 10.44.0.0 gw GW',
          'default',
          '-net 10.44.0.0/16',
          '-A inet6 fd44::/64 dev DEV',
          'default gw nosuch',
          '-net 10.44.0.0/16 gw GW mss 1200 window 2000',
        ])
        .replace('GW', neighbourOf(learner, link))
        .replace('DEV', link.name)}`,
  ),
  onLink((learner, link) =>
    `arp ${learner.pick(['', '-n', '-n', '-an', '-a', '-e -n', `-n -i ${link.name}`, `-an -i ${link.name}`, `-n ${neighbourOf(learner, link)}`, `-a ${neighbourOf(learner, link)} -n`, '-vn'])}`.trim(),
  ),
  onLink(
    (learner, link) =>
      `arp ${learner.pick([`-s ${neighbourOf(learner, link)} 02:00:00:00:ab:01`, `-d ${neighbourOf(learner, link)}`, `-i ${link.name} -s ${neighbourOf(learner, link)} 02:00:00:00:ab:02`, `-s ${neighbourOf(learner, link)} 02:00:00:00:ab:03 temp`, `-s ${neighbourOf(learner, link)} zz`, '-s', '-d', '-i nosuch -n', '-z', `-i ${link.name} -d ${neighbourOf(learner, link)}`, `-Ds ${neighbourOf(learner, link)} ${link.name} pub`])}`,
  ),
  inside(
    (learner) =>
      `netstat ${learner.pick(['-rn', '-rn', '-i', '-in', '-ie', '-nr', '-gn', '-6rn', '-rne', '-lnt', '-tln', '-tuln', '-an --tcp', '-z', '-ln --udp', '-ng'])}`,
  ),
  onLink((learner, link) =>
    `ethtool ${learner.pick([link.name, link.name, `-i ${link.name}`, `-i ${link.name}`, `-S ${link.name}`, `-k ${link.name} | head -12`, `-a ${link.name}`, `-g ${link.name}`, `-l ${link.name}`, `-P ${link.name}`, `-c ${link.name}`, `-T ${link.name}`, `-m ${link.name}`, `-K ${link.name} tso off`, `-K ${link.name} gro on`, `-s ${link.name} speed 100`, 'nosuch', '', '-i', '-z lo', `-K ${link.name} foo off`])}`.trim(),
  ),
];
