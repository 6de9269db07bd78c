import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { HELP, USAGE } from './usage.ts';

/** The command line of OpenBSD's netcat as Debian has it (1.219). Times in seconds. */
export interface NcOptions {
  readonly family: 'inet' | 'inet6' | undefined;
  readonly unix: boolean;
  readonly udp: boolean;
  readonly listen: boolean;
  readonly keep: boolean;
  readonly verbose: boolean;
  readonly numeric: boolean;
  /** -z: connect and close. */
  readonly scan: boolean;
  readonly shuffle: boolean;
  /** -d: standard input is not read. */
  readonly detached: boolean;
  /** -N, and -q with a time: the end of standard input is passed on. */
  readonly shutdownAtEnd: boolean;
  readonly crlf: boolean;
  /** -w. */
  readonly timeout: number | undefined;
  /** -q: how long after the end of standard input it still waits; undefined for ever. */
  readonly quitAfter: number | undefined;
  readonly interval: number;
  readonly receiveLimit: number;
  readonly source: string | undefined;
  readonly sourcePort: string | undefined;
  readonly ttl: number | undefined;
  readonly tos: number | undefined;
  readonly receiveBuffer: number | undefined;
  readonly sendBuffer: number | undefined;
  /** Whom to talk to, or where to listen: a path for unix sockets. */
  readonly host: string | undefined;
  readonly port: string | undefined;
  /** Further ports to connect to after that one. */
  readonly morePorts: readonly string[];
}

const MAX = 2_147_483_647;

const TOS: Readonly<Record<string, number>> = {
  critical: 0xb8,
  inetcontrol: 0x60,
  lowcost: 0x02,
  lowdelay: 0x10,
  netcontrol: 0xe0,
  reliability: 0x04,
  throughput: 0x08,
};

function* usage(c: Command): Sys<never> {
  yield* c.error(USAGE);
  throw new Exit(1);
}

export function* parseOptions(c: Command): Sys<NcOptions> {
  const parsed = getopt(c.args, { short: '46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz', stopAtOperand: false });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c);
  }
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const number = function* (flag: string, what: string, min: number, max = MAX): Sys<number | undefined> {
    const text = value(flag);
    if (text === undefined) return undefined;
    const n = /^[ \t]*[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (n >= min && n <= max) return n;
    const why = Number.isNaN(n) ? 'invalid' : n < min ? 'too small' : 'too large';
    return yield* c.die(1, `${what} ${why}: ${text}`);
  };
  if (has('h')) {
    yield* c.error(HELP);
    throw new Exit(0);
  }
  const proxy = value('X');
  if (proxy !== undefined && !['connect', '4', '5'].includes(proxy)) yield* c.die(1, 'unsupported proxy protocol');
  const interval = (yield* number('i', 'interval', 0)) ?? 0;
  const ttl = yield* number('M', 'ttl', 0, 255);
  const quit = yield* number('q', 'quit timer', -MAX);
  const timeout = yield* number('w', 'timeout', 0, Math.floor(MAX / 1000));
  const receiveLimit = (yield* number('W', 'receive limit', 1)) ?? 0;
  const receiveBuffer = yield* number('I', 'TCP receive window', 1, 1_073_725_440);
  const sendBuffer = yield* number('O', 'TCP send window', 1, 1_073_725_440);
  const keyword = value('T');
  const tos = keyword === undefined ? undefined : (TOS[keyword] ?? (/^(0x[0-9a-f]+|\d+)$/i.test(keyword) ? Number(keyword) : Number.NaN));
  if (Number.isNaN(tos) || (tos !== undefined && tos > 255)) yield* c.die(1, `illegal tos value ${keyword}`);

  const unix = has('U');
  const listen = has('l');
  const operands = parsed.operands;
  let host: string | undefined;
  let port: string | undefined;
  let more: readonly string[] = [];
  if (operands.length === 0 && listen) {
    host = value('s');
    port = value('p');
  } else if (operands.length === 1 && unix) host = operands[0];
  else if (operands.length === 1 && listen) {
    if (has('p')) yield* usage(c);
    host = value('s');
    port = operands[0];
  } else if (operands.length === 1) host = operands[0];
  else if (operands.length === 2) {
    if (listen && (has('p') || has('s'))) yield* usage(c);
    host = operands[0];
    port = operands[1];
  } else if (operands.length > 2 && !listen) {
    [host, port, ...more] = operands;
  } else yield* usage(c);
  if (listen && has('z')) yield* c.die(1, 'cannot use -z and -l');
  if (!listen && has('k')) yield* c.die(1, 'must use -l with -k');
  if (unix && host === undefined) yield* c.die(1, 'missing socket pathname');
  if (!unix && port === undefined) yield* c.die(1, 'missing port number');
  return {
    family: has('6') && !(has('4') && lastOf(parsed.options, '46') === '4') ? 'inet6' : has('4') ? 'inet' : undefined,
    unix,
    udp: has('u'),
    listen,
    keep: has('k'),
    verbose: has('v'),
    numeric: has('n'),
    scan: has('z'),
    shuffle: has('r'),
    detached: has('d'),
    shutdownAtEnd: has('N') || (quit !== undefined && quit >= 0),
    crlf: has('C'),
    timeout,
    quitAfter: quit !== undefined && quit >= 0 ? quit : undefined,
    interval,
    receiveLimit,
    source: listen ? undefined : value('s'),
    sourcePort: listen ? undefined : value('p'),
    ttl,
    tos,
    receiveBuffer,
    sendBuffer,
    host,
    port,
    morePorts: more,
  };
}

function lastOf(options: readonly { readonly flag: string }[], letters: string): string | undefined {
  return options.findLast(({ flag }) => letters.includes(flag))?.flag;
}
