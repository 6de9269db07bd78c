// tc of iproute2 6.1: tc/tc.c and tc_qdisc.c.

import { strerror } from '../../base/errno.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import { deleteQdisc, dumpQdiscs, modifyQdisc, type QdiscOptions, type QdiscRequest, TC_H_ROOT } from '../../kernel/sched/api.ts';
import type { Sys } from '../../machine/process.ts';
import { netnsPath } from '../ip/netns-files.ts';
import { Printer } from '../ip/printer.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { CLASS_HELP, FILTER_HELP, QDISC_HELP, TC_HELP } from './help.ts';
import { KINDS, PLAIN_KINDS } from './kinds.ts';
import { printQdisc } from './print.ts';
import { matches, Words } from './words.ts';

export const tc = command('tc', main, '/sbin');

interface Options {
  stats: boolean;
  details: boolean;
  raw: boolean;
  json: boolean;
  pretty: boolean;
  batch: string | undefined;
}

const REFUSED = 2;
const MISUSED = 255;

function* main(c: Command): Sys<number> {
  const o: Options = { stats: false, details: false, raw: false, json: false, pretty: false, batch: undefined };
  const words = new Words(c, c.args);
  while (words.next?.startsWith('-')) {
    const word = yield* words.take();
    const option = word.replace(/^--?/, '');
    if (matches(option, 'stats') || matches(option, 'statistics')) o.stats = true;
    else if (matches(option, 'details')) o.details = true;
    else if (matches(option, 'raw')) o.raw = true;
    else if (matches(option, 'pretty')) o.pretty = true;
    else if (matches(option, 'json')) o.json = true;
    else if (matches(option, 'netns')) yield* enter(words, yield* words.take());
    else if (matches(option, 'batch')) o.batch = yield* words.take();
    else if (matches(option, 'Version')) {
      c.out('tc utility, iproute2-6.1.0, libbpf 1.1.2\n');
      return 0;
    } else if (matches(option, 'help')) {
      c.out(TC_HELP);
      return 0;
    } else if (!matches(option, 'oneline') && !matches(option, 'Numeric') && !/^(c|color|force|iec|br|brief|nm|names)$/.test(option)) {
      yield* c.error(`Option "${word}" is unknown, try "tc -help".\n`);
      return MISUSED;
    }
  }
  if (o.batch !== undefined) return yield* batch(c, o, o.batch);
  return yield* run(words, o);
}

function* enter(words: Words, name: string): Sys<void> {
  const { p } = words.c;
  const fd = p.open(netnsPath(name), { read: true });
  if (isError(fd)) return yield* words.refuse(MISUSED, `Cannot open network namespace "${name}": ${strerror(fd.errno)}\n`);
  const entered = p.setns(fd, 'net');
  p.close(fd);
  if (entered !== undefined) yield* words.refuse(MISUSED, `setting the network namespace "${name}" failed: ${strerror(entered.errno)}\n`);
}

