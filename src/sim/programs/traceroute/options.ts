import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getaddrinfo, type HostAddress, LookupError } from '../net-lib/getaddrinfo.ts';
import { USAGE, VERSION } from './usage.ts';

export type Method = 'default' | 'udp' | 'icmp';

/** The command line, in the words of traceroute 2.1. */
export interface TracerouteOptions {
  method: Method;
  family: 'inet' | 'inet6' | undefined;
  firstHop: number;
  maxHops: number;
  probesPerHop: number;
  simultaneous: number;
  numeric: boolean;
  dontFragment: boolean;
  device: string | undefined;
  source: string | undefined;
  port: number | undefined;
  tos: number;
  mark: number;
  /** Seconds: at most, and as many times longer than an answer from the same and from a later hop. */
  waitS: number;
  here: number;
  near: number;
  sendWaitS: number;
  /** The whole packet; undefined for the usual one. */
  packetLength: number | undefined;
  target: string;
  address: HostAddress;
}

const MAX_HOPS = 255;
const MAX_PROBES = 10;
const MAX_PACKET = 65_000;

/** Options with an argument, by each of their spellings, and what the argument is called. */
const WITH_ARGUMENT: Readonly<Record<string, string>> = {
  f: 'first_ttl',
  first: 'first_ttl',
  i: 'device',
  interface: 'device',
  m: 'max_ttl',
  'max-hops': 'max_ttl',
  N: 'squeries',
  'sim-queries': 'squeries',
  p: 'port',
  port: 'port',
  t: 'tos',
  tos: 'tos',
  w: 'MAX,HERE,NEAR',
  wait: 'MAX,HERE,NEAR',
  q: 'nqueries',
  queries: 'nqueries',
  s: 'src_addr',
  source: 'src_addr',
  z: 'sendwait',
  sendwait: 'sendwait',
  M: 'name',
  module: 'name',
  fwmark: 'num',
};

const FLAGS: ReadonlySet<string> = new Set([
  '4',
  '6',
  'd',
  'debug',
  'F',
  'dont-fragment',
  'I',
  'icmp',
  'n',
  'r',
  'e',
  'extensions',
  'U',
  'udp',
  'V',
  'version',
  'help',
]);

export function* parseTracerouteOptions(c: Command): Sys<TracerouteOptions> {
  if (c.args.length === 0) {
    yield* c.error(USAGE);
    throw new Exit(0);
  }
  const o: Omit<TracerouteOptions, 'target' | 'address'> = {
    method: 'default',
    family: c.name.endsWith('6') ? 'inet6' : undefined,
    firstHop: 1,
    maxHops: 30,
    probesPerHop: 3,
    simultaneous: 16,
    numeric: false,
    dontFragment: false,
    device: undefined,
    source: undefined,
    port: undefined,
    tos: 0,
    mark: 0,
    waitS: 5,
    here: 3,
    near: 10,
    sendWaitS: 0,
    packetLength: undefined,
  };
  const operands: { readonly word: string; readonly argc: number }[] = [];
  for (let i = 0; i < c.args.length; i++) {
    const word = c.args[i] as string;
    const argc = i + 1;
    if (!word.startsWith('-') || word === '-') {
      operands.push({ word, argc });
      continue;
    }
    // Letters may stand together; the last may have its argument behind it, or in the next word.
    const long = word.startsWith('--');
    const [longName = '', longValue] = long ? word.slice(2).split(/=(.*)/s) : [];
    const letters = long ? [longName] : [...word.slice(1)];
    for (let k = 0; k < letters.length; k++) {
      const name = letters[k] as string;
      const shown = long ? `--${name}` : `-${name}`;
      const argument = WITH_ARGUMENT[name];
      if (argument === undefined) {
        if (!FLAGS.has(name)) yield* fail(c, `Bad option \`${shown}' (argc ${argc})`);
        yield* takeFlag(c, o, name);
        continue;
      }
      const rest = long ? (longValue ?? '') : letters.slice(k + 1).join('');
      const next = rest === '' ? c.args[++i] : rest;
      if (next === undefined) {
        return yield* fail(c, `Option \`${shown}' (argc ${argc}) requires an argument: \`${shown}${long ? '=' : ' '}${argument}'`);
      }
      yield* takeValue(c, o, name, next, `Cannot handle \`${shown}' option with arg \`${next}' (argc ${i + 1})`);
      break;
    }
  }
  const [host, length, extra] = operands;
  if (host === undefined) return yield* fail(c, 'Specify "host" missing argument.');
  const info = yield* getaddrinfo(c.p, host.word, o.family);
  const address = info instanceof LookupError ? undefined : info.addresses[0];
  if (address === undefined) {
    const why = info instanceof LookupError ? info.text : '';
    return yield* fail(c, `${host.word}: ${why}\nCannot handle "host" cmdline arg \`${host.word}' on position 1 (argc ${host.argc})`);
  }
  if (length !== undefined) {
    const value = integer(length.word);
    if (value === undefined) yield* fail(c, `Cannot handle "packetlen" cmdline arg \`${length.word}' on position 2 (argc ${length.argc})`);
    o.packetLength = value;
  }
  if (extra !== undefined) yield* fail(c, `Extra arg \`${extra.word}' (position 3, argc ${extra.argc})`);
  yield* checkRanges(c, o);
  return { ...o, target: host.word, address };
}

