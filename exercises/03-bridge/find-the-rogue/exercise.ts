import { allOf, between, type CheckWorld, defineExercise, expected, notOf, pick } from '../../../src/course/exercise.ts';
import type { LabDescription, MachineDescription } from '../../../src/sim/lab/description.ts';
import { solo, standardHost } from '../../../src/sim/lab/standard.ts';

const BOXES = 8;
/** The boxes are 10.0.0.11 to .18, and years ago box .11 was plugged into p11, and so on. */
const FIRST = 11;
const boxes = Array.from({ length: BOXES }, (_, i) => FIRST + i);

/** Where a box is plugged in today. With an odd `shift` none is where its label says. */
const plugOf = (box: number, shift: number): number => FIRST + (((box - FIRST) * 3 + shift) % BOXES);

type Place = Readonly<{ n: number; shift: number }>;

/** The rogue is on the far switch, and every second plug with it. */
const onFarSwitch = (plug: number, { n, shift }: Place): boolean => (plug - plugOf(n, shift)) % 2 === 0;

const network = (plug: number): string => `cable${plug}`;

function box(n: number, shift: number): MachineDescription {
  const plug = plugOf(n, shift);
  const tail = ((plug * 83 + shift * 29) % 256).toString(16).padStart(2, '0');
  const nic = { name: 'eth0', mac: `3c:2a:f4:00:${tail}:${plug + 40}`, addresses: [`10.0.0.${n}/24`], network: network(plug) };
  return { name: `box${n}`, terminal: false, nics: [nic] };
}

function lab({ shift }: Place): LabDescription {
  const host = standardHost(1);
  const ports = boxes.map((plug, i) => ({ name: `p${plug}`, mac: `52:54:00:00:01:0${i}`, addresses: [], network: network(plug) }));
  return { ...solo, machines: [{ ...host, nics: [...host.nics, ...ports] }, ...boxes.map((n) => box(n, shift))] };
}

const innocent = ({ n }: Place): readonly number[] => boxes.filter((one) => one !== n);

const pulled = (w: CheckWorld, dev: string): boolean => {
  const link = w.link('host1', dev);
  return link === undefined || !link.up || link.master === undefined;
};

export default defineExercise({
  vars: { n: between(FIRST, FIRST + BOXES - 1), shift: pick(1, 3, 5, 7) },
  lab,
  setup: (place) => [
    'ip link add br0 type bridge',
    'ip link add br1 type bridge',
    'ip link add x0 type veth peer name x1',
    'ip link set x0 up master br0',
    'ip link set x1 up master br1',
    ...boxes.map((plug) => `ip link set p${plug} up master br${onFarSwitch(plug, place) ? 1 : 0}`),
    'ip link set br0 up',
    'ip link set br1 up',
    'ip addr add 10.0.0.1/24 dev br0',
  ],
  checks: {
    rogue: {
      points: 3,
      test: (w) => {
        const target = `10.0.0.${w.vars.n}`;
        return allOf(...['host1', ...innocent(w.vars).map((one) => `box${one}`)].map((from) => notOf(w.from(from).ping(target))));
      },
    },
    others: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(...innocent(w.vars).map((one) => w.from('host1').ping(`10.0.0.${one}`))),
    },
    ports: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const out = boxes.filter((plug) => plug !== plugOf(w.vars.n, w.vars.shift) && pulled(w, `p${plug}`));
        return expected(out.length === 0, 'the plugs of the other seven are in', `p${out.join(', p')} is out`);
      },
    },
  },
  feedback: {
    uplink: { when: (w) => pulled(w, 'x0') || pulled(w, 'x1') },
    label: { when: (w) => pulled(w, `p${w.vars.n}`) },
    'only-here': {
      when: (w) => {
        const target = `10.0.0.${w.vars.n}`;
        const [one] = innocent(w.vars).filter((other) => onFarSwitch(plugOf(other, w.vars.shift), w.vars));
        return !pulled(w, 'x0') && !w.from('host1').ping(target).ok && w.from(`box${one}`).ping(target).ok;
      },
    },
  },
});