function* batch(c: Command, o: Options, path: string): Sys<number> {
  const bytes = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
  if (isError(bytes)) {
    yield* c.error(`Cannot open file "${path}" for reading: ${strerror(bytes.errno)}\n`);
    return MISUSED;
  }
  for (const [i, line] of text(bytes).split('\n').entries()) {
    const words = line
      .replace(/#.*/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) continue;
    const status = yield* run(new Words(c, words), o);
    if (status === 0) continue;
    yield* c.error(`Command failed ${path}:${i + 1}\n`);
    return 1;
  }
  return 0;
}

function* run(words: Words, o: Options): Sys<number> {
  const { c } = words;
  const object = words.next;
  if (object === undefined || matches(object, 'help')) {
    c.out(TC_HELP);
    return 0;
  }
  words.skip();
  if (matches(object, 'qdisc')) return yield* qdisc(words, o);
  if (matches(object, 'class')) return yield* empty(words, 'class', CLASS_HELP);
  if (matches(object, 'filter')) return yield* empty(words, 'filter', FILTER_HELP);
  yield* c.error(`Object "${object}" is unknown, try "tc help".\n`);
  return MISUSED;
}

/** Classes and filters: no qdisc of this kernel has any. */
function* empty(words: Words, object: string, help: string): Sys<number> {
  const { c } = words;
  const verb = words.next ?? 'show';
  words.skip();
  if (matches(verb, 'help')) {
    c.out(help);
    return 0;
  }
  let device: string | undefined;
  while (words.next !== undefined) {
    if ((yield* words.take()) === 'dev') device = yield* words.take();
  }
  if (device !== undefined) yield* findDevice(words, device);
  if (matches(verb, 'show') || matches(verb, 'list')) return 0;
  if (!['add', 'change', 'replace', 'delete', 'del'].some((one) => matches(verb, one))) {
    yield* c.error(`Command "${verb}" is unknown, try "tc ${object} help".\n`);
    return MISUSED;
  }
  yield* c.error('Error: Failed to find specified qdisc.\n');
  return REFUSED;
}

function* qdisc(words: Words, o: Options): Sys<number> {
  const { c } = words;
  const verb = words.next ?? 'show';
  words.skip();
  if (matches(verb, 'add')) return yield* change(words, { create: true, exclusive: true, replace: false });
  if (matches(verb, 'change')) return yield* change(words, { create: false, exclusive: false, replace: false });
  if (matches(verb, 'replace')) return yield* change(words, { create: true, exclusive: false, replace: true });
  if (matches(verb, 'delete')) return yield* change(words, undefined);
  if (matches(verb, 'list') || matches(verb, 'show') || matches(verb, 'lst')) return yield* show(words, o);
  if (matches(verb, 'help')) {
    c.out(QDISC_HELP);
    return 0;
  }
  yield* c.error(`Command "${verb}" is unknown, try "tc qdisc help".\n`);
  return MISUSED;
}

function* findDevice(words: Words, name: string): Sys<number> {
  const link = words.c.p.rtnetlink.link(name);
  return isError(link) ? yield* words.refuse(1, `Cannot find device "${name}"\n`) : link.ifindex;
}

/** `flags` undefined deletes. */
function* change(words: Words, flags: Pick<QdiscRequest, 'create' | 'exclusive' | 'replace'> | undefined): Sys<number> {
  const { c } = words;
  let device: string | undefined;
  let [parent, handle] = [0, 0];
  let kind: string | undefined;
  let options: QdiscOptions | undefined;
  while (words.next !== undefined) {
    const word = yield* words.take();
    if (word === 'dev') device = yield* words.take();
    else if (word === 'handle') handle = yield* parseHandle(words, yield* words.take());
    else if (word === 'root') parent = TC_H_ROOT;
    else if (word === 'parent') parent = yield* parseClass(words, yield* words.take());
    else if (word === 'help') {
      yield* c.error(QDISC_HELP);
    } else {
      kind = word;
      options = yield* kindOptions(words, word);
      break;
    }
  }
  const ifindex = device === undefined ? 0 : yield* findDevice(words, device);
  const { netns } = c.p;
  const request = { ifindex, parent, handle, kind };
  const refused = !c.p.capable('net_admin', netns.owner)
    ? fail('EPERM')
    : flags === undefined
      ? deleteQdisc(netns, request)
      : modifyQdisc(netns, { ...request, options, ...flags });
  return yield* answer(c, refused);
}

function* kindOptions(words: Words, kind: string): Sys<QdiscOptions | undefined> {
  const parse = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (parse !== undefined) return yield* parse(words);
  if (words.next !== undefined) return yield* words.refuse(1, `Unknown qdisc "${kind}", hence option "${words.next}" is unparsable\n`);
  return PLAIN_KINDS.has(kind) ? ({ kind } as QdiscOptions) : undefined;
}

/** `8001:`: the major number; what stands behind the colon does not count. */
function* parseHandle(words: Words, word: string): Sys<number> {
  if (word === 'root') return TC_H_ROOT;
  const found = /^([0-9a-fA-F]{1,4})(?::.*)?$/.exec(word);
  if (found === null) return yield* words.refuse(MISUSED, `Error: argument "${word}" is wrong: invalid qdisc ID\n`);
  return Number.parseInt(found[1] as string, 16) * 0x10000;
}

function* parseClass(words: Words, word: string): Sys<number> {
  if (word === 'root') return TC_H_ROOT;
  const found = /^([0-9a-fA-F]{0,4}):([0-9a-fA-F]{0,4})$/.exec(word);
  if (found === null) return yield* words.refuse(MISUSED, `Error: argument "${word}" is wrong: invalid parent ID\n`);
  return Number.parseInt(found[1] || '0', 16) * 0x10000 + Number.parseInt(found[2] || '0', 16);
}

function* answer(c: Command, refused: KernelError | undefined): Sys<number> {
  if (refused === undefined) return 0;
  const { extack } = refused;
  yield* c.error(extack === undefined || extack === '' ? `RTNETLINK answers: ${strerror(refused.errno)}\n` : `Error: ${extack}.\n`);
  return REFUSED;
}

function* show(words: Words, o: Options): Sys<number> {
  const { c } = words;
  let device: string | undefined;
  let handle: number | undefined;
  while (words.next !== undefined) {
    const word = yield* words.take();
    if (word === 'dev') device = yield* words.take();
    else if (word === 'handle') handle = yield* parseHandle(words, yield* words.take());
    else if (word === 'parent') yield* words.take();
    else if (matches(word, 'help')) {
      c.out(QDISC_HELP);
      throw new Exit(0);
    } else if (word !== 'root' && word !== 'invisible' && word !== 'ingress' && word !== 'clsact') {
      return yield* words.refuse(MISUSED, `What is "${word}"? Try "tc qdisc help".\n`);
    }
  }
  const ifindex = device === undefined ? undefined : yield* findDevice(words, device);
  const { json, pretty, stats, details, raw } = o;
  const out = new Printer((part) => c.out(part), { json, pretty, oneline: false });
  out.begin();
  for (const dump of dumpQdiscs(c.p.netns)) {
    if (ifindex !== undefined && dump.ifindex !== ifindex) continue;
    if (handle !== undefined && dump.handle !== handle) continue;
    const name = ifindex === undefined ? (c.p.netns.devices.get(dump.ifindex)?.name ?? '') : undefined;
    printQdisc(out, dump, { stats, details, raw, device: name });
  }
  out.end();
  return 0;
}
