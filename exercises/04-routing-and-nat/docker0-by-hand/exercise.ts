import { allOf, between, type CheckWorld, defineExercise, expected, type Finding, notOf, pick } from '../../../src/course/exercise.ts';
import { duo, SITES } from '../../../src/sim/lab/standard.ts';

const HOST1 = '192.168.56.11';
const OUTSIDE = `http://${SITES['www.example.com']}/ip`;
const SCRIPTS = ['net.sh', 'box.sh', 'door.sh'];

type World = CheckWorld<{ n: number; port: number }>;

/** The host, web, db and one that moves in later. */
const address = (w: World, last: 1 | 2 | 3 | 4) => `10.${w.vars.n}.0.${last}`;

/** Serves a page on port 80 in a box. */
const serve = (box: string) => `trap "" HUP; ip netns exec ${box} webd 80 &`;

interface Trial {
  readonly world: World;
  /** The first script that did not come to its end. */
  readonly stuck: Finding | undefined;
}

/** One trial serves all checks of a grading that only probe. */
const trials = new WeakMap<World, Trial>();

function tried(w: World): Trial {
  const known = trials.get(w) ?? newTrial(w);
  trials.set(w, known);
  return known;
}

/** A fresh machine on which the learner's scripts have been run: net.sh, a box for web, a box for db, a door to web. */
function newTrial(w: World): Trial {
  const world = w.fresh(SCRIPTS.map((name) => `host1:/root/${name}`));
  let stuck: Finding | undefined;
  const runs = ['net.sh', `box.sh web ${address(w, 2)}`, `box.sh db ${address(w, 3)}`, `door.sh ${w.vars.port} ${address(w, 2)}`];
  for (const run of runs) {
    const { ended } = world.from('host1').run(`bash ${run}`);
    if (!ended) stuck ??= expected(false, `bash ${run} comes to its end`, 'it was still running after 30 seconds');
  }
  for (const box of ['web', 'db']) world.from('host1').run(serve(box));
  return { world, stuck };
}

/** What must hold after the scripts have been run. */
function afterwards({ world, stuck }: Trial, ...holds: readonly ((world: World) => Finding)[]): Finding {
  if (stuck) return stuck;
  for (const hold of holds) {
    const finding = hold(world);
    if (!finding.ok) return finding;
  }
  return { ok: true };
}

const ping = (from: string, to: string) => (world: World) => world.from(from).ping(to);
const getsOut = (box: string) => (world: World) => world.from(`host1/${box}`).http(OUTSIDE, HOST1);

export default defineExercise({
  vars: { n: between(41, 44), port: pick(8080, 8088) },
  lab: duo,
  setup: ({ n }) => [{ host: 'host2', run: `ip route add 10.${n}.0.0/24 via ${HOST1}` }],
  checks: {
    talk: {
      points: 2,
      test: (w) =>
        afterwards(
          tried(w),
          ping('host1/web', address(w, 3)),
          ping('host1/db', address(w, 2)),
          ping('host1/web', address(w, 1)),
          ping('host1', address(w, 3)),
          ping('host1/web', '127.0.0.1'),
        ),
    },
    out: { points: 2, test: (w) => afterwards(tried(w), getsOut('web'), getsOut('db')) },
    door: {
      points: 2,
      test: (w) =>
        afterwards(
          tried(w),
          (world) => world.from('host2').http(`http://${HOST1}:${w.vars.port}/ip`, '192.168.56.12'),
          (world) => world.from('host1').http(`http://${HOST1}:${w.vars.port}/`),
        ),
    },
    db: {
      points: 1,
      kind: 'guard',
      test: (w) =>
        afterwards(
          tried(w),
          (world) => notOf(world.from('host2').tcp(address(w, 3), 80)),
          (world) => notOf(world.from('host2').ping(address(w, 3))),
        ),
    },
    gone: {
      points: 1,
      test: (w) =>
        afterwards(newTrial(w), (world) => {
          world.from('host1').run('ip netns delete web');
          world.from('host1').run(`bash box.sh late ${address(w, 4)}`);
          return allOf(getsOut('db')(world), world.from('host1/db').ping(address(w, 4)));
        }),
    },
  },
  feedback: {
    missing: {
      when: (w) => {
        const there = SCRIPTS.filter((name) => w.file('host1', `/root/${name}`) !== undefined).length;
        return there > 0 && there < SCRIPTS.length;
      },
    },
    'no-gateway': {
      when: (w) => {
        const { world } = tried(w);
        return world.namespace('host1', 'web') !== undefined && !world.ipv4('host1').some((cidr) => cidr.startsWith(`${address(w, 1)}/`));
      },
    },
    'open-house': {
      when: (w) => {
        const { world } = tried(w);
        return world.from('host2').tcp(address(w, 3), 80).ok;
      },
    },
    'shared-end': {
      when: (w) => {
        const { world } = tried(w);
        return world.namespace('host1', 'db') !== undefined && world.link('host1/db', 'eth0') === undefined;
      },
    },
    'dnat-only': {
      when: (w) => {
        const { world } = tried(w);
        const rules = world.from('host1').run('iptables -t nat -S').output;
        const open = world.from('host2').http(`http://${HOST1}:${w.vars.port}/`).ok;
        return !open && getsOut('web')(world).ok && rules.includes(`--dport ${w.vars.port} -j DNAT`);
      },
    },
  },
});
