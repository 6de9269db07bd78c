import type { Program, Sys } from '../../machine/process.ts';
import { Command } from '../lib/command.ts';
import { APPLETS, PATH_SHELLS } from './applets.ts';
import { BUSYBOX_PATH } from './sh.ts';
import { VERSION } from './usage.ts';

/** Columns of the list of applets where standard output is no terminal. */
const COLUMNS = 80;

/** BusyBox 1.35: one program that is many. It is the one whose name it is called by (`/bin/ls` is a link to it), or that its first argument names. */
export const busybox = busyboxWith(BUSYBOX_PATH, APPLETS);

/** Alpine's, whose shell looks for commands along PATH as other shells do. */
export const alpineBusybox = busyboxWith('/bin/busybox', new Map([...APPLETS, ...PATH_SHELLS.map((sh) => [sh.name, sh] as const)]));

function busyboxWith(path: string, applets: ReadonlyMap<string, Program>): Program {
  return {
    name: 'busybox',
    path,
    *main(p, argv) {
      const called = nameOf(argv[0] ?? '');
      const args = argv.slice(1);
      // A shell's $0 is the whole path by which it was called; all others know their name alone.
      const zero = called === 'sh' || called === 'ash' ? (argv[0] as string) : called;
      if (called !== 'busybox' && called !== '') return yield* runApplet(new Command(p, argv), applets, called, args, zero);
      return yield* busyboxMain(new Command(p, ['busybox', ...args]), applets);
    },
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^-/, '');
}

function* busyboxMain(c: Command, applets: ReadonlyMap<string, Program>): Sys<number> {
  const [first, second] = c.args;
  if (first === undefined) return yield* introduce(c);
  if (first === '--list' || first === '--list-full') {
    for (const name of namesOf(applets)) c.out(`${first === '--list' ? '' : 'usr/bin/'}${name}\n`);
    yield* c.flush();
    return 0;
  }
  // --help alone introduces, and before a name asks for that one's help.
  if (first === '--help') return second === undefined ? yield* introduce(c) : yield* runApplet(c, applets, nameOf(second), ['--help']);
  const name = nameOf(first);
  if (name === 'busybox') return yield* busyboxMain(new Command(c.p, c.args), applets);
  return yield* runApplet(c, applets, name, c.args.slice(1));
}

function* runApplet(c: Command, applets: ReadonlyMap<string, Program>, name: string, args: readonly string[], zero = name): Sys<number> {
  const applet = applets.get(name);
  if (applet !== undefined) return yield* applet.main(c.p, [zero, ...args]);
  yield* c.error(`${name}: applet not found\n`);
  return 127;
}

function namesOf(applets: ReadonlyMap<string, Program>): string[] {
  return [...applets.keys(), 'busybox'].sort();
}

function* introduce(c: Command): Sys<number> {
  c.out(`${VERSION} multi-call binary.
BusyBox is copyrighted by many authors between 1998-2015.
Licensed under GPLv2. See source distribution for detailed
copyright notices.

Usage: busybox [function [arguments]...]
   or: busybox --list[-full]
   or: busybox --install [-s] [DIR]
   or: function [arguments]...

	BusyBox is a multi-call binary that combines many common Unix
	utilities into a single executable.  The shell in this build
	is configured to run built-in utilities without $PATH search.
	You don't need to install a link to busybox for each utility.
	To run external program, use full path (/sbin/ip instead of ip).

Currently defined functions:
${listed(c.p.terminal(1)?.columns ?? COLUMNS)}`);
  yield* c.flush();
  return 0;
}

/** The names, after a tab, in lines that end before the last columns. */
function listed(columns: number): string {
  const room = columns - 8;
  const out: string[] = [];
  let line = '';
  for (const name of namesOf(APPLETS)) {
    const longer = line === '' ? name : `${line}, ${name}`;
    if (line !== '' && longer.length + 1 > room) {
      out.push(`\t${line},\n`);
      line = name;
    } else line = longer;
  }
  return `${out.join('')}\t${line}\n`;
}
