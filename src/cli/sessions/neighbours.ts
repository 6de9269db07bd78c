import type { Learner, Link, Maker } from './learner.ts';
import { neighbourOf } from './routes.ts';

const onLink =
  (make: (learner: Learner, link: Link) => string): Maker =>
  (learner) => {
    const link = learner.pickIfAny(learner.veths().filter((one) => one.addresses.length > 0)) ?? learner.link();
    return make(learner, link);
  };

const mac = (learner: Learner) => `02:00:00:00:ee:${learner.random.int(80) + 10}`;
const family = (learner: Learner, link: Link) =>
  link.addresses.some((address) => address.includes(':')) && learner.chance(40) ? ':' : '.';

export const NEIGHBOUR_COMMANDS: readonly Maker[] = [
  onLink((learner, link) =>
    learner.ip(
      link.netns,
      `neigh ${learner.pick(['add', 'add', 'replace', 'change'])} ${neighbourOf(learner, link, family(learner, link))} lladdr ${mac(learner)} dev ${link.name}${learner.pick(['', '', ' nud permanent', ' nud reachable', ' nud stale', ' nud noarp', ' nud failed', ' nud delay', ' nud probe', ' router'])}`,
    ),
  ),
  onLink((learner, link) =>
    learner.ip(
      link.netns,
      `neigh ${learner.pick(['del', 'del', 'delete', 'get'])} ${neighbourOf(learner, link, family(learner, link))} dev ${link.name}`,
    ),
  ),
  onLink((learner, link) =>
    learner.ip(
      link.netns,
      `neigh ${learner.pick(['flush', 'flush', 'show', 'list'])} dev ${link.name}`,
      learner.pick(['', '', '', '-4', '-6']),
    ),
  ),
  onLink((learner, link) => learner.ip(link.netns, `neigh add proxy ${neighbourOf(learner, link)} dev ${link.name}`)),
  (learner) =>
    learner.ip(
      learner.somewhere(),
      learner.pick([
        'neigh',
        'n',
        'neigh show',
        'neighbour',
        'neigh show nud permanent',
        'neigh show nud stale',
        'neigh show proxy',
        'neigh flush all',
        'neigh show nud failed',
        'neigh show nud all',
      ]),
      learner.pick(['', '', '', '-j', '-4', '-6', '-br']),
    ),
];

/** Seconds a ping may wait for an answer that does not come: sessions are short. */
const PATIENCE = ' -W 1';

export const PING_COMMANDS: readonly Maker[] = [
  reach,
  reach,
  reach,
  (learner) =>
    learner.run(
      learner.somewhere(),
      `ping -c 1${PATIENCE} ${learner.pick(['127.0.0.1', '::1', 'localhost', '127.5.5.5', '0.0.0.0', '8.8.8.8', '203.0.113.80', '192.168.56.1', '192.168.56.11', '10.66.0.1', '255.255.255.255', '10.99.0.1', 'ff02::1', 'fe80::1', 'nosuchhost', '192.168.56.300', '224.0.0.1'])}`,
    ),
  onLink((learner, link) =>
    learner.run(link.netns, `ping -c 1${PATIENCE} -I ${link.name} ${neighbourOf(learner, link, family(learner, link))}`),
  ),
  onLink((learner, link) => {
    const own = (learner.pickIfAny(link.addresses) ?? '10.66.0.1/24').replace(/\/.*/, '');
    return learner.run(link.netns, `ping -c 1${PATIENCE} -I ${own} ${neighbourOf(learner, link)}`);
  }),
  onLink((learner, link) => {
    const own = (learner.pickIfAny(link.addresses) ?? '10.66.0.1/24').replace(/\/.*/, '');
    return learner.run(link.netns, `ping -c 1${PATIENCE} ${own}`);
  }),
  onLink((learner, link) =>
    learner.run(
      link.netns,
      `ping -c 2 -i 0.2${PATIENCE} ${learner.pick(['-q', '-s 100', '-s 2000', '-t 1', '-n', '-M do -s 1472', '-M do -s 1600', '-s 0', '-4', '-6', '-w 2', '-Q 0x10', '-r', '-b', '-D -O', '-p ff', '-R'])} ${neighbourOf(learner, link)}`,
    ),
  ),
];

function reach(learner: Learner): string {
  const link = learner.pickIfAny(learner.veths().filter((one) => one.addresses.length > 0)) ?? learner.link();
  return learner.run(
    link.netns,
    `ping -c ${learner.pick(['1', '1', '2 -i 0.3'])}${PATIENCE} ${neighbourOf(learner, link, family(learner, link))}`,
  );
}
