import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { text } from '../../src/sim/base/bytes.ts';
import { isError } from '../../src/sim/base/result.ts';
import { runCommand } from '../../src/sim/lab/run-command.ts';
import { DEBIAN_PROGRAMS } from '../../src/sim/programs/debian.ts';
import { World } from '../../src/sim/world/world.ts';
import { TOOL_DIVERGENCES } from './tools/divergences.ts';

/** A command line and what Debian 12's own tools made of it; src/cli/record-tools.ts writes these down. */
interface RecordedCommand {
  readonly cmd: string;
  readonly output: string;
  readonly exit: number;
}

const FOLDER = new URL('./tools/', import.meta.url);

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json'))) {
  const steps: RecordedCommand[] = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
  describe(`${name.replace('.json', '')} as Debian's tools print it`, () => {
    const world = new World('tools');
    const machine = world.addMachine('host1');
    for (const program of DEBIAN_PROGRAMS) machine.install(program);
    machine.files.makeDirectory(machine.init, '/var/tmp/lab');
    for (const { cmd, output, exit } of steps) {
      const quoted = `'${cmd.replaceAll("'", "'\\''")}'`;
      const divergence = TOOL_DIVERGENCES.get(cmd);
      test(divergence === undefined ? cmd : `${cmd} (differs: ${divergence})`, () => {
        const { exit: status } = runCommand(world, machine, `cd /var/tmp/lab; bash -c ${quoted} > /tmp/output 2>&1 < /dev/null`);
        const printed = machine.files.readFile(machine.init, '/tmp/output');
        const actual = { output: isError(printed) ? '' : text(printed), exit: status };
        if (divergence === undefined) expect(actual).toEqual({ output, exit });
        else expect(actual).not.toEqual({ output, exit });
      });
    }
  });
}
