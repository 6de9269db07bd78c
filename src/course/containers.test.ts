import { expect, test } from 'vitest';
import { LabSession } from '../sim/lab/session.ts';
import { docker, dockerAndClient } from '../sim/lab/standard.ts';
import { CheckWorld } from './check-world.ts';
import { Typist } from './typist.ts';

//   web 172.18.0.2 :80 ← host1:8080 ┐
//   api 172.18.0.3                  ┴ shop 172.18.0.0/16 ─ host1 192.168.56.11 ─ lan ─ host2 .12
//   old 172.17.0.2, stopped           docker0

const SHOP = [
  'docker network create shop',
  'docker run -d --name web --network shop -p 8080:80 nginx',
  'docker run -d --name api --network shop --network-alias backend -e MODE=test busybox sleep 1000',
  'docker run --name old busybox true',
];

const session = (...setup: string[]) => new LabSession({ ...dockerAndClient, setup }, 'test');
const world = (...setup: string[]) => CheckWorld.grading(session(...setup), {});

test('looking reads containers, networks and images', () => {
  const w = world(...SHOP);
  expect(w.containers('host1').map(({ name, status, exitCode, image }) => [name, status, exitCode, image])).toEqual([
    ['web', 'running', 0, 'nginx'],
    ['api', 'running', 0, 'busybox'],
    ['old', 'exited', 0, 'busybox'],
  ]);
  expect(w.container('host1', 'web')).toMatchObject({
    running: true,
    networks: [{ name: 'shop', ip: '172.18.0.2', mac: '02:42:ac:12:00:02' }],
    ports: [
      { hostIp: '0.0.0.0', hostPort: 8080, port: 80, protocol: 'tcp' },
      { hostIp: '::', hostPort: 8080, port: 80, protocol: 'tcp' },
    ],
    networkMode: 'shop',
  });
  const api = w.container('host1', 'api');
  expect([api?.env.MODE, api?.networks[0]?.aliases.includes('backend'), api?.hostname === api?.id.slice(0, 12)]).toEqual([
    'test',
    true,
    true,
  ]);
  expect(w.container('host1', 'old')).toMatchObject({ running: false, pid: 0, ports: [], networks: [{ name: 'bridge', ip: undefined }] });
  expect(w.networks('host1').find(({ name }) => name === 'shop')).toMatchObject({
    ...{ driver: 'bridge', subnet: '172.18.0.0/16', gateway: '172.18.0.1', internal: false, containers: ['web', 'api'] },
    bridge: expect.stringMatching(/^br-/),
  });
  expect(w.images('host1').flatMap(({ names }) => names)).toContain('nginx:latest');
  expect([w.container('host1', 'nobody'), w.containers('host2')]).toEqual([undefined, []]);
});

test('a place in a container has its network and its files, whatever its image has of programs', () => {
  const w = world(...SHOP, 'docker exec api sh -c "echo 10.9.9.9 printer >>/etc/hosts; echo note >/note"');
  const [web, api] = [w.from('host1@web'), w.from('host1@api')];
  expect(web.ping('api')).toMatchObject({ ok: true, expected: 'api answers a ping from web on host1' });
  expect([web.resolve('backend'), api.resolve('printer'), web.resolve('printer'), w.from('host1').resolve('api')]).toEqual([
    ...['172.18.0.3', '10.9.9.9', undefined, undefined],
  ]);
  expect(api.http('http://web/')).toMatchObject({ ok: true, status: 200, seen: '172.18.0.3' });
  expect([api.tcp('web', 80).open, api.tcp('web', 81)]).toMatchObject([
    true,
    { open: false, actual: 'it is refused: nothing listens there' },
  ]);
  expect(web.run('cat /etc/hostname; ip -br -4 addr show eth0 | tr -s " "').output).toMatch(
    /^[0-9a-f]{12}\neth0@if\d+ UP 172\.18\.0\.2\/16/,
  );
  expect([w.ipv4('host1@web', 'eth0'), w.file('host1@api', '/note'), w.file('host1', '/note')]).toEqual([
    ...[['172.18.0.2/16'], 'note\n', undefined],
  ]);
});

