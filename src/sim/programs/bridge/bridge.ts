import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Process, Program, Sys } from '../../machine/process.ts';
import { splitLine } from '../ip/batch.ts';
import { defaultOptions, Ip } from '../ip/context.ts';
import { switchNetns } from '../ip/ipnetns.ts';
import { Exit, matches, Words } from '../ip/parse.ts';
import { doFdb } from './fdb.ts';
import { BRIDGE_HELP, VNI_HELP } from './help.ts';
import { doLink } from './link.ts';
import { doMdb } from './mdb.ts';
import { doMonitor } from './monitor.ts';
import { doVlan } from './vlan.ts';

/** bridge(8) of iproute2 6.1.0: ports, forwarding entries, VLANs and multicast groups of bridges. */
export const bridge: Program = {
  name: 'bridge',
  path: '/usr/sbin/bridge',
  *main(p: Process, argv: readonly string[]): Sys<number> {
    const command = new Bridge(p, defaultOptions());
    let status: number;
    try {
      status = yield* start(command, argv);
    } catch (exit) {
      if (!(exit instanceof Exit)) throw exit;
      command.err(exit.message);
      status = exit.status;
    }
    yield* command.flush();
    return status;
  },
};

/** One run of `bridge`: what `ip` has, and one option of its own. */
export class Bridge extends Ip {
  compressVlans = false;

  /** -1 and the reason where the kernel refused. */
  override talk(answer: Parameters<Ip['talk']>[0]): number {
    return super.talk(answer) === 0 ? 0 : 255;
  }
}

function* start(command: Bridge, argv: readonly string[]): Sys<number> {
  const words = new Words(argv, 1);
  for (; words.left > 0 && words.word.startsWith('-'); words.step()) {
    if (words.word === '--') {
      words.step();
      break;
    }
    if (readOption(command, words) === 'done') return 0;
  }
  if (command.options.batch !== undefined) return yield* runBatch(command, command.options.batch);
  if (words.left === 0) throw new Exit(255, BRIDGE_HELP);
  return yield* runObject(command, words.rest());
}

/** In the order in which iproute2 tries them. */
function readOption(command: Bridge, words: Words): 'done' | 'more' {
  const { options } = command;
  const option = words.word.startsWith('--') ? words.word.slice(1) : words.word;
  if (matches(option, '-help')) throw new Exit(255, BRIDGE_HELP);
  if (matches(option, '-Version')) {
    command.out('bridge utility, 6.1.0\n');
    return 'done';
  }
  if (matches(option, '-stats') || matches(option, '-statistics')) options.stats++;
  else if (matches(option, '-details')) options.details++;
  else if (matches(option, '-oneline')) options.oneline = true;
  else if (matches(option, '-timestamp')) options.timestamp = true;
  else if (matches(option, '-family')) {
    const value = words.value();
    if (value !== 'inet' && value !== 'inet6') throw new Exit(255, BRIDGE_HELP);
    options.family = value;
  } else if (option === '-4') options.family = 'inet';
  else if (option === '-6') options.family = 'inet6';
  else if (matches(option, '-netns')) {
    words.step();
    switchNetns(command, words.left === 0 ? undefined : words.word);
  } else if (/^-col(o(r)?)?(=(always|auto|never))?$/.test(option)) return 'more';
  else if (matches(option, '-compressvlans')) command.compressVlans = true;
  else if (matches(option, '-force')) options.force = true;
  else if (matches(option, '-json')) options.json = true;
  else if (matches(option, '-pretty')) options.pretty = true;
  else if (matches(option, '-batch')) options.batch = words.value();
  else throw new Exit(255, `Option "${option}" is unknown, try "bridge help".\n`);
  return 'more';
}

type ObjectCommand = (bridge: Bridge, argv: readonly string[]) => number | Sys<number>;

const OBJECTS: readonly (readonly [name: string, run: ObjectCommand])[] = [
  ['link', doLink],
  ['fdb', doFdb],
  ['mdb', doMdb],
  ['vlan', doVlan],
  ['vni', doVni],
  ['monitor', doMonitor],
  [
    'help',
    () => {
      throw new Exit(255, BRIDGE_HELP);
    },
  ],
];

/** VNIs of vxlan devices that filter by them (bridge/vni.c): there are none here. */
function doVni(command: Bridge, argv: readonly string[]): number {
  const name = argv[0] ?? 'show';
  if (!matches(name, 'show') && !matches(name, 'lst') && !matches(name, 'list')) throw new Exit(255, VNI_HELP);
  command.out(`${'dev'.padEnd(16)}  vni              group/remote   \n`);
  return 0;
}

function* runObject(command: Bridge, argv: readonly string[]): Sys<number> {
  const name = argv[0] ?? '';
  const found = OBJECTS.find(([object]) => matches(name, object));
  if (found === undefined) throw new Exit(255, `Object "${name}" is unknown, try "bridge help".\n`);
  const answer = found[1](command, argv.slice(1));
  return typeof answer === 'number' ? answer : yield* answer;
}

/** A command a line; ends with the first that fails, unless -force. */
function* runBatch(command: Bridge, file: string): Sys<number> {
  const { p } = command;
  let fd = 0;
  if (file !== '-') {
    const opened = p.open(file, { read: true });
    if (isError(opened)) throw new Exit(1, `Cannot open file "${file}" for reading: ${strerror(opened.errno)}\n`);
    fd = opened;
  }
  let status = 0;
  for (let number = 1; ; number++) {
    const line = yield* p.readLine(fd);
    if (line === undefined || isError(line)) break;
    const words = splitLine(line);
    if (words.length === 0) continue;
    const failed = (yield* runObject(command, words)) !== 0;
    yield* command.flush();
    if (!failed) continue;
    command.err(`Command failed ${file}:${number}\n`);
    status = 1;
    if (!command.options.force) break;
  }
  if (fd !== 0) p.close(fd);
  return status;
}
