import { expect, it } from 'vitest';
import { buildLab } from '../lab/build.ts';
import { runCommand } from '../lab/run-command.ts';
import { dockerHost } from '../lab/standard.ts';
import type { Machine } from '../machine/machine.ts';

it('a host has what a Debian comes with; pip and flask are found only where an image brings or somebody installs them', () => {
  const world = buildLab({ id: 'plain', machines: [dockerHost(1, ['python:3.11-slim'])], outside: 'internet' }, 'plain');
  const run = (command: string): string => runCommand(world, world.machines.get('host1') as Machine, command).output;
  expect(run('for name in apt-get dpkg python3 python pip flask registryd; do which $name || $name; done')).toBe(
    `/usr/bin/apt-get\n/usr/bin/dpkg\n/usr/bin/python3\n${['python', 'pip', 'flask', 'registryd'].map((name) => `bash: line 1: ${name}: command not found\n`).join('')}`,
  );
  expect(run('docker run --rm python:3.11-slim which python pip flask')).toBe('/usr/local/bin/python\n/usr/local/bin/pip\n');
});
