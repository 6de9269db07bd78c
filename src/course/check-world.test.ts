import { expect, test } from 'vitest';
import { LabSession } from '../sim/lab/session.ts';
import { duo, solo } from '../sim/lab/standard.ts';
import { takeSnapshot } from '../sim/lab/take-snapshot.ts';
import { CheckWorld } from './check-world.ts';
import { type AnyExercise, type Check, defineExercise } from './exercise.ts';
import { gradeExercise, gradeLive } from './grading.ts';

// host1:   red                     blue
//           r0 10.0.0.1/24 ──────── b0 10.0.0.2/24

const ROOMS = [
  'ip netns add red',
  'ip netns add blue',
  'ip link add r0 netns red type veth peer name b0 netns blue',
  'ip -n red addr add 10.0.0.1/24 dev r0',
  'ip -n blue addr add 10.0.0.2/24 dev b0',
  'ip -n red link set r0 up',
];
const LIT = [...ROOMS, 'ip -n blue link set b0 up'];

const session = (...setup: string[]) => new LabSession({ ...solo, setup }, 'test');
const world = (...setup: string[]) => CheckWorld.grading(session(...setup), {});

test('a probe says whether a ping is answered', () => {
  expect(
    world(...LIT)
      .from('host1/red')
      .ping('10.0.0.2'),
  ).toMatchObject({ ok: true, expected: '10.0.0.2 answers a ping from red on host1' });
});

test('a failed probe says where its packet died: at a cable whose other end is down', () => {
  expect(
    world(...ROOMS)
      .from('host1/red')
      .ping('10.0.0.2'),
  ).toMatchObject({
    ok: false,
    hop: { machine: 'host1', netns: 'red', dev: 'r0', reason: expect.stringContaining('no carrier') },
  });
});

test('… because nobody has the address', () => {
  expect(
    world(...LIT)
      .from('host1/red')
      .ping('10.0.0.9'),
  ).toMatchObject({
    ok: false,
    hop: { netns: 'red', dev: 'r0', reason: expect.stringContaining('nobody on that cable answered') },
  });
});

test('… because the answer has no way back', () => {
  const narrow = [...LIT, 'ip -n blue addr del 10.0.0.2/24 dev b0', 'ip -n blue addr add 10.0.0.2 dev b0'];
  expect(
    world(...narrow)
      .from('host1/red')
      .ping('10.0.0.2'),
  ).toMatchObject({
    ok: false,
    hop: { netns: 'blue', dev: 'b0', reason: expect.stringContaining('no route for the answer') },
  });
});

test('… because no packet could even be made', () => {
  expect(
    world(...LIT)
      .from('host1/red')
      .ping('192.168.56.1'),
  ).toEqual({
    ok: false,
    expected: '192.168.56.1 answers a ping from red on host1',
    actual: 'no answer: Network is unreachable',
    hop: { machine: 'host1', netns: 'red', dev: '', reason: 'no route leads there from here' },
  });
  expect(world().from('host1/red').ping('10.0.0.2').actual).toBe('red on host1: there is no such network namespace');
});

test('looking reads devices, ends of cables, addresses and routes', () => {
  const w = world(...LIT);
  expect(w.link('host1/red', 'r0')).toMatchObject({ kind: 'veth', up: true, carrier: true, peer: { netns: 'blue', name: 'b0' } });
  expect(w.ipv4('host1/red', 'r0')).toEqual(['10.0.0.1/24']);
  expect(w.routes('host1/red')).toEqual([{ dst: '10.0.0.0/24', via: undefined, dev: 'r0', type: 'unicast' }]);
  expect(w.namespaces('host1').map(({ label }) => label)).toEqual(['host', 'red', 'blue']);
});

