import { isError } from '../../base/result.ts';
import type { Process, Program } from '../../machine/process.ts';
import { command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';

/** Where whereis(1) looks for programs. */
const BINARIES = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/etc',
  '/usr/games',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/local/etc',
  '/usr/local/lib',
  '/usr/local/games',
  '/usr/include',
  '/usr/libexec',
  '/usr/share',
];

function isExecutable(p: Process, path: string): boolean {
  const stat = p.machine.files.stat(p, path);
  return !isError(stat) && stat.kind === 'file' && (stat.mode & 0o111) !== 0;
}

/** debianutils' which: prints what PATH has, says nothing of what it has not. */
const which = command('which', function* (c) {
  const parsed = getopt(c.args, { short: 'as' });
  if (parsed instanceof UsageError) {
    yield* c.error(`Illegal option ${c.args.find((word) => word.startsWith('-'))}\nUsage: /usr/bin/which [-as] args\n`);
    return 2;
  }
  const all = parsed.options.some(({ flag }) => flag === 'a');
  let status = parsed.operands.length === 0 ? 1 : 0;
  for (const name of parsed.operands) {
    const candidates = name.includes('/')
      ? [name]
      : (c.p.env.get('PATH') ?? '').split(':').map((folder) => `${folder === '' ? '.' : folder}/${name}`);
    const found = candidates.filter((path) => isExecutable(c.p, path));
    if (found.length === 0) status = 1;
    for (const path of all ? found : found.slice(0, 1)) yield* c.print(`${path}\n`);
  }
  return status;
});

const whereis = command('whereis', function* (c) {
  const parsed = getopt(c.args, { short: 'bmsul' });
  if (parsed instanceof UsageError || parsed.operands.length === 0) {
    yield* c.error(`whereis: not enough arguments\nTry 'whereis --help' for more information.\n`);
    return 1;
  }
  for (const name of parsed.operands) {
    const found = BINARIES.map((folder) => `${folder}/${name}`).filter((path) => !isError(c.p.machine.files.stat(c.p, path)));
    yield* c.print(`${[`${name}:`, ...found].join(' ')}\n`);
  }
  return 0;
});

/** As man-db answers on a system whose manual pages were left out to save space. */
const man = command('man', function* (c) {
  const names = c.args.filter((word) => !word.startsWith('-') && !/^[1-9]$/.test(word));
  const section = c.args.find((word) => /^[1-9]$/.test(word));
  if (names.length === 0) {
    yield* c.error(
      section === undefined ? "What manual page do you want?\nFor example, try 'man man'.\n" : `No manual entry for ${section}\n`,
    );
    return 1;
  }
  for (const name of names) yield* c.error(`No manual entry for ${name}${section === undefined ? '' : ` in section ${section}`}\n`);
  yield* c.error('Manual pages are not installed here, as on a minimized Debian. Most commands explain themselves with --help or -h.\n');
  return 16;
});

export const LOOKUP_PROGRAMS: readonly Program[] = [which, whereis, man];
