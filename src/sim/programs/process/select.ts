import { isError } from '../../base/result.ts';
import type { PidNamespace } from '../../machine/namespaces.ts';
import type { Process } from '../../machine/process.ts';
import { parseSignal } from '../../machine/signal.ts';
import { type Command, command } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

/** A process as /proc shows it. */
export interface VisibleProcess {
  readonly pid: number;
  readonly process: Process;
  /** The pid namespace that /proc was mounted in. */
  readonly ns: PidNamespace;
}

/** What /proc shows to this process, by number: the processes of the namespace it was mounted in. */
export function visibleProcesses(viewer: Process): VisibleProcess[] {
  const ns = viewer.machine.files.processesAt(viewer, '/proc');
  return [...(ns?.processes ?? [])].map(([pid, process]) => ({ pid, process, ns: ns as PidNamespace })).sort((a, b) => a.pid - b.pid);
}

const TABLE = {
  short: 'afclnovxd:P:g:s:t:u:U:',
  long: {
    'list-full': 'a',
    full: 'f',
    count: 'c',
    'list-name': 'l',
    newest: 'n',
    oldest: 'o',
    inverse: 'v',
    exact: 'x',
    delimiter: 'd',
    parent: 'P',
    pgroup: 'g',
  },
};

/** Processes that a pattern and options of pgrep and pkill select. */
function matching(c: Command, flags: ReadonlyMap<string, string>, pattern: string | undefined): ReturnType<typeof visibleProcesses> {
  const regex = pattern === undefined ? undefined : new RegExp(flags.has('x') ? `^(?:${pattern})$` : pattern);
  const parents = flags.get('P')?.split(',').map(Number);
  const groups = flags
    .get('g')
    ?.split(',')
    .map((group) => (group === '0' ? c.p.pgid : Number(group)));
  const found = visibleProcesses(c.p).filter(({ process, ns }) => {
    if (process === c.p || process.endStatus !== undefined) return false;
    const text = flags.has('f') ? process.argv.join(' ') : process.comm;
    const fits =
      (regex === undefined || regex.test(text)) &&
      (parents === undefined || parents.includes(process.parent?.id.in(ns) ?? 0)) &&
      (groups === undefined || groups.includes(process.group.in(ns)));
    return fits !== flags.has('v');
  });
  const newest = found.reduce<(typeof found)[number] | undefined>(
    (best, one) => (best && best.process.startNs > one.process.startNs ? best : one),
    undefined,
  );
  if (flags.has('n')) return newest ? [newest] : [];
  return flags.has('o') ? found.slice(0, 1) : found;
}

function* readArguments(c: Command, args: readonly string[]) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [options] <pattern>', status: 2, args });
  const flags = new Map(options.map(({ flag, value }) => [flag, value]));
  if (operands.length === 0 && !['P', 'g', 's', 't', 'u', 'U'].some((flag) => flags.has(flag))) {
    yield* c.complain('no matching criteria specified');
    yield* c.error(`Try \`${c.name} --help' for more information.\n`);
    return undefined;
  }
  if (operands.length > 1) {
    yield* c.complain('only one pattern can be provided');
    yield* c.error(`Try \`${c.name} --help' for more information.\n`);
    return undefined;
  }
  return { flags, pattern: operands[0] };
}

const pgrep = command('pgrep', function* (c) {
  const read = yield* readArguments(c, c.args);
  if (read === undefined) return 2;
  const { flags } = read;
  const found = matching(c, flags, read.pattern);
  if (flags.has('c')) c.out(`${found.length}\n`);
  else {
    const lines = found.map(({ pid, process }) =>
      flags.has('a') ? `${pid} ${process.argv.join(' ')}` : flags.has('l') ? `${pid} ${process.comm}` : `${pid}`,
    );
    if (lines.length > 0) c.out(`${lines.join(flags.get('d') ?? '\n')}\n`);
  }
  return found.length > 0 ? 0 : 1;
});

const pkill = command('pkill', function* (c) {
  let signal = parseSignal('TERM');
  const args = c.args.filter((word) => {
    const named = /^-(?:SIG)?([A-Z]+\d?|\d+)$/.exec(word);
    const found = named && parseSignal(named[1] as string);
    if (found) signal = found;
    return !found;
  });
  const read = yield* readArguments(c, args);
  if (read === undefined) return 2;
  const found = matching(c, read.flags, read.pattern);
  for (const { pid } of found) if (signal !== undefined) c.p.kill(pid, signal);
  return found.length > 0 ? 0 : 1;
});

const killall = command('killall', function* (c) {
  let signal = parseSignal('TERM');
  const names: string[] = [];
  for (const word of c.args) {
    if (!word.startsWith('-')) names.push(word);
    else {
      const found = parseSignal(word.slice(1));
      if (found === undefined) return yield* c.die(1, `${word.slice(1)}: unknown signal; ${c.name} -l lists signals.`);
      signal = found;
    }
  }
  if (names.length === 0) {
    yield* c.error(`Usage: killall [OPTION]... [--] NAME...\n`);
    return 1;
  }
  let status = 0;
  for (const name of names) {
    const found = visibleProcesses(c.p).filter(({ process }) => process !== c.p && process.comm === name);
    if (found.length === 0) {
      yield* c.error(`${name}: no process found\n`);
      status = 1;
    }
    for (const { pid } of found) if (signal !== undefined && isError(c.p.kill(pid, signal))) status = 1;
  }
  return status;
});

const pidof = command('pidof', function* (c) {
  const { options, operands } = yield* parseOptions(c, { short: 'sxo:' }, { usage: '% [options] [program [...]]' });
  const pids = visibleProcesses(c.p)
    .filter(({ process }) => operands.includes(process.comm) || operands.includes(process.argv[0] ?? ''))
    .map(({ pid }) => pid)
    .reverse();
  const shown = options.some(({ flag }) => flag === 's') ? pids.slice(0, 1) : pids;
  if (shown.length > 0) c.out(`${shown.join(' ')}\n`);
  return shown.length > 0 ? 0 : 1;
});

export const SELECT_PROGRAMS = [pgrep, pkill, killall, pidof];
