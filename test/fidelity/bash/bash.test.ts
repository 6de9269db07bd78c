import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isError } from '../../../src/sim/base/result.ts';
import { text } from '../../../src/sim/base/utf8.ts';
import { SIGNAL_NUMBERS } from '../../../src/sim/machine/signal.ts';
import { DEBIAN_PROGRAMS } from '../../../src/sim/programs/debian.ts';
import { ProcessWorld } from '../../process-world.ts';

interface RecordedScript {
  readonly script: string;
  readonly output: string;
  readonly status: number;
}

const FOLDER = import.meta.dirname;
const ROOM = '/tmp/bash-recording';
const ENVIRONMENT = new Map(
  Object.entries({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', TERM: 'xterm', PWD: ROOM }),
);

/** Runs a script as the recorder does: in an empty folder, without input, both outputs in one. */
function run(script: string): { output: string; status: number } {
  const world = new ProcessWorld();
  for (const program of DEBIAN_PROGRAMS) world.machine.install(program);
  const { files, init } = world.machine;
  files.makeDirectory(init, ROOM);
  const process = world.login(function* (p) {
    p.cwd = ROOM;
    const nothing = p.open('/dev/null', { read: true });
    const output = p.open('/tmp/output', { write: true, create: true, append: true });
    if (isError(nothing) || isError(output)) return 1;
    p.dup2(nothing, 0);
    p.dup2(output, 1);
    p.dup2(output, 2);
    p.close(nothing);
    p.close(output);
    yield* p.exec(['bash', '-c', script], { env: ENVIRONMENT });
    return 1;
  });
  world.run(30);
  const written = files.readFile(init, '/tmp/output');
  const end = process.endStatus;
  const status = end === undefined ? -1 : end.kind === 'exited' ? end.status : 128 + SIGNAL_NUMBERS[end.signal];
  return { output: isError(written) ? '' : text(written), status };
}

/** Numbers of processes differ. */
function withoutPids(output: string): string {
  return output.replace(/(line \d+: ) *\d+ /g, '$1PID ');
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
  const recorded = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as RecordedScript[];
  test.each(recorded)(`${file.replace('.json', '')}: bash says the same of $script`, ({ script, output, status }) => {
    const said = run(script);
    expect({ output: withoutPids(said.output), status: said.status }).toEqual({ output: withoutPids(output), status });
  });
}
