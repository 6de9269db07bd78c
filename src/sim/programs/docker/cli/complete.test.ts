import { expect, test } from 'vitest';
import { LabSession } from '../../../lab/session.ts';
import { docker as lab } from '../../../lab/standard.ts';
import type { Process } from '../../../machine/process.ts';
import { docker } from './docker.ts';

test('names of containers, networks and images are offered where the command has use for them', () => {
  const setup = [
    'docker network create shop',
    'docker run -d --name web --network shop nginx',
    'docker run -d --name cache redis',
    'docker run --name old busybox true',
  ];
  const { world } = new LabSession({ ...lab, setup }, 'test');
  const init = world.machines.get('host1')?.init as Process;
  const offered = (line: string) => docker.complete?.(init, line.split(' '));
  expect(
    Object.fromEntries(
      [
        'docker net',
        'docker stop ',
        'docker start ',
        'docker rm ',
        'docker rm -f ',
        'docker exec -it w',
        'docker exec -it web ',
        'docker network connect s',
        'docker network connect shop ',
        'docker network disconnect shop ',
        'docker network rm ',
        'docker run -d --network ',
        'docker run -d --name x n',
        'docker network create ',
        'docker logs web ',
        'docker inspect s',
        'docker container stop c',
      ].map((line) => [line, offered(line)]),
    ),
  ).toEqual({
    'docker net': ['network'],
    'docker stop ': ['web', 'cache'],
    'docker start ': ['old'],
    'docker rm ': ['old'],
    'docker rm -f ': ['web', 'cache', 'old'],
    'docker exec -it w': ['web'],
    'docker exec -it web ': [],
    'docker network connect s': ['shop'],
    'docker network connect shop ': ['cache', 'old'],
    'docker network disconnect shop ': ['web'],
    'docker network rm ': ['shop'],
    'docker run -d --network ': ['none', 'host', 'bridge', 'shop'],
    'docker run -d --name x n': ['nginx'],
    'docker network create ': [],
    'docker logs web ': [],
    'docker inspect s': ['shop'],
    'docker container stop c': ['cache'],
  });
});