function* takeFlag(c: Command, o: Omit<TracerouteOptions, 'target' | 'address'>, name: string): Sys<void> {
  switch (name) {
    case '4':
    case '6':
      o.family = name === '4' ? 'inet' : 'inet6';
      break;
    case 'F':
    case 'dont-fragment':
      o.dontFragment = true;
      break;
    case 'I':
    case 'icmp':
      o.method = 'icmp';
      break;
    case 'U':
    case 'udp':
      o.method = 'udp';
      break;
    case 'n':
      o.numeric = true;
      break;
    case 'V':
    case 'version':
      yield* c.error(VERSION);
      throw new Exit(0);
    case 'help':
      yield* c.error(USAGE);
      throw new Exit(0);
  }
}

function* takeValue(
  c: Command,
  o: Omit<TracerouteOptions, 'target' | 'address'>,
  name: string,
  value: string,
  complaint: string,
): Sys<void> {
  const number = function* (): Sys<number> {
    return integer(value) ?? (yield* fail(c, complaint));
  };
  switch (name) {
    case 'f':
    case 'first':
      o.firstHop = yield* number();
      break;
    case 'm':
    case 'max-hops':
      o.maxHops = yield* number();
      break;
    case 'q':
    case 'queries':
      o.probesPerHop = yield* number();
      break;
    case 'N':
    case 'sim-queries':
      o.simultaneous = yield* number();
      break;
    case 'p':
    case 'port':
      o.port = yield* number();
      break;
    case 't':
    case 'tos':
      o.tos = yield* number();
      break;
    case 'fwmark':
      o.mark = yield* number();
      break;
    case 'i':
    case 'interface':
      o.device = value;
      break;
    case 's':
    case 'source':
      o.source = value;
      break;
    case 'M':
    case 'module':
      if (value !== 'default' && value !== 'udp' && value !== 'icmp') return yield* fail(c, `Unknown traceroute module ${value}`);
      o.method = value;
      break;
    case 'z':
    case 'sendwait': {
      const seconds = decimal(value) ?? (yield* fail(c, complaint));
      o.sendWaitS = seconds > 10 ? seconds / 1000 : seconds;
      break;
    }
    case 'w':
    case 'wait': {
      const [most, here, near] = value.split(/[,/]/).map(decimal);
      if (most === undefined) return yield* fail(c, complaint);
      o.waitS = most;
      // A single value is the time for all.
      o.here = here ?? (value.includes(',') ? o.here : 0);
      o.near = near ?? (value.includes(',') ? o.near : 0);
      break;
    }
  }
}

function* checkRanges(c: Command, o: Omit<TracerouteOptions, 'target' | 'address'>): Sys<void> {
  if (o.firstHop < 1 || o.firstHop > o.maxHops) yield* fail(c, 'first hop out of range');
  if (o.maxHops > MAX_HOPS) yield* fail(c, 'max hops cannot be more than 255');
  if (o.probesPerHop < 1 || o.probesPerHop > MAX_PROBES) yield* fail(c, 'no more than 10 probes per hop');
  if (o.waitS < 0 || o.here < 0 || o.near < 0) yield* fail(c, `bad wait specifications \`${o.waitS},${o.here},${o.near}' used`);
  if ((o.packetLength ?? 0) > MAX_PACKET) yield* fail(c, `too big packetlen ${o.packetLength} specified`);
  if (o.simultaneous < 1) o.simultaneous = 1;
}

function* fail(c: Command, message: string): Sys<never> {
  yield* c.error(`${message}\n`);
  throw new Exit(2);
}

function integer(text: string): number | undefined {
  return /^[+-]?(\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : undefined;
}

function decimal(text: string): number | undefined {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
}