test('frames that pass a device are captured while probes run', () => {
  const frames = world(...LIT).captured('host1/blue', 'b0', (w) => w.from('host1/red').ping('10.0.0.2'));
  const echoes = frames.filter(({ summary }) => /ICMP echo (request|reply)/.test(summary));
  expect(echoes.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
});

test('a path names the devices on the way', () => {
  const steps = world(...LIT)
    .from('host1/red')
    .path('10.0.0.2');
  expect(steps.map(({ netns, dev, direction }) => `${netns} ${dev} ${direction}`)).toEqual(['red r0 out', 'blue b0 in']);
  // Both ends at home: the ping uses lo and not the cable.
  const home = [
    'ip link add v0 type veth peer name v1',
    'ip addr add 10.9.0.1/24 dev v0',
    'ip addr add 10.9.0.2/24 dev v1',
    'ip link set v0 up',
    'ip link set v1 up',
  ];
  expect(
    world(...home)
      .from('host1')
      .path('10.9.0.2')
      .map(({ dev }) => dev),
  ).toEqual(['lo', 'lo']);
});

test('a name is resolved as the machine itself would', () => {
  const w = world('ip netns add red');
  expect(w.from('host1').resolve('www.example.com')).toBe('203.0.113.80');
  expect(w.from('host1/red').resolve('www.example.com')).toBeUndefined();
});

test('another fate is tried in a fork: a cable is cut and put back', () => {
  const w = CheckWorld.grading(new LabSession(duo, 'test'), {});
  const fork = w.fork().cut('host2', 'eth0');
  expect(fork.from('host1').ping('host2').ok).toBe(false);
  expect(fork.plug('host2', 'eth0').from('host1').ping('host2').ok).toBe(true);
  expect(() => w.cut('host2', 'eth0')).toThrow('call it on fork()');
});

test('grading leaves the learner’s world as it is', () => {
  const learner = session(...LIT);
  const before = JSON.stringify(takeSnapshot(learner.world, learner.lab));
  const steps = learner.world.steps;
  const checks: Record<string, Check> = {
    ping: { points: 1, test: (w) => w.from('host1/red').ping('10.0.0.2') },
    run: { points: 1, test: (w) => w.from('host1').run('ip netns del red').exit === 0 },
    after: { points: 1, test: (w) => w.namespace('host1', 'red') !== undefined },
  };
  expect(gradeExercise(learner, defineExercise({ lab: solo, checks }) as AnyExercise, {})).toMatchObject({ earned: 3, possible: 3 });
  expect(JSON.stringify(takeSnapshot(learner.world, learner.lab))).toBe(before);
  expect(learner.world.steps).toBe(steps);
});

test('guards earn only together with all plain checks, and a check that throws is our bug', () => {
  let built = false;
  const exercise = defineExercise({
    lab: solo,
    checks: {
      plain: { points: 2, live: true, test: () => built },
      guard: { points: 1, kind: 'guard', live: true, test: () => true },
      broken: {
        points: 1,
        test: () => {
          throw new Error('never the learner’s fault');
        },
      },
    },
  }) as AnyExercise;
  const learner = session();
  const earned = () => Object.fromEntries(gradeExercise(learner, exercise, {}).results.map((result) => [result.check, result.earned]));
  expect(earned()).toEqual({ plain: 0, guard: 0, broken: 0 });
  built = true;
  expect(earned()).toEqual({ plain: 2, guard: 0, broken: 0 });
  expect(gradeExercise(learner, exercise, {}).results[2]?.bug).toContain('never the learner’s fault');
  expect(gradeLive(learner, exercise, {}).map(({ check, earned }) => [check, earned])).toEqual([
    ['plain', 2],
    ['guard', 0],
  ]);
});

test('a live check may only look', () => {
  const live: Check = { points: 1, live: true, test: (w) => w.from('host1').ping('192.168.56.1') };
  const [result] = gradeLive(session(), defineExercise({ lab: solo, checks: { live } }) as AnyExercise, {});
  expect(result?.bug).toContain('a live check may only look');
});

// host1:eth0 192.168.56.11 ─── lan ─── 192.168.56.12 host2:eth0, a web server on 8080

const WEB = { host: 'host2', run: 'mkdir /srv/web; echo hello >/srv/web/index.html; busybox httpd -p 8080 -h /srv/web' };
const webWorld = (...more: { host: string; run: string }[]) =>
  CheckWorld.grading(new LabSession({ ...duo, setup: [WEB, ...more] }, 'test'), {});

test('a web page is asked for, by the name of a machine too', () => {
  const host1 = webWorld().from('host1');
  expect([
    host1.http('http://host2:8080/'),
    host1.http('http://192.168.56.12:8080/nothing'),
    host1.http('http://www.example.com/ip'),
    host1.http('http://host2:8080/', 'hello').ok,
    host1.http('http://host2:8080/', 'goodbye'),
  ]).toMatchObject([
    { ok: true, status: 200, body: 'hello\n' },
    { ok: false, status: 404, actual: 'it answers with status 404' },
    { ok: true, status: 200, body: '192.168.56.11\n' },
    true,
    { ok: false, status: 200, expected: 'http://host2:8080/ answers host1 and says goodbye', actual: 'it says hello' },
  ]);
});

test('a port that takes connections, one where nothing listens, and one behind a rule', () => {
  const host1 = webWorld({ host: 'host2', run: 'iptables -A INPUT -p tcp --dport 81 -j DROP' }).from('host1');
  expect([host1.tcp('host2', 8080), host1.tcp('host2', 22), host1.tcp('host2', 81)]).toMatchObject([
    { ok: true, open: true, expected: 'port 8080 of host2 takes connections from host1' },
    { ok: false, open: false, actual: 'it is refused: nothing listens there' },
    { ok: false, open: false, actual: 'no answer', hop: { machine: 'host2' } },
  ]);
});

test('a check sees what a vxlan was made with, and whom it sends to', () => {
  const w = world(
    'ip link add vx0 address 02:00:00:00:00:01 type vxlan id 42 dstport 4789 remote 192.168.56.12',
    'bridge fdb add 02:00:00:00:00:02 dev vx0 dst 192.168.56.13 dynamic',
  );
  expect([w.link('host1', 'vx0')?.vxlan, w.link('host1', 'eth0')?.vxlan, w.fdb('host1', 'vx0')]).toEqual([
    { vni: 42, dstPort: 4789 },
    undefined,
    [
      { mac: '02:00:00:00:00:02', dev: 'vx0', dst: '192.168.56.13', permanent: false },
      { mac: '00:00:00:00:00:00', dev: 'vx0', dst: '192.168.56.12', permanent: true },
    ],
  ]);
});
