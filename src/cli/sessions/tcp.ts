import type { Learner, Maker } from './learner.ts';
import { serve } from './servers.ts';
import { address, background, pairInto, up } from './topologies.ts';

/** Whom one may talk to: a namespace of this host, or another host. */
interface Place {
  readonly host: string;
  readonly netns: string;
  readonly address: string;
}

const PLACES = new WeakMap<Learner, Place[]>();

/** Two namespaces joined by a pair and mostly two hosts, with web servers in some of them. */
export function conversations(learner: Learner): string[] {
  const commands: string[] = [];
  const subnet = learner.nextSubnet();
  for (const name of ['client', 'server']) learner.enterNetns(commands, name);
  const [one, two] = pairInto(learner, commands, 'client', 'eth0', 'server', 'eth0');
  address(learner, commands, one, `${subnet}.1/24`);
  address(learner, commands, two, `${subnet}.2/24`);
  for (const link of [one, two]) up(learner, commands, link);
  for (const name of ['client', 'server']) if (learner.chance(80)) commands.push(learner.ip(name, 'link set lo up'));
  const places: Place[] = [
    { host: 'host1', netns: 'client', address: `${subnet}.1` },
    { host: 'host1', netns: 'server', address: `${subnet}.2` },
    { host: 'host1', netns: '', address: '192.168.56.11' },
    { host: 'host2', netns: '', address: '192.168.56.12' },
  ];
  PLACES.set(learner, places);
  commands.push('! sleep 2', ...serve(learner, 'server', learner.pick([80, 80, 8080])));
  if (learner.chance(60)) commands.push(...serve(learner, '', 80, 'host2'));
  if (learner.chance(30)) commands.push(...serve(learner, '', 8080, 'host1'));
  return commands;
}

/** A command at one place about another that it can mostly reach. */
const between =
  (make: (learner: Learner, from: Place, to: Place) => string | undefined): Maker =>
  (learner) => {
    const places = PLACES.get(learner) ?? [];
    const from = learner.pick(places);
    const near = places.filter((place) => place !== from && (place.netns === '') === (from.netns === ''));
    const to = learner.chance(85) ? learner.pick(near) : learner.pick(places);
    const command = make(learner, from, to);
    return command === undefined ? undefined : /^\w+[&$]/.test(command) ? command : `${from.host}$ ${learner.run(from.netns, command)}`;
  };

const URL_TAILS = ['/', '/', '', '/nosuch', '/index.html', '/index.html?x=1'];

const url = (learner: Learner, to: Place): string =>
  `http://${to.address}${learner.pick(['', '', ':80', ':8080', ':81'])}${learner.pick(URL_TAILS)}`;

const CURL = [
  '-s',
  '-sS',
  '-sS',
  '-sS -m 2',
  '-sS -o /dev/null -w "%{http_code} %{size_download} %{remote_ip}:%{remote_port}\\n"',
  '-sSf',
  '-s -o /dev/null -w "%{http_code} %{num_connects} %{exitcode} %{errormsg}\\n"',
  '-sS --connect-timeout 1',
  '-sS -A agent/1.0',
  '-sS -X POST -d a=1',
  '-sS --http1.0',
  '-sS -L',
  '-sS -H "Host: www"',
];

const SS = [
  'ss -tln',
  'ss -tan',
  'ss -tn',
  'ss -ltn',
  'ss -tuln',
  'ss -lnt4',
  'ss -tln sport = :80',
  "ss -tan '( dport = :80 or sport = :80 )'",
  'ss -tan state time-wait | wc -l',
  'ss -tan state listening',
  'ss -Htln',
  'ss -l6nt',
  'ss -tlno',
  'ss -tlne | sed "s/ino:[0-9]*/ino:N/; s/sk:[0-9a-f]*/sk:N/"',
  'ss -uan',
  'ss -s | head -1 | cut -c1-6',
  'ss -xln | head -1',
  'ss -tlnm',
  'ss -tlni | head -3',
  'ss -z',
  'ss state nosuch',
  'ss -f nosuch',
  'ss -tn dport',
  'netstat -tln',
  'netstat -tan | grep -v TIME_WAIT',
  'netstat -lnt4',
  'netstat -tuln',
  'netstat -an --inet | grep LISTEN',
  'netstat -ltn6',
  'netstat -tlne | sed "s/[0-9]*  *$/INO/"',
  'netstat -st | head -3',
  'cat /proc/net/sockstat | head -2',
  'netstat -tlo',
];

/** Somebody listens with nc, another sends a line, and what the listener heard. */
const netcat = between((learner, from, to) => {
  if ((from.netns === '') !== (to.netns === '') || from === to) return undefined;
  const name = `nc${++learner.captures}`;
  const port = learner.pick([5000, 7777, 1234]);
  const udp = learner.chance(25);
  learner.plan.push(
    `${from.host}$ ${learner.chance(30) ? learner.run(from.netns, `nc -vz ${udp ? '-u ' : ''}-w 1 ${to.address} ${port}`) : `echo hello | ${learner.run(from.netns, `nc ${udp ? '-u -w 1' : learner.pick(['-N', '-q 1', '-w 1', '-N -v'])} ${to.address} ${port}`)}`}`,
    `${to.host}&${name}$ ^C`,
  );
  if (learner.chance(50)) learner.plan.unshift(`${to.host}$ ${learner.run(to.netns, udp ? 'ss -ulnp | cut -c1-60' : 'ss -ltn')}`);
  return background(
    name,
    learner.run(to.netns, `timeout 30 nc ${learner.pick(['-l', '-l', '-lv', '-lk', '-ln', '-lp'])} ${udp ? '-u ' : ''}${port}`),
    to.host,
  );
});

