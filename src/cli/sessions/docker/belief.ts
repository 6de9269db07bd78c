import type { Learner } from '../learner.ts';

export interface Container {
  name: string;
  readonly image: string;
  running: boolean;
  paused: boolean;
  /** Networks by name; for other modes `host`, `none` or `container:NAME` alone. */
  readonly networks: string[];
  /** Published TCP ports of the host, each with the container's. */
  readonly ports: { readonly host: string; readonly inside: number }[];
}

export interface Network {
  readonly name: string;
  /** `10.1.0` of 10.1.0.0/24, undefined where Docker chose. */
  readonly subnet: string | undefined;
}

/** What the learner believes there is of Docker: enough to type commands that mostly work. */
export class DockerBelief {
  readonly containers: Container[] = [];
  readonly networks: Network[] = [];
  hostPort = 8080;

  running(): Container[] {
    return this.containers.filter((container) => container.running && !container.paused);
  }

  /** Those that answer on port 80. */
  webs(): Container[] {
    return this.running().filter(({ image }) => image === 'nginx');
  }

  on(network: string): Container[] {
    return this.containers.filter(({ networks }) => networks.includes(network));
  }

  /** One that has an address of its own to be changed or asked for. */
  bridged(): Container[] {
    return this.containers.filter(({ networks }) => networks.every((name) => !/^(host|none|container:.*)$/.test(name)));
  }
}

const BELIEFS = new WeakMap<Learner, DockerBelief>();

export function dockerOf(learner: Learner): DockerBelief {
  const belief = BELIEFS.get(learner) ?? new DockerBelief();
  BELIEFS.set(learner, belief);
  return belief;
}

/** The name of a container, mostly one that runs, now and then one that is not there. */
export function someName(learner: Learner): string {
  const docker = dockerOf(learner);
  if (learner.chance(5)) return learner.pick(['nosuch', 'wbe', 'Web', 'test9']);
  return (
    (learner.pickIfAny(learner.chance(85) ? docker.running() : docker.containers) ?? learner.pickIfAny(docker.containers))?.name ?? 'web'
  );
}

/** A network's name, mostly of the learner's own. */
export function someNetwork(learner: Learner): string {
  const own = learner.pickIfAny(dockerOf(learner).networks)?.name;
  if (learner.chance(6)) return learner.pick(['nosuch', 'host', 'none']);
  return own === undefined || learner.chance(20) ? 'bridge' : own;
}

/** An address of a container, read from Docker or guessed. */
export function someAddress(learner: Learner): string {
  const docker = dockerOf(learner);
  const target = learner.pickIfAny(docker.running().filter((container) => docker.bridged().includes(container)));
  const network = target && learner.pickIfAny(target.networks);
  if (target === undefined || network === undefined || learner.chance(35)) {
    const subnet = learner.pickIfAny(docker.networks)?.subnet ?? '172.18.0';
    return `${learner.pick(['172.17.0', '172.17.0', subnet])}.${learner.pick([1, 2, 3, 4, 5])}`;
  }
  return learner.chance(60)
    ? `$(docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${target.name})`
    : `$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ${target.name} | cut -d' ' -f1)`;
}
