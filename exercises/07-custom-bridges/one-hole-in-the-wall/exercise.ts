import { allOf, between, type CheckWorld, defineExercise, notOf } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number }>;

/** A page on port 80, and something on 6379. */
const server = (name: string, network: string) =>
  `docker run -d --name ${name} --network ${network} busybox sh -c 'mkdir /w; echo ${name} > /w/index.html; httpd -h /w; exec httpd -f -p 6379 -h /w'`;

const addressesOf = (w: World, name: string) => (w.container('host1', name)?.networks ?? []).flatMap(({ ip }) => ip ?? []);

/** Whether a container can be reached at a port, by none of its addresses. */
const shut = (w: World, from: string, to: string, port: number) =>
  allOf(...addressesOf(w, to).map((ip) => notOf(w.from(`host1@${from}`).tcp(ip, port))));

const hole = (w: World) => w.from('host1@bb').http(`http://10.${w.vars.n}.1.2/`, 'rr');

const ofUser = (w: World) => w.rules('host1').filter((rule) => rule.startsWith('-A DOCKER-USER'));

export default defineExercise({
  vars: { n: between(71, 74) },
  lab: docker,
  setup: ({ n }) => [
    `docker network create --subnet 10.${n}.1.0/24 red`,
    `docker network create --subnet 10.${n}.2.0/24 blue`,
    server('rr', 'red'),
    server('bb', 'blue'),
    server('bb2', 'blue'),
  ],
  checks: {
    hole: { points: 2, test: hole },
    port: { points: 1, kind: 'guard', test: (w) => shut(w, 'bb', 'rr', 6379) },
    friend: { points: 1, kind: 'guard', test: (w) => shut(w, 'bb2', 'rr', 80) },
    reverse: { points: 1, kind: 'guard', test: (w) => shut(w, 'rr', 'bb', 80) },
  },
  feedback: {
    appended: {
      when: (w) => {
        const rules = ofUser(w);
        const end = rules.indexOf('-A DOCKER-USER -j RETURN');
        return end >= 0 && end < rules.length - 1;
      },
    },
    'one-way': { when: (w) => !hole(w).ok && ofUser(w)[0]?.endsWith('-j ACCEPT') === true },
    joined: { when: (w) => ['bb', 'rr'].some((name) => addressesOf(w, name).length > 1) },
    'too-wide': { when: (w) => hole(w).ok && !shut(w, 'bb2', 'rr', 80).ok },
  },
});