/** A conversation watched on the wire. */
const watched = between((learner, from, to) => {
  if ((from.netns === '') !== (to.netns === '') || from === to) return undefined;
  const name = `dump${++learner.captures}`;
  learner.plan.push(
    `${from.host}$ ${learner.run(from.netns, `curl -sS -m 2 http://${to.address}${learner.pick(['', ':81', ':8080'])}/`)}`,
    `${from.host}&${name}$ ^C`,
  );
  return background(
    name,
    learner.run(
      from.netns,
      `tcpdump -l -i eth0 ${learner.pick(['-n', '-nq', '-nt', '-nv', '-nA -q'])} ${learner.pick(['tcp port 80', 'tcp', "'tcp[tcpflags] & tcp-syn != 0'", `host ${to.address} and tcp`, "'tcp[tcpflags] == tcp-rst'", "'tcp[13] & 1 != 0'"])} | sed -u 's/\\.[3-6][0-9]\\{4\\}/.PORT/; s/\\(seq\\|ack\\|win\\|val\\|ecr\\) [0-9:]*/\\1 N/g; s/cksum 0x[0-9a-f]* ([^)]*)/cksum/; s/, id [0-9]*,/,/'`,
    ),
    from.host,
  );
});

/** A firewall in the way. */
const filtered = between(
  (learner) =>
    `iptables ${learner.pick(['-A INPUT -p tcp --dport 80 -j DROP', '-A INPUT -p tcp --dport 80 -j REJECT', '-A INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset', '-A INPUT -p tcp --dport 8080 -j REJECT --reject-with icmp-host-prohibited', '-A OUTPUT -p tcp --dport 80 -j REJECT', '-A OUTPUT -p tcp --dport 80 -j DROP', '-F', '-F', '-F', '-nvL INPUT', '-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT', '-A INPUT -p tcp -m conntrack --ctstate NEW --dport 80 -j ACCEPT', '-A INPUT -p tcp --tcp-flags SYN,ACK SYN -j ACCEPT'])}`,
);

export const TCP_COMMANDS: readonly Maker[] = [
  between((learner, _from, to) => `curl ${learner.pick(CURL)} ${url(learner, to)}`),
  between((learner, _from, to) => `curl ${learner.pick(CURL)} ${url(learner, to)}`),
  between((learner, _from, to) => `curl -sSi -m 2 ${url(learner, to)} | grep -av -e '^Date' -e '^Last-Mod' -e '^ETag'`),
  between(
    (learner, _from, to) =>
      `wget ${learner.pick(['-q', '-q -S', '-nv', '-q --spider', '-q -T 1'])} -T 2 -t 1 -O - ${url(learner, to)} 2>&1 | grep -v -e Date: -e Last-Mod -e ETag -e '^20'`,
  ),
  between((learner, _from, to) => `busybox wget -q -O - ${url(learner, to)}`),
  between(
    (learner, _from, to) =>
      `nc ${learner.pick(['-z', '-vz', '-vz'])} -w 1 ${to.address} ${learner.pick(['80', '8080', '81', '79-81', '22'])}`,
  ),
  between((learner, _from, to) =>
    `curl -sS -m 2 ${learner.pick(['http://10.255.255.1/', 'http://203.0.113.80/ip', 'http://nosuch.example/', 'http://www.example.com/', 'http://127.0.0.1/', 'http://localhost:80/', 'http://[::1]/', `http://${to.address}:99999/`, `https://${to.address}:80/`, `ftp://${to.address}/`, 'http:///', `--interface eth0 http://${to.address}/`, `--local-port 4000-4010 http://${to.address}/`, '', 'http://255.255.255.255/', 'http://0.0.0.0/'])}`.trim(),
  ),
  between((learner) => learner.pick(SS)),
  between((learner) => learner.pick(SS)),
  between((learner) => learner.pick(SS)),
  netcat,
  netcat,
  watched,
  watched,
  filtered,
  filtered,
  between((learner, _from, to) => `bash -c 'exec 3<>/dev/tcp/${to.address}/${learner.pick([80, 81])} && echo open'`),
  between(
    (learner, _from, to) =>
      `${learner.pick(['nc', 'nc -l -p', 'nc -z', 'nc -w x 127.0.0.1 80', 'nc -z nosuch 80', `nc -z ${to.address}`, `nc -z ${to.address} http`, `nc -z ${to.address} 99999`, 'nc -Q', `nc -vzn -w 1 ${to.address} 80 81`, 'busybox httpd -p 80 -f -h /nonexistent', 'busybox httpd -z', 'wget', 'wget -q http://', 'curl', 'curl -sS --foo', 'curl -sS http://127.0.0.1:1/'])}`,
  ),
  between((_learner, _from, to) => `ping -c 1 -W 1 ${to.address}`),
];
