import { type Gateway, gateway } from './gateway.ts';
import type { Learner, Maker } from './learner.ts';
import { serve } from './servers.ts';
import { background } from './topologies.ts';

/** The session's gateway, built when it began. */
const GATEWAYS = new WeakMap<Learner, Gateway>();

/** A network with a gateway; somebody serves the web on each side. */
export function translation(learner: Learner): string[] {
  const commands: string[] = [];
  const here = gateway(learner, commands);
  GATEWAYS.set(learner, here);
  for (const client of here.clients) if (learner.chance(70)) commands.push(...serve(learner, client.netns, 80));
  if (here.farNetns !== undefined && learner.chance(80)) commands.push(...serve(learner, here.farNetns, 80));
  if (learner.chance(60)) commands.push(learner.run(here.router, `iptables -t nat -A ${masquerade(learner, here)}`));
  return commands;
}

const at =
  (make: (learner: Learner, here: Gateway) => string | undefined): Maker =>
  (learner) => {
    const here = GATEWAYS.get(learner);
    return here && make(learner, here);
  };

const onRouter = (make: (learner: Learner, here: Gateway) => string): Maker =>
  at((learner, here) => learner.run(here.router, make(learner, here).trim()));

const client = (learner: Learner, here: Gateway) => learner.pick(here.clients);

const inside = (learner: Learner, here: Gateway): string => client(learner, here).address.replace(/\.\d+$/, '.0/24');

function masquerade(learner: Learner, here: Gateway): string {
  return `POSTROUTING ${learner.pick([`-s ${inside(learner, here)} `, ''])}${learner.pick([`-o ${here.outer} `, `! -o ${here.inner} `, `-o ${here.outer} `])}-j MASQUERADE`;
}

function publish(learner: Learner, here: Gateway): string {
  const { address } = client(learner, here);
  const target = learner.pick([`${address}:80`, `${address}:80`, address, `${address}:8080`]);
  return `PREROUTING ${learner.pick([`-i ${here.outer} `, `-d ${here.own} `, ''])}-p tcp --dport ${learner.pick(['80', '8080', '8080'])} -j DNAT --to-destination ${target}`;
}

const rule = (learner: Learner, here: Gateway): string =>
  learner.pick<() => string>([
    () => masquerade(learner, here),
    () => `POSTROUTING -s ${inside(learner, here)} -o ${here.outer} -j SNAT --to-source ${here.own}`,
    () => `POSTROUTING -o ${here.outer} -j SNAT --to ${learner.pick([`${here.own}-${here.own}`, here.own, `${here.own}:4000-4999`])}`,
    () => `POSTROUTING -p tcp -o ${here.outer} -j MASQUERADE --to-ports ${learner.pick(['5000-5999', '6000'])}`,
    () => `POSTROUTING -p icmp -s ${client(learner, here).address} -j ${learner.pick(['ACCEPT', 'RETURN', 'MASQUERADE --random'])}`,
    () => publish(learner, here),
    () => publish(learner, here),
    () => `PREROUTING -i ${here.inner} -p tcp --dport 80 -j REDIRECT --to-ports 8080`,
    () => `PREROUTING -p tcp --dport ${learner.pick(['8081', '80'])} -j REDIRECT`,
    () => `OUTPUT -d ${here.own} -p tcp --dport 8080 -j DNAT --to-destination ${client(learner, here).address}:80`,
    () => `OUTPUT -p tcp -d ${here.far} --dport 81 -j REDIRECT --to-ports 80`,
    () => `PREROUTING -d 192.0.2.0/24 -j NETMAP --to 198.51.100.0/24`,
  ])();

