import { defineExercise, pick } from '../../../src/course/exercise.ts';
import { appliance, duo } from '../../../src/sim/lab/standard.ts';

const PRINTER_MAC = '3c:2a:f4:51:0e:77';
const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export default defineExercise({
  vars: { gateway: pick('00:1b:21:3a:9e:40', '00:1b:21:c4:07:5d', '00:1b:21:70:e2:1a') },
  lab: { ...duo, machines: [...duo.machines, appliance('printer', PRINTER_MAC, '192.168.56.77/24')] },
  // The machine that stands for the world outside: its card towards the lab is everybody's gateway.
  setup: ({ gateway }) => [{ host: 'isp', run: `ip link set lan0 address ${gateway}` }],
  checks: {
    mac: { points: 2, live: true, test: (w) => w.answered('mac', w.link('isp', 'lan0')?.mac) },
  },
  feedback: {
    broadcast: { when: (w) => w.answer('mac') === BROADCAST },
    neighbour: { when: (w) => ['printer', 'host2'].some((name) => w.link(name, 'eth0')?.mac === w.answer('mac')) },
    'my-own': { when: (w) => w.link('host1', 'eth0')?.mac === w.answer('mac') },
    'an-address': { when: (w) => /^[\d.]+$/.test(w.answer('mac') ?? '') },
  },
});
