import type { Errno } from '../../base/errno.ts';
import { strerror } from '../../base/errno.ts';
import { utf8 } from '../../base/utf8.ts';
import type { Process, Program, Sys } from '../../machine/process.ts';
import { addBridge, addPorts, deleteBridge, deletePorts } from './links.ts';
import {
  setAgeing,
  setBridgePriority,
  setForwardDelay,
  setHairpin,
  setHello,
  setMaxAge,
  setPathCost,
  setPortPriority,
  setStp,
} from './set.ts';
import { show, showMacs, showStp } from './show.ts';

/** One run of `brctl`: what it prints, and the kernel it asks. */
export class Brctl {
  readonly p: Process;
  readonly written: { readonly fd: number; readonly text: string }[] = [];

  constructor(p: Process) {
    this.p = p;
  }

  out(text: string): void {
    this.written.push({ fd: 1, text });
  }

  /** Says what went wrong; the exit status of that. */
  fail(text: string): number {
    this.written.push({ fd: 2, text });
    return 1;
  }

  reason(errno: Errno): string {
    return strerror(errno);
  }
}

interface Command {
  readonly name: string;
  /** How many arguments it must have at least. */
  readonly args: number;
  readonly help: string;
  readonly run: (brctl: Brctl, args: readonly string[]) => number;
}

const COMMANDS: readonly Command[] = [
  { name: 'addbr', args: 1, help: '<bridge>\t\tadd bridge', run: addBridge },
  { name: 'delbr', args: 1, help: '<bridge>\t\tdelete bridge', run: deleteBridge },
  { name: 'addif', args: 2, help: '<bridge> <device>\tadd interface to bridge', run: addPorts },
  { name: 'delif', args: 2, help: '<bridge> <device>\tdelete interface from bridge', run: deletePorts },
  { name: 'hairpin', args: 3, help: '<bridge> <port> {on|off}\tturn hairpin on/off', run: setHairpin },
  { name: 'setageing', args: 2, help: '<bridge> <time>\t\tset ageing time', run: setAgeing },
  { name: 'setbridgeprio', args: 2, help: '<bridge> <prio>\t\tset bridge priority', run: setBridgePriority },
  { name: 'setfd', args: 2, help: '<bridge> <time>\t\tset bridge forward delay', run: setForwardDelay },
  { name: 'sethello', args: 2, help: '<bridge> <time>\t\tset hello time', run: setHello },
  { name: 'setmaxage', args: 2, help: '<bridge> <time>\t\tset max message age', run: setMaxAge },
  { name: 'setpathcost', args: 3, help: '<bridge> <port> <cost>\tset path cost', run: setPathCost },
  { name: 'setportprio', args: 3, help: '<bridge> <port> <prio>\tset port priority', run: setPortPriority },
  { name: 'show', args: 0, help: '[ <bridge> ]\t\tshow a list of bridges', run: show },
  { name: 'showmacs', args: 1, help: '<bridge>\t\tshow a list of mac addrs', run: showMacs },
  { name: 'showstp', args: 1, help: '<bridge>\t\tshow bridge stp info', run: showStp },
  { name: 'stp', args: 2, help: '<bridge> {on|off}\tturn stp on/off', run: setStp },
];

const HELP = `Usage: brctl [commands]\ncommands:\n${COMMANDS.map(({ name, help }) => `\t${name.padEnd(10)}\t${help}\n`).join('')}`;

/** brctl(8) of bridge-utils 1.7.1, the older way to bridges. */
export const brctl: Program = {
  name: 'brctl',
  path: '/usr/sbin/brctl',
  *main(p: Process, argv: readonly string[]): Sys<number> {
    const run = new Brctl(p);
    const status = start(run, argv.slice(1));
    for (const { fd, text } of run.written) yield* p.write(fd, utf8(text));
    return status;
  },
};

function start(brctl: Brctl, argv: readonly string[]): number {
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') words.push(word);
    else {
      const status = readOption(brctl, word);
      if (status !== undefined) return status;
    }
  }
  const [name, ...args] = words;
  if (name === undefined) return brctl.fail(HELP);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return brctl.fail(`never heard of command [${name}]\n${HELP}`);
  if (args.length < command.args) {
    brctl.out(`Incorrect number of arguments for command\nUsage: brctl ${name} ${command.help}\n`);
    return 1;
  }
  return command.run(brctl, args);
}

/** getopt_long(3) with --help and --version; anything else ends the command. */
function readOption(brctl: Brctl, word: string): number {
  const long = word.startsWith('--') ? word.slice(2) : undefined;
  if (long === undefined ? word[1] === 'h' : 'help'.startsWith(long)) {
    brctl.out(HELP);
    return 0;
  }
  if (long === undefined ? word[1] === 'V' : 'version'.startsWith(long)) {
    brctl.out('bridge-utils, 1.7\n');
    return 0;
  }
  const complaint = long === undefined ? `invalid option -- '${word[1]}'` : `unrecognized option '${word}'`;
  return brctl.fail(`brctl: ${complaint}\nUnknown option '?'\n${HELP}`);
}
