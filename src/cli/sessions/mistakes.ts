import type { Learner, Maker } from './learner.ts';

const netnsOrNone = (learner: Learner) => learner.pickIfAny(learner.namespaces) ?? 'nosuch';

/** Mistakes that have been seen on learners' screens, with what is around in this session. */
const CLASSICS: readonly Maker[] = [
  (l) => `ip addr 10.0.0.${l.random.int(200) + 1}/24 dev ${l.link().name}`,
  (l) => `ip link set up ${l.link().name}`,
  (l) => `ip link ${l.link().name} up`,
  (l) => `ip addr add 10.0.0.${l.random.int(200) + 1}/24 ${l.link().name}`,
  (l) =>
    `ip addr add ${l.pick(['10.0.0.1/33', '10.0.0/24', '10.0.0.300/24', '10.0.0.1\\24', '10.0.0.1/', '10.0.0.1/24/24', 'fd00::1::1/64', '10.0.0.1,24', '/24', 'fd00::1/129', '10.0.0.1/255.255.255.0', '10.0.0.1/255.0.255.0', '224.0.0.5/24', '0.0.0.0/24', '127.0.0.1/8'])} dev ${l.link().name}`,
  (l) => l.ip(l.somewhere(), `link set ${l.pick(['nosuch', 'veht0', 'v00', 'eth9', 'LO'])} up`),
  (l) => `ip netns exec ${l.pick(['nosuch', 'rde', 'Blue', 'test3'])} ip a`,
  (l) => `ip -n ${l.pick(['nosuch', 'rde', 'Blue', 'test3'])} link`,
  () => 'ip netns exec',
  (l) => `ip netns exec ${netnsOrNone(l)}`,
  (l) => `ip netns ${netnsOrNone(l)} exec ip a`,
  (l) => `ip exec ${netnsOrNone(l)} ip a`,
  (l) => `ip netns exec ${netnsOrNone(l)} ifconfg`,
  (l) => `ip netns exec ${netnsOrNone(l)} link`,
  (l) => `ip netns add ${netnsOrNone(l)}`,
  () => 'ip netns add',
  (l) => `ip netns del ${l.pick(['nosuch', 'rde', ''])}`.trim(),
  (l) => `ip netns create ${l.pick(['red', 'blue'])}`,
  (l) => `ip link add ${l.pick(['veth0', 'vx'])} type veth peer`,
  () => 'ip link add type veth peer',
  (l) =>
    `ip link add ${l.pick(['vx', 'vy'])} type ${l.pick(['vet', 'eth', 'Veth', 'veth peer name', 'veth peers name vz', 'veth name vz', 'veth peer nmae vz'])}`,
  (l) => `ip link add ${l.link().name} type veth peer name ${l.link().name}`,
  (l) => `ip link add vx type veth peer name ${l.link().name}`,
  () => `ip link add name-that-is-too-long type veth peer name vx`,
  () => 'ip link add vx peer name vy',
  (l) => `ip link delete ${l.pick(['nosuch', 'lo', ''])}`.trim(),
  (l) => `ip link set ${l.link().name} netns ${l.pick(['nosuch', '99999', ''])}`.trim(),
  (l) => `ip link set netns ${netnsOrNone(l)} ${l.link().name}`,
  (l) =>
    l.ip(
      l.somewhere(),
      `link set ${l.link().name} ${l.pick(['mtu abc', 'mtu 1', 'mtu 70000', 'mtu', 'addres 02:00:00:00:00:01', 'address 02:00', 'address 01:00:00:00:00:01', 'address ff:ff:ff:ff:ff:ff', 'name', 'name lo', 'name a/b', 'arp maybe', 'promisc', 'group nosuch', 'updown', 'alias', 'txqueuelen abc', 'master nosuch', 'mtu 1400 foo', 'name eth-name-too-long-by-far', 'broadcast 1', 'multicast 1'])}`,
    ),
  (l) => `ip addr del ${l.pick(['10.9.9.9/24', '10.0.0.1/24', '10.0.0.1', 'fd99::1/64'])} dev ${l.link().name}`,
  (l) => `ip addr add 10.0.0.1/24 dev ${l.pick(['nosuch', 'etho', ''])}`.trim(),
  (l) =>
    l.ip(
      l.somewhere(),
      l.pick([
        'addr flush',
        'addr add',
        'addr del',
        'addr show dev',
        'addr show nosuch',
        'addr shwo',
        'adr',
        'addr flush dev nosuch',
        'link set',
        'link del',
        'link add',
        'link show nosuch',
        'link shw',
        'lnik',
        'route add',
        'route del',
        'route get',
        'route add default',
        'route shwo',
        'roue',
        'neigh add',
        'neigh del',
        'neigh flush',
        'neigh shwo',
        'rule add',
        'rule del',
        'help me',
        'rule foo',
        'netns foo',
        'link help me',
        'address foo',
      ]),
    ),
  (l) => `ip ${l.pick(['-z', '-brief=1', '-fam inet', '--brief', '-5', '-jso', '-statss', '-fa'])} ${l.pick(['addr', 'link', 'route'])}`,
  (l) =>
    l.ip(
      l.somewhere(),
      `route add ${l.pick(['default gw 10.0.0.1', 'default 10.0.0.1', 'default via', 'default via 10.66.0.1', '10.5.0.0/16', '10.5.0.1/16 dev lo', '10.5.0.0/33 dev lo', '10.5.0.0/16 via nosuch', '10.5.0.0/16 dev nosuch', '10.5.0.0 netmask 255.255.0.0 dev lo', 'deafult via 10.0.0.1', '-net 10.5.0.0/16 gw 10.0.0.1', '10.5.0.0/16 via 10.0.0.1 dev', '10.5.0.0/16 dev lo metric x', '10.5.0.0/16 dev lo src 1.2.3.4', '10.5.0.0/16 dev lo table x', '10.5.0.0/16 dev lo scope x', 'fd05::1/64 dev lo', '10.5.0.0/16 via fd05::1'])}`,
    ),
  (l) =>
    l.ip(
      l.somewhere(),
      `neigh ${l.pick(['add 10.0.0.5 lladdr 02:00:00:00:00:05', 'add 10.0.0.5 dev lo', 'add 10.0.0.5 lladdr xx dev lo', 'add 10.0.0.500 lladdr 02:00:00:00:00:05 dev lo', 'add 10.0.0.5 lladdr 02:00:00:00:00:05 dev nosuch', 'add 10.0.0.5 lladdr 02:00:00:00:00:05 dev lo nud foo', 'del 10.0.0.77 dev lo', 'flush dev nosuch', 'show dev nosuch', 'show nud foo', 'get 10.0.0.5', 'add 10.0.0.5/24 lladdr 02:00:00:00:00:05 dev lo'])}`,
    ),
  (l) =>
    l.run(
      l.somewhere(),
      `ping ${l.pick(['', '-c', '-c 0 127.0.0.1', '-c 1', '-c abc 127.0.0.1', '-c 1 -s 99999 127.0.0.1', '-c 1 -I nosuch 127.0.0.1', '-c 1 -W x 127.0.0.1', '-c 1 -t 0 127.0.0.1', '-c 1 -t 300 127.0.0.1', '-c 1 -Z 127.0.0.1', '-c 1 10.0.0.0.1', '-c 1 -I 1.2.3.4 127.0.0.1', '-c 1 fd00::1::2', '-c 1 -6 127.0.0.1', '-c 1 -4 ::1', '-c 1 -i 0 127.0.0.1', '-c 1 nosuch.example.com', '-c 1 -M foo 127.0.0.1', '-c -1 127.0.0.1', '-c 1 -l 99 127.0.0.1', '-h'])}`.trim(),
    ),
  (l) =>
    `nsenter ${l.pick([`--net=/var/run/netns/nosuch ip a`, `--net ip a`, `--net=${netnsOrNone(l)} ip a`, `-n -t 999999 ip a`, `--net=/etc/hostname ip a`, `--nett=/run/netns/${netnsOrNone(l)} ip a`, `-t abc -n ip a`])}`,
  (l) => `unshare ${l.pick(['-Z ip a', '--nett ip a', '-n nosuchprogram', '-n --foo'])}`,
  (l) =>
    l.run(
      l.somewhere(),
      `sysctl ${l.pick(['', 'net.ipv4.nosuch', '-w', '-w net.ipv4.ip_forward', 'net.ipv4.ip_forward = 1', '-w net.ipv4.ip_forward=', 'net/ipv4/ip_forward', 'ip_forward', '-x', '-w net.ipv4.conf.nosuch.forwarding=1', '-e net.ipv4.nosuch', '-w net.ipv4.ip_forward=999999999999'])}`.replace(
        /^sysctl $/,
        'sysctl net.ipv4.',
      ),
    ),
  (l) => `cat /sys/class/net/${l.pick([`nosuch/mtu`, 'lo/nosuch', 'eth0', 'lo/speed', 'lo/carrier/x'])}`,
  (l) => `ip ${l.pick(['net', 'nets', 'ntns'])} ${l.pick(['list', 'add x1', 'exec red ip a'])}`,
  (l) =>
    l.run(
      l.somewhere(),
      l.pick([
        'ip addr add 10.0.0.1/24 dev lo && ip addr add 10.0.0.1/24 dev lo',
        'ip link show type veth | grep -c UP',
        'ip link foo 2>/dev/null; echo $?',
        'ip link set lo up extra',
        'ip -4 addr show lo | grep inet',
        'ip -o link | cut -d: -f2',
      ]),
    ),
];

