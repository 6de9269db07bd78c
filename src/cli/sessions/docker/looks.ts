import type { Learner, Maker } from '../learner.ts';
import { dockerOf, someAddress, someName } from './belief.ts';

const exec = (learner: Learner, words: string, options = ''): string => `docker exec ${options}${someName(learner)} ${words}`;

/** Somebody to ask for: a name, an address, the world outside. */
const target = (learner: Learner): string =>
  learner.pick<() => string>([
    () => someName(learner),
    () => someName(learner),
    () => someName(learner),
    () => someAddress(learner),
    () => someAddress(learner),
    () => '203.0.113.80',
    () => learner.pick(['www.example.com', '192.168.56.1', '172.17.0.1', 'www', 'store', 'backend', 'peer', 'db']),
  ])();

/** Asks a web server in a container. */
function fetch(learner: Learner): string | undefined {
  const docker = dockerOf(learner);
  const web = learner.pickIfAny(docker.webs());
  if (web === undefined) return undefined;
  const place = learner.chance(70) ? web.name : someAddress(learner);
  const client = learner.pickIfAny(docker.running());
  if (client === undefined) return undefined;
  return client.image === 'busybox'
    ? `docker exec ${client.name} timeout 3 wget -qO- http://${place}/ip`
    : `docker exec ${client.name} curl -sS -m 2 http://${place}/ip`;
}

/** Asks for a published port from here, from the other host, from a container. */
function fromOutside(learner: Learner): string | undefined {
  const docker = dockerOf(learner);
  const web = learner.pickIfAny(docker.containers.filter(({ ports, image }) => ports.length > 0 && image === 'nginx'));
  if (web === undefined) return undefined;
  const { host } = learner.pick(web.ports);
  const port = host.split(':')[1] ?? '80';
  const get = `curl -sS -m 2 http://${learner.pick([host, `192.168.56.11:${port}`, `192.168.56.11:${port}`])}/ip`;
  const inside = learner.pickIfAny(docker.running().filter(({ image }) => image !== 'busybox'));
  return learner.pick<() => string>([
    () => `host1$ ${get}`,
    () => `host1$ curl -sS -m 2 http://${learner.pick(['127.0.0.1', 'localhost', '172.17.0.1'])}:${port}/ip`,
    () => `host2$ ${get}`,
    () => `host2$ ${get}`,
    () => (inside === undefined ? `host1$ ${get}` : `host1$ docker exec ${inside.name} ${get}`),
  ])();
}

/** Fields that are asked for with `docker inspect -f`. */
const FIELDS = [
  '{{.State.Status}}',
  '{{.State.Running}} {{.State.ExitCode}}',
  '{{.NetworkSettings.IPAddress}}',
  '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}} {{.NetworkSettings.MacAddress}}',
  '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}',
  '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}} {{$net.MacAddress}};{{end}}',
  '{{json .NetworkSettings.Ports}}',
  '{{json .NetworkSettings.Networks}}',
  '{{.HostConfig.NetworkMode}}',
  '{{.HostConfig.Links}}',
  '{{json .HostConfig.PortBindings}} {{json .Config.ExposedPorts}}',
  '{{.Name}} {{.Config.Image}} {{.Config.Cmd}}',
  '{{.RestartCount}} {{.HostConfig.RestartPolicy.Name}}',
  '{{.NoSuchField}}',
];

const RULES = [
  'iptables -S',
  'iptables -S FORWARD',
  'iptables -S DOCKER',
  'iptables -S DOCKER-ISOLATION-STAGE-1',
  'iptables -nL DOCKER',
  'iptables -t nat -S',
  'iptables -t nat -S POSTROUTING',
  'iptables -t nat -S DOCKER',
  'iptables -t nat -nL',
];

/** A rule of the host broken, tried, and mended. */
function breakAndMend(learner: Learner): string {
  const [broken, mended] = learner.pick([
    ['iptables -I DOCKER-USER -j DROP', 'iptables -D DOCKER-USER -j DROP'],
    ['iptables -I DOCKER-USER -p icmp -j DROP', 'iptables -D DOCKER-USER 1'],
    ['sysctl -w net.ipv4.ip_forward=0', 'sysctl -w net.ipv4.ip_forward=1'],
    ['ip link set docker0 down', 'ip link set docker0 up'],
    [
      'iptables -t nat -D POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
      'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    ],
  ] as const);
  const attempt = exec(learner, `ping -c 1 -W 1 ${learner.pick(['203.0.113.80', '172.17.0.1', target(learner)])}`);
  learner.plan.push(attempt, mended, attempt);
  return broken;
}

export const DOCKER_LOOKS: readonly Maker[] = [
  (l) => exec(l, `ping -c 1 -W 1 ${target(l)}`),
  (l) => exec(l, `ping -c 1 -W 1 ${target(l)}`),
  (l) => exec(l, `ping -c 1 -W 1 ${target(l)}`),
  (l) => exec(l, `ping -c 2 -W 1 ${someName(l)}`, l.pick(['', '-it '])),
  fetch,
  fetch,
  fromOutside,
  fromOutside,
  (l) =>
    exec(
      l,
      l.pick([
        'ip addr',
        'ip route',
        'ip -4 addr show eth0',
        'cat /etc/hosts',
        'cat /etc/hosts',
        'cat /etc/resolv.conf',
        'hostname',
        'env',
        'ip link',
        'ip neigh | wc -l',
      ]),
    ),
  (l) => exec(l, l.pick(['ip route', 'cat /etc/hosts', 'cat /etc/resolv.conf', 'ip addr'])),
  (l) => `docker inspect -f '${l.pick(FIELDS)}' ${someName(l)}`,
  (l) => `docker inspect -f '${l.pick(FIELDS)}' ${someName(l)}`,
  (l) =>
    `docker ps${l.pick(['', '', ' -a', " --format '{{.Names}} {{.Ports}}'", " -a --format '{{.Names}} {{.Status}} {{.Networks}}'", ' -q | wc -l', ' --filter status=running -q | wc -l', " --format 'table {{.Names}}\\t{{.Image}}\\t{{.Ports}}'"])}`,
  (l) =>
    `docker port ${l.pickIfAny(dockerOf(l).containers.filter(({ ports }) => ports.length === 1))?.name ?? someName(l)}${l.pick(['', ' 80', ' 443'])}`,
  (l) => `docker logs ${l.pickIfAny(dockerOf(l).containers.filter(({ image }) => image === 'busybox'))?.name ?? 'nosuch'}`,
  (l) => l.pick(RULES),
  (l) => l.pick(RULES),
  (l) =>
    l.pick([
      'ip route',
      'ip -br link show type bridge',
      'ip addr show docker0',
      'ip link show master docker0 | grep -c veth',
      'bridge link | grep -c forwarding',
    ]),
  (l) => `ping -c 1 -W 1 ${someAddress(l)}`,
  (l) => (l.chance(50) ? breakAndMend(l) : undefined),
];
