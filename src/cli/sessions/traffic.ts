import type { Learner, Link, Maker } from './learner.ts';
import { neighbourOf } from './routes.ts';
import { background } from './topologies.ts';

const onLink =
  (make: (learner: Learner, link: Link) => string | undefined): Maker =>
  (learner) => {
    const link = learner.pickIfAny(learner.veths().filter((one) => one.addresses.length > 0)) ?? learner.pickIfAny(learner.veths());
    return link && make(learner, link);
  };

/** An address that somebody in this session has, whoever it is. */
function anyAddress(learner: Learner, family: '.' | ':' = '.'): string {
  const all = learner.links.flatMap((link) => link.addresses.filter((address) => address.includes(family) && !address.startsWith('127.')));
  return (learner.pickIfAny(all) ?? (family === '.' ? '10.0.1.2' : 'fd00:1::2')).replace(/\/.*/, '');
}

const CAPTURE_OPTIONS = [
  '-n',
  '-n',
  '-nn',
  '-ne',
  '-nv',
  '-nvv',
  '-nx',
  '-nX',
  '-nA',
  '-nXX',
  '-nqt',
  '-nt',
  '-nte',
  '-nxx',
  '-nevv',
  '-nS',
  '-ntt',
  '-nK',
  '-n#',
];
const CAPTURE_FILTERS = [
  'icmp',
  'icmp',
  'icmp',
  'arp',
  'icmp or arp',
  'ip',
  'not ip6',
  'icmp[icmptype] == icmp-echo',
  'host HERE',
  'dst host HERE',
  'src HERE',
  'ip proto 1',
  'not ip6 and not arp',
  'greater 60 and icmp',
  "'(icmp or arp) and not ip6'",
  'ether proto 0x0806',
  'net 10.0.0.0/8',
];

/** A capture of a few packets in the background, pings, and what it printed. */
const capture = onLink((learner, link) => {
  const target = neighbourOf(learner, link);
  const name = `dump${++learner.captures}`;
  const filter = learner.pick(CAPTURE_FILTERS).replaceAll('HERE', target);
  const end = learner.pick([`-i ${link.name}`, `-i ${link.name}`, `-i ${link.name}`, '-i any']);
  learner.plan.push(learner.run(link.netns, `ping -c 2 -i 0.3 -W 1 ${target}`), `host1&${name}$ ^C`);
  return background(
    name,
    learner.run(link.netns, `tcpdump ${end} ${learner.pick(['-l ', '', '-c 2 ', '-c 4 '])}${learner.pick(CAPTURE_OPTIONS)} ${filter}`),
  );
});

/** A capture into a file that is read afterwards. */
const captureToFile = onLink((learner, link) => {
  const target = neighbourOf(learner, link);
  const name = `dump${++learner.captures}`;
  const file = `/tmp/capture-${learner.random.int(1_000_000)}.pcap`;
  learner.plan.push(
    learner.run(link.netns, `ping -c 2 -i 0.3 -W 1 ${target}`),
    // What is not printed at once comes in blocks, a second's at a time.
    '! sleep 2',
    `host1&${name}$ ^C`,
    `tcpdump -r ${file} ${learner.pick(CAPTURE_OPTIONS)} ${learner.pick(['', 'icmp', 'arp', 'icmp[0] == 8', '-c 1'])}`.trim(),
    `rm ${file}`,
  );
  return background(name, learner.run(link.netns, `tcpdump -i ${link.name} -w ${file} icmp or arp`));
});

export const TRAFFIC_COMMANDS: readonly Maker[] = [
  (learner) => learner.run(learner.somewhere(), `ping -c ${learner.pick(['1', '2 -i 0.2', '3 -i 0.2'])} -W 1 ${anyAddress(learner)}`),
  (learner) => learner.run(learner.somewhere(), `ping -c ${learner.pick(['1', '2 -i 0.2'])} -W 1 ${anyAddress(learner)}`),
  (learner) => learner.run(learner.somewhere(), `ping -c 1 -W 1 ${learner.pick(['', '-6 '])}${anyAddress(learner, ':')}`),
  (learner) =>
    learner.run(
      learner.somewhere(),
      `ping -c 1 -W 1 ${learner.pick(['-t 1', '-t 2', '-s 1472 -M do', '-s 1473 -M do', '-s 3000', '-q', '-R', '-n', '-s 8000 -q', '-T tsonly', '-A -c 3', '-f -c 5 -q', '-w 1', '-v', '-U', '-a', '-3'])} ${anyAddress(learner)}`,
    ),
  (learner) =>
    learner.run(
      learner.somewhere(),
      `traceroute ${learner.pick(['-n', '-n', '-n -q 1', '-n -I', '-n -w 1 -q 1 -m 4', '-n -I -q 1', '-n -f 2', '-n -N 1 -q 2', '-n -T -q 1', '-n -U -q 1', '-nI', '-n -m 3 -w 1'])} ${anyAddress(learner)}${learner.pick(['', '', '', ' 100'])}`,
    ),
  (learner) =>
    learner.run(
      learner.somewhere(),
      `${learner.pick(['traceroute6 -n -q 1 -w 1 -m 4', 'traceroute -6 -n -q 1 -w 1 -m 4'])} ${anyAddress(learner, ':')}`,
    ),
  (learner) =>
    learner.run(
      learner.somewhere(),
      `traceroute ${learner.pick(['', '-n', '-m 0 10.0.0.1', '-q 20 10.0.0.1', '-n nosuch', '-z', '-f 40 10.0.0.1', '-w x 10.0.0.1', '-i nosuch 10.0.0.1', '-s 1.2.3.4 10.0.0.1'])}`.trim(),
    ),
  onLink((learner, link) =>
    learner.run(
      link.netns,
      `arping ${learner.pick(['-c 1', '-c 2', '-f -c 3', '-q -c 1', '-D -c 1', '-U -c 1', '-A -c 1', '-b -c 2', '-w 1 -c 1'])} -I ${link.name} ${neighbourOf(learner, link)}`,
    ),
  ),
  (learner) =>
    learner.run(
      learner.somewhere(),
      `arping ${learner.pick(['-c 1 10.0.0.1', '-c 1 -I nosuch 10.0.0.1', '', '-c 1 -I lo 127.0.0.1', '-c x -I lo 127.0.0.1', '-I eth0', '-c 1 -I eth0 nosuch', '-c 1 -I eth0 -s 1.2.3.4 192.168.56.1'])}`.trim(),
    ),
  capture,
  capture,
  capture,
  captureToFile,
  (learner) =>
    learner.run(
      learner.somewhere(),
      `tcpdump ${learner.pick(['-i nosuch', '-i eth0 -c 0 icmp foo', '-i lo -c x', '-r /tmp/nosuch.pcap', '-n -i', '-i lo host', '-i lo port 99999', '-i lo icmp and', '-Z', '-i lo -c 1 host 10.0.0.300', '-D', '-L -i lo', '-i lo -w'])}`,
    ),
];
