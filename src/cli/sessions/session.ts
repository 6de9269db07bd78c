import { ADDRESS_COMMANDS, addAddress } from './addresses.ts';
import { Learner, type Maker } from './learner.ts';
import { addPair, LINK_COMMANDS } from './links.ts';
import { LISTINGS } from './listings.ts';
import { mistake } from './mistakes.ts';
import { addNamespace, NAMESPACE_COMMANDS } from './namespaces.ts';
import { NEIGHBOUR_COMMANDS, PING_COMMANDS } from './neighbours.ts';
import { ROUTE_COMMANDS } from './routes.ts';

/** How often each kind of command comes, in parts of their sum. */
const MIX: readonly (readonly [weight: number, makers: readonly Maker[]])[] = [
  [5, NAMESPACE_COMMANDS],
  [8, LINK_COMMANDS],
  [6, ADDRESS_COMMANDS],
  [5, ROUTE_COMMANDS],
  [4, NEIGHBOUR_COMMANDS],
  [3, PING_COMMANDS],
  [13, LISTINGS],
];
const TOTAL = MIX.reduce((sum, [weight]) => sum + weight, 0);
const MISTAKES_PERCENT = 13;

/** A session of twenty to forty commands as a scenario: `host1$ COMMAND` or `! sleep SECONDS` a line. */
export function sessionText(seed: string): string {
  const learner = new Learner(seed);
  const length = 20 + learner.random.int(21);
  // A beginning on which the rest can stand.
  const commands = [addNamespace(learner), addNamespace(learner), addPair(learner)];
  if (learner.chance(60)) {
    for (const link of learner.veths()) {
      const target = learner.pick(learner.namespaces);
      if (link.netns === '') {
        commands.push(`ip link set ${link.name} netns ${target}`);
        link.netns = target;
      }
      commands.push(addAddress(learner) ?? 'ip a', learner.ip(link.netns, `link set ${link.name} up`));
      link.up = true;
    }
    commands.push('! sleep 2');
  }
  while (commands.length < length) commands.push(...(next(learner) ?? []));
  const lines = commands.map((command) => (command.startsWith('! ') ? command : `host1$ ${command}`));
  return [`# title: a learner's session, seed ${seed}`, '# hosts: host1', ...lines, ''].join('\n');
}

function next(learner: Learner): string[] | undefined {
  const planned = learner.plan.shift();
  if (planned !== undefined) return [planned];
  let at = learner.random.int(TOTAL);
  const makers = MIX.find(([weight]) => {
    at -= weight;
    return at < 0;
  })?.[1];
  if (learner.chance(MISTAKES_PERCENT)) {
    const wrong = mistake(learner, learner.pick(LISTINGS)(learner));
    return wrong === undefined ? undefined : [wrong];
  }
  const command = makers && learner.pick(makers)(learner);
  return command === undefined ? undefined : [command];
}
