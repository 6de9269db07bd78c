import { type CheckWorld, defineExercise, expected } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

const lit = (w: CheckWorld): boolean => w.link('host1', 'docker0')?.carrier === true;

/** Devices of the host's that are plugged into docker0 and belong to no container. */
function strangers(w: CheckWorld): boolean {
  const plugs = w.links('host1').filter(({ master }) => master === 'docker0').length;
  return plugs > (w.networks('host1').find(({ bridge }) => bridge === 'docker0')?.containers.length ?? 0);
}

const ran = (w: CheckWorld, mode: string, running: boolean): boolean =>
  w.containers('host1').some((container) => container.networkMode === mode && container.running === running);

export default defineExercise({
  lab: docker,
  checks: {
    lamp: {
      points: 2,
      live: true,
      test: (w) => expected(lit(w), 'docker0’s lamp is lit', 'it is up, and says NO-CARRIER: nothing is plugged in'),
    },
    off: {
      points: 1,
      test: (w) => {
        if (!lit(w)) return expected(false, 'the lamp is lit, and goes out with the last container', 'it is not lit');
        const world = w.fork();
        world.from('host1').run('docker stop -t 0 $(docker ps -q)');
        world.wait(2);
        return expected(!lit(world), 'when all containers are stopped, the lamp goes out', 'it goes on burning');
      },
    },
  },
  feedback: {
    'short-life': { when: (w) => !lit(w) && ran(w, 'bridge', false) },
    hostnet: { when: (w) => !lit(w) && (ran(w, 'host', true) || ran(w, 'none', true)) },
    dummy: { when: (w) => lit(w) && strangers(w) },
  },
});
