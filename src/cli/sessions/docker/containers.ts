import type { Learner, Maker } from '../learner.ts';
import { type Container, dockerOf, someName } from './belief.ts';
import { createNetwork } from './networks.ts';

const NAMES = ['web', 'web2', 'db', 'cache', 'app', 'api', 'test1', 'test2', 'c1', 'c2', 'box', 'centos01', 'client'];

/** Image and command of a container that stays, with how often it is meant. */
const PROGRAMS = [
  ['busybox', 'sleep 3600'],
  ['busybox', 'sleep 3600'],
  ['busybox', '/bin/sh -c "while true; do sleep 3600; done"'],
  ['busybox', "sh -c 'echo started; sleep 3600'"],
  ['centos', 'sleep 3600'],
  ['centos', ''],
  ['nginx', ''],
  ['nginx', ''],
  ['redis', ''],
] as const;

function publish(learner: Learner, container: Container): string[] {
  const docker = dockerOf(learner);
  const inside = container.image === 'redis' ? 6379 : 80;
  const host = learner.chance(8) ? 8080 : docker.hostPort++;
  const address = learner.pick(['', '', '', '', '127.0.0.1:', '192.168.56.11:']);
  if (learner.chance(12)) return [learner.pick(['-P', `-p ${inside}`])];
  container.ports.push({ host: `${address === '127.0.0.1:' ? address : '192.168.56.11:'}${host}`, inside });
  return [`-p ${address}${host}:${inside}`, ...(learner.chance(8) ? [`-p ${docker.hostPort++}:53/udp`] : [])];
}

/** Where it is to run: `--network …`, and what only makes sense there. */
function place(learner: Learner, container: Container): string[] {
  const docker = dockerOf(learner);
  const other = learner.pickIfAny(docker.bridged().filter(({ running }) => running));
  if (learner.chance(4)) return [`--network ${container.networks[container.networks.push('host') - 1]}`];
  if (learner.chance(4)) return [`--network ${container.networks[container.networks.push('none') - 1]}`];
  if (learner.chance(5) && other !== undefined) {
    container.networks.push(`container:${other.name}`);
    return [`--network container:${other.name}`];
  }
  const network = learner.chance(60) ? learner.pickIfAny(docker.networks) : undefined;
  container.networks.push(network?.name ?? 'bridge');
  const words = network === undefined ? [] : [`${learner.pick(['--network', '--net'])} ${network.name}`];
  if (network !== undefined && learner.chance(20)) words.push(`--network-alias ${learner.pick(['www', 'store', 'backend'])}`);
  if (network?.subnet !== undefined && learner.chance(15)) words.push(`--ip ${network.subnet}.${learner.pick(['10', '20', '2', '99'])}`);
  else if (learner.chance(2)) words.push('--ip 172.17.0.50');
  const linked = learner.pickIfAny(docker.on(network?.name ?? 'bridge').filter(({ running }) => running));
  if (linked !== undefined && learner.chance(network === undefined ? 25 : 8))
    words.push(`--link ${linked.name}${learner.pick(['', '', ':peer', ':db'])}`);
  if (learner.chance(35)) words.push(...publish(learner, container));
  return words;
}

/** `docker run -d …` of something that stays. */
export function run(learner: Learner): string {
  const docker = dockerOf(learner);
  const again = learner.chance(4) ? learner.pickIfAny(docker.containers)?.name : undefined;
  const [image, command] = learner.pick(PROGRAMS);
  const taken = docker.containers.map(({ name }) => name);
  const container: Container = { name: again ?? learner.fresh(NAMES, taken), image, running: true, paused: false, networks: [], ports: [] };
  const words = [`docker run ${command === '' && image === 'centos' ? learner.pick(['-d -it', '-dit']) : '-d'} --name ${container.name}`];
  words.push(...place(learner, container));
  if (learner.chance(10)) words.push(`-e MODE=${learner.pick(['prod', 'test'])}`);
  if (learner.chance(8)) words.push(`--hostname ${learner.pick(['alpha', 'node1', 'www.example.org'])}`);
  if (learner.chance(5)) words.push('--add-host gw:10.0.0.1');
  if (learner.chance(5)) words.push('--dns 203.0.113.53');
  if (learner.chance(5)) words.push('--cap-add NET_ADMIN');
  if (learner.chance(3)) words.push('--restart always');
  if (learner.chance(3)) words.push('--mac-address 02:42:0a:0a:0a:0a');
  if (again === undefined) docker.containers.push(container);
  if (image === 'nginx' || image === 'redis') learner.plan.push('! sleep 1');
  return `${words.join(' ')} ${image}${command === '' ? '' : ` ${command}`}`;
}