/** A right command made wrong by one slip of the hand: a word left out, doubled, exchanged or misspelt. */
function slip(learner: Learner, command: string): string | undefined {
  // What waits for input or for ever when a word is gone is left alone.
  if (!/^ip /.test(command) || /ping|monitor|bash|nsenter|unshare|sysctl|['"|]/.test(command)) return undefined;
  const words = command.split(' ');
  const at = 1 + learner.random.int(words.length - 1);
  const word = words[at] ?? '';
  if (/^(exec|netns)$/.test(word) || word.startsWith('-')) return undefined;
  switch (learner.random.int(6)) {
    case 0:
      words.splice(at, 1);
      break;
    case 1:
      words.splice(at, 0, word);
      break;
    case 2:
      words.splice(at, 1, ...[words[at + 1] ?? '', word].filter(Boolean));
      if (at + 2 < words.length) words.splice(at + 2, 1);
      break;
    case 3:
      words[at] = word.slice(0, -1) || word;
      break;
    case 4:
      words[at] = word.slice(0, 1) + word.slice(2, 3) + word.slice(1, 2) + word.slice(3);
      break;
    default:
      words[at] = `${word}${learner.pick(['x', '1', 's', '/', '.'])}`;
  }
  return words.some((one) => /^(mo|mon|moni|monit|monito|monitor)$/.test(one)) ? undefined : words.join(' ');
}

/** A wrong command; `right` is one that would have worked. */
export function mistake(learner: Learner, right: string | undefined): string | undefined {
  if (right !== undefined && learner.chance(40)) return slip(learner, right);
  return learner.pick(CLASSICS)(learner);
}