test('a published port is reached from outside, and the server sees who came', () => {
  const w = world(...SHOP);
  expect(w.from('host2').http('http://host1:8080/')).toMatchObject({ ok: true, seen: '192.168.56.12' });
  expect(w.from('host1').http('http://localhost:8080/')).toMatchObject({ ok: true, seen: '172.18.0.1' });
});

test('a name that stands for several is asked several times', () => {
  const pair = ['one', 'two'].map((name) => `docker run -d --name ${name} --network shop --network-alias both busybox sleep 1000`);
  const answers = world('docker network create shop', ...pair, 'docker run -d --name asker --network shop busybox sleep 1000')
    .from('host1@asker')
    .resolve('both', 8);
  expect([answers.length, [...new Set(answers)].sort()]).toEqual([8, ['172.18.0.2', '172.18.0.3']]);
});

test('what is not there is said in words', () => {
  const w = world(...SHOP);
  expect([w.from('host1@shop').ping('web').actual, w.from('host1@old').ping('web').actual]).toEqual([
    'there is no container called shop on host1',
    'old on host1 is not running',
  ]);
});

test('a packet that a container loses is told of by the container’s name', () => {
  const w = world(...SHOP, 'docker exec --privileged api ip route del default');
  expect(w.from('host1@api').ping('192.168.56.12').hop).toMatchObject({ netns: 'api', reason: 'no route leads there from here' });
  expect(w.namespaces('host1').map(({ label, named }) => [label, named])).toEqual([
    ['host', false],
    ['web', false],
    ['api', false],
  ]);
});

test('the same container is neither stopped, started again nor replaced, even in one instant', () => {
  const changed = (...commands: string[]) => {
    const learner = session(...SHOP);
    const typist = new Typist(learner, 'host1');
    for (const command of commands) typist.command(command);
    return CheckWorld.live(learner, {}).same('host1', 'web');
  };
  expect(changed('docker network connect bridge web').ok).toBe(true);
  expect([changed('docker restart web'), changed('docker stop web'), changed('docker rm -f web')]).toMatchObject([
    { ok: false, actual: 'it was started again' },
    { ok: false, actual: 'it is not running' },
    { ok: false, actual: 'there is no container called web on host1' },
  ]);
  expect(changed('docker rm -f web', 'docker run -d --name web nginx').actual).toBe('it is another container of that name');
});

test('rules are read as iptables lists them, and reading leaves the world as it is', () => {
  const learner = session(...SHOP);
  const w = CheckWorld.live(learner, {});
  const pid = (fork: LabSession) => {
    const typist = new Typist(fork, 'host1');
    typist.command('echo $$');
    return typist.take();
  };
  expect(w.rules('host1', 'nat')).toContain(
    `-A DOCKER ! -i ${w.networks('host1').at(-1)?.bridge} -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80`,
  );
  expect([w.rules('host1@api'), w.rules('host1/nowhere')]).toEqual([['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT'], []]);
  expect(pid(learner)).toBe(pid(session(...SHOP)));
});

test('containers are forked and made afresh with the world', () => {
  const learner = new LabSession(docker, 'test');
  const typist = new Typist(learner, 'host1');
  typist.command('docker run -d --name web nginx');
  typist.command("echo 'docker run -d --name api nginx' >run.sh");
  const w = CheckWorld.grading(learner, {});
  const fork = w.fork();
  fork.from('host1').run('docker rm -f web');
  const fresh = w.fresh(['host1:/root/run.sh']);
  fresh.from('host1').run('bash run.sh');
  const names = [w, fork, fresh].map((world) => world.containers('host1').map(({ name }) => name));
  expect(names).toEqual([['web'], [], ['api']]);
  expect(w.container('host1', 'web')?.id).toBe(w.fork().container('host1', 'web')?.id);
});
