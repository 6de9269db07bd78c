import { expect, test } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { solo } from '../../lab/standard.ts';
import type { Machine } from '../../machine/machine.ts';

// Recorded in containers, whose /etc/hosts is such a file.
test('a file that is mounted cannot be edited in place, and nothing is left beside it', () => {
  const world = buildLab(solo, 'sed');
  const run = (command: string) => runCommand(world, world.machines.get('host1') as Machine, command);
  run('mkdir d; echo one > d/hosts; echo two > given; mount --bind given d/hosts');
  const letters = /(hosts|sed)[A-Za-z0-9]{6}\b/;
  const edit = (sed: string) => {
    const { output, exit } = run(`${sed} -i s/two/three/ d/hosts`);
    return [output.trim().replace(letters, '$1XXXXXX'), exit];
  };
  expect(edit('sed')).toEqual(['sed: cannot rename d/sedXXXXXX: Device or resource busy', 4]);
  expect(edit('busybox sed')).toEqual(["sed: can't move 'd/hostsXXXXXX' to 'd/hosts': Device or resource busy", 1]);
  expect(run('ls d; cat d/hosts').output).toBe('hosts\ntwo\n');
});
