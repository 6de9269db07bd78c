/**
 * `node --import tsx src/cli/record-tools.ts test/fidelity/tools/*.cases`: runs each command line of a file of cases with this machine's own
 * tools and writes down what they print, for the simulator's to be held against. Meant for Debian 12, as root.
 *
 * In a file of cases a line is a command, run by `bash -c` in /var/tmp/lab without a terminal; lines that begin with `#` are remarks. The commands run one after
 * another in the same folder, which is empty at first.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const FOLDER = '/var/tmp/lab';
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', TERM: 'xterm' };

for (const file of process.argv.slice(2)) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const commands = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const steps = commands.map((cmd) => {
    // Standard output and standard error are one file, so that their order shows.
    const result = spawnSync('bash', ['-c', 'exec bash -c "$1" </dev/null 2>&1', 'bash', cmd], {
      cwd: FOLDER,
      env: ENVIRONMENT,
      timeout: 20_000,
    });
    return { cmd, output: result.stdout.toString('utf8'), exit: result.status };
  });
  writeFileSync(file.replace(/\.cases$/, '.json'), `${JSON.stringify(steps, undefined, 1)}\n`);
  rmSync(FOLDER, { recursive: true, force: true });
  process.stdout.write(`${file}: ${steps.length} commands\n`);
}
