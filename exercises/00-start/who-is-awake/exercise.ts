import { type CheckWorld, defineExercise, expected, type Finding, pick } from '../../../src/course/exercise.ts';
import { appliance, GATEWAY, trio } from '../../../src/sim/lab/standard.ts';

const LIMIT_S = 10;

const asleepName = (last: number) => `host${last - 10}`;

/** What the script has to print in this world: the listed addresses that answer host1. */
function awake(w: CheckWorld): string[] {
  const listed = (w.file('host1', '/root/machines') ?? '').split('\n').filter((line) => line !== '');
  return listed.filter((address) => w.from('host1').ping(address).ok);
}

function printsThem(w: CheckWorld): Finding {
  const { output } = w.from('host1').run('bash awake.sh', { seconds: LIMIT_S });
  const printed = output.split('\n').filter((line) => line !== '');
  const right = awake(w);
  const ok = printed.length === right.length && [...printed].sort().join() === [...right].sort().join();
  return expected(ok, `awake.sh prints ${right.join(', ')}`, `it prints ${printed.slice(0, 6).join(', ') || 'nothing'}`);
}

export default defineExercise({
  vars: { n: pick(40, 120), asleep: pick(12, 13) },
  lab: ({ n, asleep }) => {
    const list = [GATEWAY, '192.168.56.12', '192.168.56.13', `192.168.56.${n}`].map((address) => `${address}\n`).join('');
    const machines = trio.machines.map((machine) => {
      if (machine.name === 'host1') return { ...machine, files: { '/root/machines': list } };
      return machine.name === asleepName(asleep) ? { ...machine, nics: machine.nics.map((nic) => ({ ...nic, unplugged: true })) } : machine;
    });
    return { ...trio, machines: [...machines, appliance('printer', '3c:2a:f4:51:0e:77', `192.168.56.${n}/24`)] };
  },
  checks: {
    prints: { points: 2, test: (w) => printsThem(w) },
    ends: {
      points: 1,
      test: (w) => {
        const { exit, ended } = w.from('host1').run('test -e awake.sh && bash awake.sh', { seconds: LIMIT_S });
        const there = w.file('host1', '/root/awake.sh') !== undefined;
        return expected(
          there && ended,
          `bash awake.sh ends within ${LIMIT_S} seconds`,
          !there ? 'there is no /root/awake.sh' : ended ? `it ended with ${exit}` : 'it was still running',
        );
      },
    },
    follows: {
      points: 2,
      test: (w) => {
        const { asleep } = w.vars;
        const other = asleep === 12 ? 13 : 12;
        return printsThem(w.fork().plug(asleepName(asleep), 'eth0').cut(asleepName(other), 'eth0'));
      },
    },
  },
  feedback: {
    'by-heart': { when: (w) => /192\.168\.56\.\d/.test(w.file('host1', '/root/awake.sh') ?? '') },
    'for-ever': {
      when: (w) => w.file('host1', '/root/awake.sh') !== undefined && !w.from('host1').run('bash awake.sh', { seconds: LIMIT_S }).ended,
    },
  },
});
