import type { Process, Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { busyboxHttpd } from './httpd/httpd.ts';
import { busyboxNc } from './nc.ts';
import { busyboxPing } from './ping.ts';
import { BANNER } from './usage.ts';
import { busyboxWget } from './wget.ts';

/** An applet in BusyBox's own dialect. */
type Applet = (c: Command, name: string, args: readonly string[]) => Sys<number>;

const OWN: ReadonlyMap<string, Applet> = new Map([
  ['httpd', busyboxHttpd],
  ['nc', busyboxNc],
  ['wget', busyboxWget],
  ['ping', busyboxPing],
  ['ping6', busyboxPing],
]);

/** Applets whose output is that of the machine's full programs. */
const SHARED: ReadonlySet<string> = new Set([
  'awk',
  'basename',
  'cat',
  'chmod',
  'cp',
  'cut',
  'date',
  'dirname',
  'echo',
  'env',
  'expr',
  'false',
  'find',
  'grep',
  'head',
  'hostname',
  'id',
  'kill',
  'ln',
  'ls',
  'md5sum',
  'mkdir',
  'mount',
  'mv',
  'nproc',
  'printf',
  'pwd',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'sed',
  'seq',
  'sh',
  'sleep',
  'sort',
  'stat',
  'tail',
  'tee',
  'test',
  'touch',
  'tr',
  'true',
  'tty',
  'umount',
  'uname',
  'uniq',
  'wc',
  'which',
  'whoami',
  'xargs',
  'yes',
]);

/** BusyBox 1.35: one program that is many. */
export const busybox: Program = command('busybox', function* (c) {
  const [name, ...args] = c.args;
  if (name === undefined || name === '--help') {
    c.out(
      `${BANNER}\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n\nCurrently defined functions:\n\t${applets().join(', ')}\n`,
    );
    return 0;
  }
  if (name === '--list') {
    c.out(`${applets().join('\n')}\n`);
    return 0;
  }
  const own = OWN.get(name);
  if (own !== undefined) return yield* own(c, name, args);
  if (!SHARED.has(name)) {
    yield* c.error(`${name}: applet not found\n`);
    return 127;
  }
  yield* c.flush();
  return yield* become(c.p, [name, ...args]);
});

function applets(): string[] {
  return [...OWN.keys(), ...SHARED].sort();
}

function* become(p: Process, argv: readonly string[]): Sys<number> {
  yield* p.exec(argv);
  return 127;
}
