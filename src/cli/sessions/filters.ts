import type { Learner, Maker } from './learner.ts';

const CHAINS = ['INPUT', 'INPUT', 'OUTPUT', 'FORWARD', 'FORWARD', 'LOGGING'];
const PROTOCOLS = [
  '',
  '',
  '-p icmp',
  '-p icmp --icmp-type echo-request',
  '-p tcp --dport 80',
  '-p tcp --syn',
  '-p udp --dport 53',
  '-p tcp -m multiport --dports 80,443',
];

const source = (learner: Learner): string => {
  const link = learner.pickIfAny(learner.links.filter((one) => one.addresses.some((address) => address.includes('.'))));
  const address = link?.addresses.find((one) => one.includes('.')) ?? '10.0.0.1/24';
  return learner.pick([address.replace(/\/.*/, ''), address.replace(/\.\d+\/\d+$/, '.0/24'), '0.0.0.0/0', '10.0.0.0/8']);
};

function rule(learner: Learner, netns: string): string {
  const chain = learner.pick(CHAINS);
  const device = learner.pickIfAny(learner.links.filter((link) => link.netns === netns))?.name ?? 'eth0';
  const words = [
    learner.chance(30) ? `${learner.chance(20) ? '! ' : ''}-s ${source(learner)}` : '',
    learner.chance(20) ? `-d ${source(learner)}` : '',
    chain !== 'OUTPUT' && learner.chance(20) ? `-i ${device}` : '',
    chain !== 'INPUT' && learner.chance(15) ? `-o ${device}` : '',
    learner.pick(PROTOCOLS),
    learner.chance(10) ? '-m comment --comment "a note"' : '',
    `-j ${learner.pick(['ACCEPT', 'ACCEPT', 'DROP', 'DROP', 'REJECT', 'REJECT --reject-with icmp-host-prohibited', 'RETURN', 'LOGGING'])}`,
  ];
  return `${chain} ${words.filter(Boolean).join(' ')}`;
}

const inside =
  (make: (learner: Learner, netns: string) => string): Maker =>
  (learner) => {
    const netns = learner.somewhere();
    return learner.run(netns, make(learner, netns));
  };

const list = inside(
  (learner) =>
    `iptables ${learner.pick(['-L', '-nL', '-nvL', '-vnL', '-S', '-nL --line-numbers', '-nvxL', '-S INPUT', '-nL FORWARD', '-nvL INPUT', '-vnL OUTPUT', '-t filter -nL', '-L INPUT -n', '-S FORWARD 1', '-vS'])}`,
);

export const FILTER_COMMANDS: readonly Maker[] = [
  inside((learner, netns) => `iptables -A ${rule(learner, netns)}`),
  inside((learner, netns) => `iptables -A ${rule(learner, netns)}`),
  inside((learner, netns) => `iptables -I ${rule(learner, netns)}`),
  inside((learner, netns) => `iptables ${learner.pick(['-D', '-C'])} ${rule(learner, netns)}`),
  inside(
    (learner) =>
      `iptables ${learner.pick(['-D INPUT 1', '-D FORWARD 1', '-D OUTPUT 2', '-D INPUT 9', '-F', '-F INPUT', '-F LOGGING', '-Z', '-Z INPUT'])}`,
  ),
  inside((learner) => `iptables ${learner.pick(['-N LOGGING', '-N LOGGING', '-X LOGGING', '-X', '-E LOGGING OTHER', '-N INPUT'])}`),
  inside(
    (learner) =>
      `iptables -P ${learner.pick(['FORWARD DROP', 'FORWARD ACCEPT', 'INPUT DROP', 'INPUT ACCEPT', 'OUTPUT ACCEPT', 'LOGGING DROP', 'FORWARD REJECT'])}`,
  ),
  list,
  list,
  list,
  inside((learner) => `iptables-save${learner.pick(['', ' -c', ' -t filter'])} | grep -v '^#'`),
  inside((learner) =>
    `iptables ${learner.pick(['-A', '-A INPUT -j NOSUCH', '-A INPUT -p tcp --dport', '-A INPUT --dport 80 -j ACCEPT', '-A NOSUCH -j ACCEPT', '-L NOSUCH', '-t nosuch -L', '-A INPUT -s 10.0.0.300 -j DROP', '-A INPUT -p nosuch -j DROP', '-A INPUT -j', '-A INPUT -s nosuch -j DROP', '-X INPUT', '-A INPUT -p icmp --icmp-type nosuch -j DROP', '-A OUTPUT -i eth0 -j DROP', '-A INPUT -o eth0 -j DROP', '-F NOSUCH', '-P NOSUCH DROP', '-R INPUT 1', '-I INPUT 7 -j DROP', '-D INPUT 0', '-Q', '-A INPUT -m nosuch -j DROP', '-A INPUT -p tcp --dport 99999 -j DROP', ''])}`.trim(),
  ),
];
