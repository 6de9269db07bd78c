import { expect, it } from 'vitest';
import { buildLab } from '../../../lab/build.ts';
import { runCommand } from '../../../lab/run-command.ts';
import { standardHost } from '../../../lab/standard.ts';
import type { Machine } from '../../../machine/machine.ts';

/** A shell on a host with Docker: what it prints and its errors, ids shortened to ID. */
function shell(): (command: string) => string {
  const host = { ...standardHost(1), docker: { images: ['busybox:latest'] } };
  const world = buildLab({ id: 'client', machines: [host], outside: 'next-door' }, 'client');
  const machine = world.machines.get('host1') as Machine;
  return (command) => runCommand(world, machine, `{ ${command}; } 2>&1`).output.replace(/[0-9a-f]{64}/g, 'ID');
}

it('a number that is typed in a container names a process of the container', () => {
  const run = shell();
  run('docker run -d --name aa busybox sleep 100; docker run -d --name bb busybox sh -c "trap : TERM; sleep 100 & wait; exit 3"');
  expect(run(`docker exec aa sh -c 'kill -9 $$'; echo $?`)).toBe('137\n');
  run('docker exec bb kill 1; sleep 1');
  expect(run("docker ps -a --format '{{.Names}} {{.State}}'; docker inspect -f '{{.State.ExitCode}}' bb")).toBe(
    'bb exited\naa running\n3\n',
  );
  run(`docker exec aa sh -c 'kill -9 -1'`);
  expect(run('docker ps -q | wc -l; echo alive')).toBe('1\nalive\n');
});

it('files are copied into a stopped container and out of it, and diff tells what is its own', () => {
  const run = shell();
  run('docker create --name aa busybox cat /new/f; mkdir -p /tmp/new/d; echo one > /tmp/new/f');
  expect(run('docker cp /tmp/new aa:/ && docker start -a aa')).toBe('one\n');
  expect(run('docker cp aa:/new/. /tmp/out && ls -m /tmp/out')).toBe('d, f\n');
  expect(run('docker diff aa')).toBe('A /new\nA /new/d\nA /new/f\n');
  expect(run('docker ps -as --format "{{.Size}}"')).toContain('4B (virtual');
  expect(run('docker cp aa:/new - ; echo $?; ls ./-')).toMatch(/no tar stream here.*\n1\nls: cannot access '\.\/-'/);
});

it('an empty volume gets what the image has at its place, and outlives its container', () => {
  const run = shell();
  expect(run('docker run --rm -v data:/etc busybox cat /etc/passwd | head -1')).toBe('root:x:0:0:root:/root:/bin/sh\n');
  run('docker run --name aa -v data:/d -v /anon busybox touch /d/new');
  expect(run('docker volume rm data')).toBe('Error response from daemon: remove data: volume is in use - [ID]\n');
  expect(run('docker rm -v aa; docker volume ls -q; docker run --rm -v data:/d:ro busybox ls /d/new')).toBe('aa\ndata\n/d/new\n');
});

it('a stop is told in the order kill, die, disconnect, stop; a kill has no stop of its own', () => {
  const run = shell();
  run('docker run -d --name aa busybox sleep 100; docker stop -t 0 aa; docker start aa; docker kill aa; sleep 1');
  expect(run("docker events --since 5m --until 0s --format '{{.Action}}' | tr '\\n' ' '")).toBe(
    'create connect start kill kill die disconnect stop connect start kill die disconnect ',
  );
});

it('the client refuses what contradicts itself before it asks the engine, and says which status is whose', () => {
  const run = shell();
  expect(run('docker run -d -a stdout busybox true; echo $?')).toBe('Conflicting options: -a and -d\n1\n');
  expect(run('docker run --mount type=bind,src=/nosuch,dst=/d busybox true; echo $?')).toBe(
    `docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /nosuch.\nSee 'docker run --help'.\n125\n`,
  );
  expect(run('docker run --rm busybox /etc; echo $?')).toMatch(/exec: "\/etc": permission denied: unknown\.\n126\n$/);
  expect(run('docker run --rm --cidfile /nosuch/f busybox true; echo $?')).toMatch(/no such file or directory\.\nSee .*\n127\n$/);
});

it('prune asks, and takes what does not run', () => {
  const run = shell();
  run('docker run -d --name up busybox sleep 100; docker run --name down busybox true; docker network create gone');
  expect(run('echo n | docker system prune | tail -1')).toBe('Are you sure you want to continue? [y/N] ');
  expect(run('docker system prune -f')).toBe('Deleted Containers:\nID\n\nDeleted Networks:\ngone\n\nTotal reclaimed space: 0B\n');
});

it("a pause is the freezer of the container's cgroup: process 1 stands still, signals wait, and who writes the file by hand gets the same", () => {
  const run = shell();
  run("docker run -d --name aa busybox sh -c 'while :; do echo tick; sleep 1; done'; sleep 2; docker pause aa");
  const ticks = 'a=$(docker logs aa | wc -l); sleep 5; b=$(docker logs aa | wc -l); echo $((b - a))';
  const freezer = '/sys/fs/cgroup/freezer/docker/$(docker inspect -f "{{.Id}}" aa)';
  expect(run(ticks)).toBe('0\n');
  expect(run(`cat ${freezer}/freezer.state; docker unpause aa; cat ${freezer}/freezer.state`)).toBe('FROZEN\naa\nTHAWED\n');
  expect(run(`${ticks}; echo FROZEN > ${freezer}/freezer.state; ${ticks}`)).toBe('5\n0\n');
  run('kill -9 $(docker inspect -f "{{.State.Pid}}" aa); sleep 1');
  expect(run('awk "{print \\$3}" /proc/$(docker inspect -f "{{.State.Pid}}" aa)/stat')).toBe('D\n');
  expect(run(`echo THAWED > ${freezer}/freezer.state; sleep 1; docker inspect -f "{{.State.ExitCode}}" aa`)).toBe('137\n');
});