/** A rule with one thing wrong. */
const wrong = (learner: Learner, here: Gateway): string =>
  learner.pick([
    '-A POSTROUTING -i eth0 -j MASQUERADE',
    '-A PREROUTING -j MASQUERADE',
    '-A POSTROUTING -j DNAT --to-destination 10.0.0.1',
    '-A PREROUTING -j SNAT --to-source 10.0.0.1',
    '-A PREROUTING -j DNAT',
    '-A PREROUTING -j DNAT --to-destination 10.0.0.1:80',
    '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.300',
    '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:99999',
    '-A POSTROUTING -j SNAT',
    '-A POSTROUTING -j SNAT --to-source nosuch',
    '-A POSTROUTING -j MASQUERADE --to-ports 80',
    '-A PREROUTING -j REDIRECT --to-ports 80',
    '-A PREROUTING -p tcp -j REDIRECT --to-ports',
    '-A PREROUTING -p tcp -j REDIRECT --to-ports http',
    '-A PREROUTING -p tcp -j REDIRECT --to-ports 90-80',
    '-A POSTROUTING -j DROP',
    '-A POSTROUTING -j REJECT',
    '-A FORWARD -j MASQUERADE',
    '-A INPUT -j DNAT --to-destination 10.0.0.1',
    '-P POSTROUTING DROP',
    '-D POSTROUTING 9',
    '-D PREROUTING -j ACCEPT',
    '-X',
    '-N WEB',
    '-A WEB -j RETURN',
    '-L WEB',
    `-I POSTROUTING 1 -s ${client(learner, here).address} -j ACCEPT`,
    '-A POSTROUTING -s 10.0.0.0/8 -d 10.0.0.0/8 -j MASQUERADE --foo',
    '-A PREROUTING -p tcp --dport 80 -j DNAT --to-source 10.0.0.1',
    '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.1 --to-destination 10.0.0.2',
  ]);

const CONNTRACK = [
  '-L',
  '-L',
  '-L -p tcp',
  '-L -p icmp',
  '-L -n',
  '-L -g',
  '-L -j',
  '-L -o extended',
  '-L -p udp',
  '-L --src-nat',
  '-L -u ASSURED',
  '-L -f ipv6',
  '-C',
  '-C',
  '-S | head -1 | cut -c1-12',
  '-F',
  '-F',
  '-D -p icmp',
  '-D -p tcp --state TIME_WAIT',
  '-D -p udp',
  '-D',
  '-L -p tcp --state ESTABLISHED',
  '-L -p tcp --state TIME_WAIT',
  '-L -p nosuch',
  '-L --foo',
  '-D -s 10.9.9.9',
  '-G',
  '-Z',
  '',
  '-L expect',
  '-I',
];

/** Times and ports that differ from one run to the next, out of a listing of connections. */
const STEADY = " | sed 's/port=[3-6][0-9]\\{4\\}/port=N/g; s/ id=[0-9]*/ id=N/g'";

const SAVED = " | grep -v '^#'";

