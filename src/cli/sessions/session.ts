import { ADDRESS_COMMANDS, addAddress } from './addresses.ts';
import { BRIDGE_COMMANDS } from './bridges.ts';
import { CONTAINER_COMMANDS, containersAndNetworks } from './docker/containers.ts';
import { DOCKER_LOOKS } from './docker/looks.ts';
import { DOCKER_NETWORK_COMMANDS } from './docker/networks.ts';
import { FILTER_COMMANDS } from './filters.ts';
import { IP6_COMMANDS, lan6 } from './ip6.ts';
import { Learner, type Maker } from './learner.ts';
import { addPair, LINK_COMMANDS } from './links.ts';
import { LISTINGS } from './listings.ts';
import { mistake } from './mistakes.ts';
import { addNamespace, NAMESPACE_COMMANDS } from './namespaces.ts';
import { NAT_COMMANDS, translation } from './nat.ts';
import { NEIGHBOUR_COMMANDS, PING_COMMANDS } from './neighbours.ts';
import { NET_TOOLS_COMMANDS } from './net-tools.ts';
import { ROUTE_COMMANDS } from './routes.ts';
import { conversations, TCP_COMMANDS } from './tcp.ts';
import { lan, routers } from './topologies.ts';
import { TRAFFIC_COMMANDS } from './traffic.ts';
import { TUNNEL_COMMANDS, tunnel } from './tunnels.ts';

type Mix = readonly (readonly [weight: number, makers: readonly Maker[]])[];

/** A kind of session: how it begins, and how often each kind of command comes, in parts of their sum. */
interface Theme {
  readonly begin: (learner: Learner) => string[];
  readonly mix: Mix;
  readonly hosts?: 'host1 host2';
  /** The hosts are built alike, so that a line about one is as good on the other. */
  readonly alike?: true;
  /** The hosts that have Docker, which is then all that is talked about. */
  readonly docker?: 'host1';
}

const THEMES: Readonly<Record<string, Theme>> = {
  basics: {
    begin: pairOfNamespaces,
    mix: [
      [5, NAMESPACE_COMMANDS],
      [8, LINK_COMMANDS],
      [6, ADDRESS_COMMANDS],
      [5, ROUTE_COMMANDS],
      [4, NEIGHBOUR_COMMANDS],
      [3, PING_COMMANDS],
      [13, LISTINGS],
    ],
  },
  lan: {
    begin: lan,
    mix: [
      [16, BRIDGE_COMMANDS],
      [2, LINK_COMMANDS],
      [2, NEIGHBOUR_COMMANDS],
      [3, PING_COMMANDS],
      [4, TRAFFIC_COMMANDS],
      [2, FILTER_COMMANDS],
      [5, LISTINGS],
    ],
  },
  routers: {
    begin: routers,
    mix: [
      [6, FILTER_COMMANDS],
      [9, TRAFFIC_COMMANDS],
      [4, ROUTE_COMMANDS],
      [2, LINK_COMMANDS],
      [2, NEIGHBOUR_COMMANDS],
      [3, NET_TOOLS_COMMANDS],
      [6, LISTINGS],
    ],
  },
  filter: {
    begin: (learner) => (learner.chance(50) ? lan(learner) : routers(learner)),
    mix: [
      [16, FILTER_COMMANDS],
      [6, TRAFFIC_COMMANDS],
      [2, LISTINGS],
    ],
  },
  nat: {
    begin: translation,
    mix: [
      [20, NAT_COMMANDS],
      [1, FILTER_COMMANDS],
      [1, LISTINGS],
    ],
  },
  tcp: { begin: conversations, mix: [[20, TCP_COMMANDS]], hosts: 'host1 host2' },
  tunnels: {
    begin: tunnel,
    mix: [
      [20, TUNNEL_COMMANDS],
      [2, LISTINGS],
    ],
    hosts: 'host1 host2',
    alike: true,
  },
  ip6: {
    begin: (learner) => (learner.chance(60) ? routers(learner, 100) : lan6(learner)),
    mix: [
      [20, IP6_COMMANDS],
      [2, TRAFFIC_COMMANDS],
      [1, LISTINGS],
    ],
  },
  tools: {
    begin: (learner) => (learner.chance(50) ? pairOfNamespaces(learner) : lan(learner)),
    mix: [
      [14, NET_TOOLS_COMMANDS],
      [4, TRAFFIC_COMMANDS],
      [2, ADDRESS_COMMANDS],
      [2, LINK_COMMANDS],
      [3, LISTINGS],
    ],
  },
  docker: {
    begin: containersAndNetworks,
    mix: [
      [5, CONTAINER_COMMANDS],
      [4, DOCKER_NETWORK_COMMANDS],
      [9, DOCKER_LOOKS],
    ],
    hosts: 'host1 host2',
    docker: 'host1',
  },
};

/** Names of the kinds of sessions. */
export const SESSION_THEMES: readonly string[] = Object.keys(THEMES);

const MISTAKES_PERCENT = 13;

/** A session of twenty to forty commands as a scenario: `host1$ COMMAND` or `! sleep SECONDS` a line. */
export function sessionText(seed: string, themeName: string): string {
  const theme = THEMES[themeName];
  if (theme === undefined) throw new RangeError(`no theme ${themeName}`);
  const learner = new Learner(seed);
  const length = 20 + learner.random.int(21);
  const commands = theme.begin(learner);
  const until = Math.max(length, commands.length + 22);
  while (commands.length < until || learner.plan.length > 0) commands.push(...(next(learner, theme) ?? []));
  commands.push(...learner.ending);
  const host = () => (theme.alike && learner.chance(40) ? 'host2' : 'host1');
  const lines = commands.map((command) => (/^(! |host\d[$&])/.test(command) ? command : `${host()}$ ${command}`));
  const docker = theme.docker === undefined ? [] : [`# docker: ${theme.docker}`];
  return [`# title: a learner's session, seed ${seed}`, `# hosts: ${theme.hosts ?? 'host1'}`, ...docker, ...lines, ''].join('\n');
}

/** Two namespaces and a pair, mostly already in working order. */
function pairOfNamespaces(learner: Learner): string[] {
  const commands = [addNamespace(learner), addNamespace(learner), addPair(learner)];
  if (!learner.chance(60)) return commands;
  for (const link of learner.veths()) {
    const target = learner.pick(learner.namespaces);
    if (link.netns === '') {
      commands.push(`ip link set ${link.name} netns ${target}`);
      link.netns = target;
    }
    commands.push(addAddress(learner) ?? 'ip a', learner.ip(link.netns, `link set ${link.name} up`));
    link.up = true;
  }
  return [...commands, '! sleep 2'];
}

function next(learner: Learner, { mix, docker }: Theme): string[] | undefined {
  const planned = learner.plan.shift();
  if (planned !== undefined) return [planned];
  let at = learner.random.int(mix.reduce((sum, [weight]) => sum + weight, 0));
  const makers = mix.find(([weight]) => {
    at -= weight;
    return at < 0;
  })?.[1];
  if (docker === undefined && learner.chance(MISTAKES_PERCENT)) {
    const wrong = mistake(learner, learner.pick(LISTINGS)(learner));
    return wrong === undefined ? undefined : [wrong];
  }
  const command = makers && learner.pick(makers)(learner);
  return command === undefined ? undefined : [command];
}
