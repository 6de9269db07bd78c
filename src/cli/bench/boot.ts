import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { solo } from '../../sim/lab/standard.ts';
import { median, milliseconds, type Result } from './measure.ts';

/** What it takes to have a lab: machines booted, the world outside up, addresses settled. */
export function benchBoot(): Result[] {
  let n = 0;
  const boot = median(15, () => milliseconds(() => buildLab(solo, `bench ${n++}`)));
  const world = buildLab(solo, 'bench');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const command = median(101, () => milliseconds(() => runCommand(world, host, 'ip -br link >/dev/null')));
  return [
    { name: 'boot the lab "solo" headless', value: boot, unit: 'ms' },
    { name: 'run one command in a new shell', value: command, unit: 'ms' },
  ];
}
