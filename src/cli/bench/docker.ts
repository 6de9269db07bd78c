import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { docker } from '../../sim/lab/standard.ts';
import type { World } from '../../sim/world/world.ts';
import { milliseconds, type Result } from './measure.ts';

const FEW = 100;
const MANY = 1_000;

/** `docker run -d` typed again and again, and a bridge full of containers that do nothing. */
export function benchDocker(): Result[] {
  let world = buildLab(docker, 'bench');
  type(world, 'docker run -d --name warm busybox sleep infinity');
  const run = milliseconds(() => start(world, 1, FEW));
  world = buildLab(docker, 'bench');
  const published = milliseconds(() => start(world, 1, FEW, (i) => `-p ${8000 + i}:80`));
  world = buildLab(docker, 'bench');
  type(world, 'docker network create --subnet 10.0.0.0/16 many');
  const before = heapBytes();
  const many = milliseconds(() => start(world, 1, MANY, () => '--network many'));
  const each = (heapBytes() - before) / MANY;
  const ping = milliseconds(() => type(world, `docker exec c1 ping -c 1 c${MANY}`));
  return [
    { name: `${FEW} × docker run -d`, value: run, unit: 'ms' },
    { name: `${FEW} × docker run -d -p`, value: published, unit: 'ms' },
    { name: `${MANY} containers on one bridge`, value: many, unit: 'ms' },
    { name: 'an idle container', value: each / 1024, unit: 'kB' },
    { name: 'a ping by name between the first and the last', value: ping, unit: 'ms' },
  ];
}

function start(world: World, first: number, count: number, flags: (i: number) => string = () => ''): void {
  for (let i = first; i < first + count; i++) type(world, `docker run -d --name c${i} ${flags(i)} busybox sleep infinity`);
}

function type(world: World, command: string): void {
  const host = world.machines.get('host1');
  if (host === undefined) throw new Error('no host1');
  const { exit, output } = runCommand(world, host, command);
  if (exit !== 0) throw new Error(`${command}: ${output}`);
}

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