export const NAT_COMMANDS: readonly Maker[] = [
  onRouter((learner, here) => `iptables -t nat -${learner.pick(['A', 'A', 'A', 'I', 'D', 'C'])} ${rule(learner, here)}`),
  onRouter((learner, here) => `iptables -t nat -A ${rule(learner, here)}`),
  onRouter((learner, here) => `iptables -t nat ${wrong(learner, here)}`),
  onRouter(
    (learner) =>
      `iptables -t nat ${learner.pick(['-L', '-nL', '-nvL', '-S', '-vnL POSTROUTING', '-nL PREROUTING --line-numbers', '-S POSTROUTING', '-nvxL', '-F', '-F POSTROUTING', '-D POSTROUTING 1', '-D PREROUTING 1', '-Z', '-vS', '-L PREROUTING 1 -n', '-nvL OUTPUT'])}`,
  ),
  onRouter((learner) => `iptables -t nat ${learner.pick(['-nvL', '-S', '-nL'])}`),
  onRouter((learner) => `conntrack ${learner.pick(CONNTRACK)}${STEADY}`.replace('conntrack  |', 'conntrack 2>&1 |')),
  onRouter((learner) => `conntrack ${learner.pick(CONNTRACK)}${STEADY}`.replace('conntrack  |', 'conntrack 2>&1 |')),
  onRouter((learner) => `conntrack -L ${learner.pick(['2>/dev/null', '2>/dev/null', ''])}${STEADY}`),
  onRouter((learner) =>
    learner.pick([
      'nft list ruleset',
      'nft list ruleset',
      'nft list table ip nat',
      'nft list tables',
      'nft list chain ip nat POSTROUTING',
      'nft -a list ruleset',
      'nft list table ip nosuch',
      'nft list chain ip nat NOSUCH',
      'nft -n list ruleset',
    ]),
  ),
  onRouter((learner) => `iptables-save${learner.pick(['', ' -c', ' -t nat', ' -t nat -c', ' -t mangle', ' -t nosuch'])}${SAVED}`),
  at((learner, here) => {
    learner.plan.push(
      learner.run(here.router, 'iptables -t nat -F'),
      learner.run(here.router, `bash -c 'iptables-restore${learner.pick(['', ' -n', ' -v', ' -t', ' -c', ' -T nat'])} < rules'`),
      learner.run(here.router, 'iptables -t nat -S'),
    );
    return learner.run(here.router, `bash -c 'iptables-save -t nat${learner.pick(['', ' -c'])} > rules'`);
  }),
  at((learner, here) =>
    learner.run(
      client(learner, here).netns,
      `ping -c ${learner.pick(['1', '2 -i 0.3'])} -W 1 ${learner.pick([here.far, here.far, here.own, '192.0.2.2'])}`,
    ),
  ),
  at((learner, here) =>
    learner.run(
      client(learner, here).netns,
      `${learner.pick(['curl -sS -m 2', 'curl -s -m 2 -o /dev/null -w "%{http_code} %{remote_ip} %{remote_port}\\n"', 'curl -sS -m 2', 'wget -q -T 2 -t 1 -O -', 'curl -sSI -m 2'])} http://${learner.pick([here.far, here.far, here.own, `${here.own}:8080`, `${here.far}:81`, '192.0.2.2'])}${learner.pick(['/', '/ip', '/nosuch', ''])}${STEADY_HEADERS}`,
    ),
  ),
  at((learner, here) =>
    learner.run(
      here.farNetns ?? '',
      `curl -sS -m 2 http://${here.farNetns === undefined ? learner.pick([here.own, `${here.own}:8080`, '127.0.0.1:8080']) : learner.pick([`${here.own}:8080`, here.own])}/`,
    ),
  ),
  at((learner, here) => {
    const name = `dump${++learner.captures}`;
    learner.plan.push(learner.run(client(learner, here).netns, `ping -c 2 -i 0.3 -W 1 ${here.far}`), `host1&${name}$ ^C`);
    return background(
      name,
      learner.run(
        here.router,
        `tcpdump -i ${learner.pick([here.outer, here.inner, 'any'])} ${learner.pick(['-n', '-nn', '-nv', '-ne'])} icmp`,
      ),
    );
  }),
  onRouter((learner) =>
    learner.pick([
      'sysctl net.netfilter.nf_conntrack_count',
      'sysctl net.netfilter.nf_conntrack_icmp_timeout',
      'sysctl -w net.netfilter.nf_conntrack_icmp_timeout=3',
      'sysctl net.ipv4.ip_forward',
      'sysctl -w net.ipv4.ip_forward=1',
      'cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established',
      'sysctl net.netfilter.nf_conntrack_tcp_loose net.netfilter.nf_conntrack_acct',
      'sysctl -w net.netfilter.nf_conntrack_acct=1',
    ]),
  ),
];

/** The day and the file's age differ from one run to the next. */
const STEADY_HEADERS = " | grep -av -e '^Date' -e '^Last-Mod' -e '^ETag'";
