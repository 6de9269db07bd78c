import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ case: number }>;

/** Everybody besides db, and the alias under which they are linked to it. */
const CASES: readonly Readonly<Record<string, string | undefined>>[] = [
  { web: undefined, cron: 'store', mail: 'primary', api: undefined, batch: undefined, shop: 'db' },
  { web: 'database', cron: undefined, mail: undefined, api: 'db', batch: 'main', shop: undefined },
];

/** Linked to nobody, with a line for db that somebody has written into /etc/hosts. */
const HAND_MADE = ['batch', 'mail'];

const people = ({ vars }: World) => Object.entries(CASES[vars.case - 1] ?? {});

/** Who is linked to db, by name, and the alias of each: from what the engine says. */
function links(w: World): readonly (readonly [name: string, alias: string])[] {
  const { output } = w.from('host1').run(`docker inspect -f '{{.HostConfig.Links}}' $(docker ps -aq)`);
  const found = [...output.matchAll(/\/db:\/([^/\s\]]+)\/([^\s\]]+)/g)].map(([, name = '', alias = '']) => [name, alias] as const);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The words of an answer, however they are set apart. */
const given = (w: World, name: string): readonly string[] | undefined =>
  w
    .answer(name)
    ?.split(/[\s,]+/)
    .filter((word) => word !== '');

function compare(w: World, name: string, truth: readonly string[], sort: boolean) {
  const words = given(w, name);
  const mine = sort ? words?.toSorted() : words;
  const actual = words === undefined ? `there is no answer ${name} yet` : `your answer is ${words.join(' ')}`;
  return expected(truth.length > 0 && mine?.join(' ') === truth.join(' '), `answer ${name} is what this world shows`, actual);
}

export default defineExercise({
  vars: { case: pick(1, 2) },
  lab: docker,
  setup: (vars) => [
    'docker run -d --name db redis',
    ...people({ vars } as World).flatMap(([name, alias]) => [
      `docker run -d --name ${name} ${alias === undefined ? '' : `--link db:${alias} `}busybox sleep 86400`,
      ...(alias === undefined && HAND_MADE.includes(name) ? [`docker exec ${name} sh -c 'echo "172.17.0.2 db" >> /etc/hosts'`] : []),
    ]),
  ],
  checks: {
    who: {
      points: 2,
      test: (w) =>
        compare(
          w,
          'who',
          links(w).map(([name]) => name),
          true,
        ),
    },
    alias: {
      points: 1,
      test: (w) =>
        compare(
          w,
          'alias',
          links(w).map(([, alias]) => alias),
          false,
        ),
    },
  },
  feedback: {
    'ask-db': { when: (w) => given(w, 'who')?.join() === 'none' },
    'grep-hosts': {
      when: (w) => (given(w, 'who') ?? []).some((name) => HAND_MADE.includes(name) && !links(w).some(([linked]) => linked === name)),
    },
    'env-only': {
      when: (w) =>
        given(w, 'alias')?.join(' ') ===
        links(w)
          .map(() => 'db')
          .join(' '),
    },
  },
});
