/**
 * Runs every script of test/fidelity/bash/*.sh.txt with the bash of this machine and writes down what it said: the shell's tests
 * replay that. `node --import tsx src/cli/record-bash.ts [name...]`; GNU bash 5.2 is expected.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One script and what bash made of it; standard output and standard error come in the order they were written. */
export interface RecordedScript {
  readonly script: string;
  readonly output: string;
  readonly status: number;
}

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../test/fidelity/bash');
const ROOM = '/tmp/bash-recording';
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', TERM: 'xterm' };

function record(script: string): RecordedScript {
  rmSync(ROOM, { recursive: true, force: true });
  mkdirSync(ROOM);
  const result = spawnSync('/bin/sh', ['-c', 'exec 2>&1; exec bash -c "$0"', script], {
    cwd: ROOM,
    env: { ...ENVIRONMENT, PWD: ROOM },
    // A socket there would make bash read ~/.bashrc.
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: 10_000,
  });
  const signals: Record<string, number> = { SIGINT: 130, SIGKILL: 137, SIGTERM: 143, SIGSEGV: 139 };
  return { script, output: result.stdout, status: result.status ?? signals[result.signal ?? ''] ?? -1 };
}

const version = execFileSync('/bin/bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' });
if (!version.startsWith('5.2')) throw new Error(`bash 5.2 is wanted, this is ${version}`);
const wanted = process.argv.slice(2);
for (const file of readdirSync(folder)) {
  const name = /^(.*)\.sh\.txt$/.exec(file)?.[1];
  if (name === undefined || (wanted.length > 0 && !wanted.includes(name))) continue;
  const scripts = readFileSync(path.join(folder, file), 'utf8').replace(/\n$/, '').split('\n----\n');
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(scripts.map(record), undefined, 1)}\n`);
  console.log(`${name}: ${scripts.length} scripts`);
}
rmSync(ROOM, { recursive: true, force: true });
