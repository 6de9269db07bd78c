import { defineExercise, pick } from '../../../src/course/exercise.ts';
import { appliance, duo, GATEWAY, GATEWAY_MAC } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { n: pick(40, 77, 120, 231), serial: pick('3c:2a:f4:51:0e:77', '3c:2a:f4:09:d2:1b', '3c:2a:f4:c8:63:a0') },
  lab: ({ n, serial }) => ({ ...duo, machines: [...duo.machines, appliance('printer', serial, `192.168.56.${n}/24`)] }),
  setup: [`ping -c 1 ${GATEWAY}`],
  checks: {
    mac: { points: 2, live: true, test: (w) => w.answered('mac', w.link('printer', 'eth0')?.mac) },
  },
  feedback: {
    'my-own': { when: (w) => w.answer('mac') === w.link('host1', 'eth0')?.mac },
    gateway: { when: (w) => w.answer('mac') === GATEWAY_MAC },
  },
});
