import type { Learner, Maker } from '../learner.ts';
import { dockerOf, someName, someNetwork } from './belief.ts';

const NAMES = ['front', 'back', 'appnet', 'net1', 'net2', 'lan', 'mynet', 'my-bridge', 'shop_default'];

/** `docker network create …` with any of the options, and now and then one that cannot be. */
export function createNetwork(learner: Learner): string {
  const docker = dockerOf(learner);
  const again = learner.chance(7) ? learner.pickIfAny(docker.networks)?.name : undefined;
  const taken = docker.networks.map(({ name }) => name);
  const name = again ?? learner.fresh(NAMES, taken);
  const third = docker.networks.length + 1 + learner.random.int(200);
  const subnet = learner.chance(50) ? `10.${third}.0` : undefined;
  const words = ['docker network create'];
  if (learner.chance(25)) words.push(learner.pick(['-d bridge', '--driver bridge']));
  if (subnet !== undefined) {
    words.push(`--subnet ${subnet}.0/24`);
    if (learner.chance(30)) words.push(`--gateway ${subnet}.${learner.pick(['1', '254', '100'])}`);
    if (learner.chance(15)) words.push(`--ip-range ${subnet}.${learner.pick(['128/25', '64/28', '16/29'])}`);
    if (learner.chance(8)) words.push(`--aux-address ${learner.pick(['printer', 'router'])}=${subnet}.${learner.pick(['2', '5'])}`);
  } else if (learner.chance(8)) words.push(`--subnet ${learner.pick(['172.17.0.0/16', '172.17.5.0/24', '10.0.0.0/33', '10.0.0.300/24'])}`);
  if (learner.chance(10)) words.push('--internal');
  if (learner.chance(10)) words.push(`-o com.docker.network.bridge.name=br-${name.slice(0, 8)}`);
  if (learner.chance(6)) words.push('-o com.docker.network.driver.mtu=1400');
  if (learner.chance(6)) words.push('-o com.docker.network.bridge.enable_icc=false');
  if (learner.chance(5)) words.push('-o com.docker.network.bridge.enable_ip_masquerade=false');
  if (learner.chance(5)) words.push(`--label stage=${learner.pick(['test', 'prod'])}`);
  if (again === undefined) docker.networks.push({ name, subnet });
  return `${words.join(' ')} ${name}`;
}

const ownNetwork = (learner: Learner): string | undefined => learner.pickIfAny(dockerOf(learner).networks)?.name;

function connect(learner: Learner): string | undefined {
  const docker = dockerOf(learner);
  const container = learner.pickIfAny(docker.bridged());
  if (container === undefined) return undefined;
  const network = someNetwork(learner);
  const words = ['docker network connect'];
  const subnet = docker.networks.find(({ name }) => name === network)?.subnet;
  if (subnet !== undefined && learner.chance(20)) words.push(`--ip ${subnet}.${learner.pick(['50', '77', '200'])}`);
  if (network !== 'bridge' && learner.chance(25)) words.push(`--alias ${learner.pick(['www', 'store', 'peer'])}`);
  if (!container.networks.includes(network) && !['nosuch', 'host', 'none'].includes(network)) container.networks.push(network);
  return `${words.join(' ')} ${network} ${container.name}`;
}

function disconnect(learner: Learner): string | undefined {
  const container = learner.pickIfAny(dockerOf(learner).bridged());
  const network = container && learner.pickIfAny(container.networks);
  if (container === undefined || network === undefined) return undefined;
  if (learner.chance(12)) return `docker network disconnect ${someNetwork(learner)} ${someName(learner)}`;
  container.networks.splice(container.networks.indexOf(network), 1);
  return `docker network disconnect ${learner.chance(10) ? '-f ' : ''}${network} ${container.name}`;
}

function removeNetwork(learner: Learner): string | undefined {
  const docker = dockerOf(learner);
  const network = ownNetwork(learner);
  if (network === undefined) return undefined;
  if (docker.on(network).some(({ running }) => running) && learner.chance(50)) return undefined;
  if (!docker.on(network).some(({ running }) => running)) {
    docker.networks.splice(
      docker.networks.findIndex(({ name }) => name === network),
      1,
    );
    for (const { networks } of docker.on(network)) networks.splice(networks.indexOf(network), 1);
  }
  return `docker network rm ${network}${learner.chance(10) ? ' nosuch' : ''}`;
}

export const DOCKER_NETWORK_COMMANDS: readonly Maker[] = [
  createNetwork,
  createNetwork,
  connect,
  connect,
  connect,
  disconnect,
  disconnect,
  removeNetwork,
  (l) =>
    `docker network ls${l.pick(['', '', ` --filter driver=bridge`, " --format '{{.Name}} {{.Driver}}'", ` --filter name=${ownNetwork(l) ?? 'n'}`])}`,
  (l) => `docker network inspect ${someNetwork(l)}`,
  (l) => `docker network inspect -f '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}' ${someNetwork(l)}`,
  (l) => `docker network inspect -f '{{range .Containers}}{{println .Name .IPv4Address}}{{end}}' ${someNetwork(l)} | sort`,
  (l) => `docker network inspect -f '{{.Internal}} {{.EnableIPv6}} {{json .Options}}' ${someNetwork(l)}`,
];