/** Two networks or none, and a few containers. */
export function containersAndNetworks(learner: Learner): string[] {
  const commands = Array.from({ length: learner.random.int(3) }, () => createNetwork(learner));
  for (let i = 0; i < 3; i++) commands.push(run(learner), ...learner.plan.splice(0));
  return commands;
}

/** A change to a container that is so, and to one that is not. */
const change =
  (is: (container: Container) => boolean, words: (learner: Learner, container: Container) => string): Maker =>
  (learner) => {
    const { containers } = dockerOf(learner);
    const container = learner.pickIfAny(learner.chance(90) ? containers.filter(is) : containers);
    return container && words(learner, container);
  };

function forget(learner: Learner, container: Container): void {
  const { containers } = dockerOf(learner);
  containers.splice(containers.indexOf(container), 1);
}

export const CONTAINER_COMMANDS: readonly Maker[] = [
  run,
  run,
  run,
  run,
  change(
    ({ running }) => running,
    (l, container) => {
      container.running = false;
      return `docker ${l.pick(['stop -t 0', 'stop -t 1', 'kill'])} ${container.name}`;
    },
  ),
  change(
    ({ running }) => !running,
    (_, container) => {
      container.running = true;
      return `docker start ${container.name}`;
    },
  ),
  change(
    ({ running }) => !running,
    (l, container) => {
      container.running = true;
      return `docker ${l.pick(['start', 'restart -t 0'])} ${container.name}`;
    },
  ),
  change(
    ({ running }) => running,
    (l, container) => {
      container.running = true;
      if (container.image === 'nginx') l.plan.push('! sleep 1');
      return `docker restart -t 0 ${container.name}`;
    },
  ),
  change(
    ({ running }) => running,
    (l, container) => {
      l.plan.push(`docker ps -a --format '{{.Names}} {{.Status}}'`, `docker unpause ${container.name}`);
      return `docker pause ${container.name}`;
    },
  ),
  change(
    () => true,
    (l, container) => {
      forget(l, container);
      return `docker rm -f ${container.name}`;
    },
  ),
  change(
    ({ running }) => !running,
    (l, container) => {
      if (!container.running) forget(l, container);
      return `docker rm ${container.name}`;
    },
  ),
  change(
    () => true,
    (l, container) => {
      const old = container.name;
      container.name = l.fresh(
        NAMES,
        dockerOf(l).containers.map(({ name }) => name),
      );
      return `docker rename ${old} ${container.name}`;
    },
  ),
  (l) =>
    `docker run --rm ${l.pick(['', '', '--network none ', '--network host ', `--network container:${someName(l)} `])}busybox ${l.pick(['ip route', 'cat /etc/resolv.conf', 'ping -c 1 -W 1 172.17.0.1', 'ping -c 1 -W 1 203.0.113.80', 'echo hello', "sh -c 'exit 3'", 'timeout 3 wget -qO- http://203.0.113.80/ip', 'false'])}`,
  (l) =>
    `docker ${l.pick(['stop', 'start', 'rm', 'kill', 'pause', 'restart', 'logs', 'port', 'top'])} ${l.pick(['nosuch', 'wbe', ''])}`.trim(),
];
