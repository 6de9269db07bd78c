import { allOf, type CheckWorld, defineExercise, expected, type Finding, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const SCRIPT = 'kinds.sh';
const SLEEP = '86401';

/** Flags of unshare for the three suspects. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  alpha: ['-n', '-u -i', '-n -u -i -m -C'],
  beta: ['-u', '-n -m', '-i -u -n -C -T'],
  gamma: ['-i -n', '-m', '-u -m -n -T'],
};

/** Runs the learner's script on a process and compares with what the kernel knows of it. */
function prints(w: CheckWorld, pid: number): Finding {
  const processes = w.processes('host1');
  const suspect = processes.find((process) => process.pid === pid);
  const init = processes.find((process) => process.pid === 1);
  const kinds = Object.entries(suspect?.namespaces ?? {}).filter(([kind, inode]) => init?.namespaces[kind as 'net'] !== inode);
  const right = kinds.map(([kind]) => kind).sort();
  const { output } = w.from('host1').run(`bash ${SCRIPT} ${pid}`);
  const printed = output.split(/\s+/).filter((word) => word !== '');
  const words = (names: readonly string[]) => names.join(', ') || 'nothing';
  return expected(
    [...printed].sort().join() === right.join(),
    `for process ${pid} it prints ${words(right)}`,
    `it prints ${words(printed.slice(0, 12))}`,
  );
}

const suspects = (w: CheckWorld) => (w.file('host1', '/root/suspects') ?? '').split('\n').filter((line) => line !== '');

export default defineExercise({
  vars: { set: pick('alpha', 'beta', 'gamma') },
  lab: solo,
  setup: ({ set }) => [
    ...(SETS[set] ?? []).map((flags) => `nohup unshare ${flags} sleep ${SLEEP} > /dev/null 2>&1 & sleep 0.2`),
    'pgrep -x sleep > suspects',
  ],
  checks: {
    lists: {
      points: 2,
      test: (w) => {
        const fork = w.fork();
        return allOf(...suspects(w).map((pid) => prints(fork, Number(pid))));
      },
    },
    modern: {
      points: 2,
      test: (w) => {
        const fork = w.fork();
        fork.from('host1').run('nohup unshare -C -T sleep 4711 > /dev/null 2>&1 & sleep 0.2');
        const newcomer = fork.processes('host1').find(({ argv }) => argv.join(' ') === 'sleep 4711');
        return prints(fork, newcomer?.pid ?? 0);
      },
    },
    noise: { points: 1, kind: 'guard', test: (w) => (w.file('host1', `/root/${SCRIPT}`) === undefined ? true : prints(w, 1)) },
  },
  feedback: {
    six: {
      when: (w) => {
        const script = w.file('host1', `/root/${SCRIPT}`) ?? '';
        return /\buts\b/.test(script) && /\buser\b/.test(script) && !/\b(cgroup|time)\b/.test(script);
      },
    },
    names: { when: (w) => w.file('host1', `/root/${SCRIPT}`) !== undefined && w.from('host1').run(`bash ${SCRIPT} 1`).output !== '' },
  },
});
