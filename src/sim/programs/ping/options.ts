import { type Ipv4, type Ipv6, parseIpv4, parseIpv6 } from '../../base/address.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { NODE_INFO_HELP, USAGE, VERSION } from './usage.ts';

/** Sequence numbers remembered to tell duplicates: MAX_DUP_CHK. */
export const MAX_DUP_CHK = 0x10000;
const INT_MAX = 0x7fffffff;
const LONG_MAX = 9223372036854775807n;
const MAX_TOS = 255;
const FLOW_LABEL_BITS = 20;

/** The command line, times in ms unless said otherwise. */
export interface PingOptions {
  family: 'inet' | 'inet6' | undefined;
  targets: readonly string[];
  /** 0: for ever. */
  count: number;
  intervalMs: number;
  intervalGiven: boolean;
  /** 0: none. Seconds. */
  deadlineS: number;
  lingerMs: number;
  size: number;
  ttl: number | undefined;
  tos: number;
  preload: number;
  pattern: readonly number[] | undefined;
  mark: number | undefined;
  ident: number | undefined;
  flowLabel: number | undefined;
  pmtuDiscover: 'do' | 'dont' | 'want' | undefined;
  device: string | undefined;
  source4: Ipv4 | undefined;
  source6: Ipv6 | undefined;
  strictSource: boolean;
  /** An option for the IPv4 header, as -R and -T ask for: the recorded kernel takes none. */
  headerOption: string | undefined;
  broadcast: boolean;
  adaptive: boolean;
  audible: boolean;
  flood: boolean;
  numeric: boolean;
  outstanding: boolean;
  quiet: boolean;
  timestamps: boolean;
  userLatency: boolean;
  verbose: boolean;
}

function defaults(name: string): PingOptions {
  return {
    family: name.endsWith('4') ? 'inet' : name.endsWith('6') ? 'inet6' : undefined,
    targets: [],
    count: 0,
    intervalMs: 1000,
    intervalGiven: false,
    deadlineS: 0,
    lingerMs: 10_000,
    size: 56,
    ttl: undefined,
    tos: 0,
    preload: 1,
    pattern: undefined,
    mark: undefined,
    ident: undefined,
    flowLabel: undefined,
    pmtuDiscover: undefined,
    device: undefined,
    source4: undefined,
    source6: undefined,
    strictSource: false,
    headerOption: undefined,
    broadcast: false,
    adaptive: false,
    audible: false,
    flood: false,
    numeric: false,
    outstanding: false,
    quiet: false,
    timestamps: false,
    userLatency: false,
    verbose: false,
  };
}

/** Reads ping's command line as iputils does, option by option; a mistake ends the command. */
export function* parsePingOptions(c: Command): Sys<PingOptions> {
  const o = defaults(c.name);
  const parsed = getopt(c.args, { short: 'h?4bRT:6F:N:aABc:CdDe:fi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:' });
  const wrong = parsed instanceof UsageError ? parsed.message : undefined;
  if (parsed instanceof UsageError) {
    yield* c.complain(wrong as string);
    return yield* usage(c);
  }
  let timestampOption = false;
  let recordRoute = false;
  for (const { flag, value } of parsed.options) {
    switch (flag) {
      case '4':
      case '6': {
        const family = flag === '4' ? 'inet' : 'inet6';
        if (o.family !== undefined && o.family !== family) yield* c.die(2, 'only one -4 or -6 option may be specified');
        o.family = family;
        break;
      }
      case 'a':
        o.audible = true;
        break;
      case 'A':
        o.adaptive = true;
        break;
      case 'b':
        o.broadcast = true;
        break;
      case 'B':
        o.strictSource = true;
        break;
      case 'c':
        o.count = yield* integer(c, value, 1n, LONG_MAX);
        break;
      case 'D':
        o.timestamps = true;
        break;
      case 'e':
        o.ident = yield* integer(c, value, 0n, 65535n);
        break;
      case 'f':
        o.flood = true;
        o.numeric = true;
        break;
      case 'F':
        o.flowLabel = yield* flowLabel(c, value);
        break;
      case 'i': {
        const seconds = yield* decimal(c, value, 'bad timing interval');
        if (seconds > Math.floor(INT_MAX / 1000)) yield* c.die(2, `bad timing interval: ${value}`);
        o.intervalMs = Math.trunc(seconds * 1000);
        o.intervalGiven = true;
        break;
      }
      case 'I':
        yield* sourceOrDevice(c, o, value);
        break;
      case 'l':
        o.preload = yield* integer(c, value, 1n, BigInt(MAX_DUP_CHK));
        break;
      case 'm':
        o.mark = yield* integer(c, value, 0n, 4294967295n);
        break;
      case 'M':
        if (value !== 'do' && value !== 'dont' && value !== 'want') return yield* c.die(2, `invalid -M argument: ${value}`);
        o.pmtuDiscover = value;
        break;
      case 'n':
        o.numeric = true;
        break;
      case 'N':
        yield* c.error(NODE_INFO_HELP);
        throw new Exit(value === 'help' ? 0 : 2);
      case 'O':
        o.outstanding = true;
        break;
      case 'p':
        o.pattern = yield* pattern(c, value);
        break;
      case 'q':
        o.quiet = true;
        break;
      case 'Q':
        o.tos = yield* typeOfService(c, value);
        break;
      case 'R':
        if (timestampOption) yield* c.die(2, 'only one of -T or -R may be used');
        recordRoute = true;
        break;
      case 's':
        o.size = yield* integer(c, value, 0n, BigInt(INT_MAX));
        break;
      case 'S':
        yield* integer(c, value, 1n, BigInt(INT_MAX));
        break;
      case 't':
        o.ttl = yield* integer(c, value, 0n, 255n);
        break;
      case 'T':
        if (recordRoute) yield* c.die(2, 'only one of -T or -R may be used');
        if (!['tsonly', 'tsandaddr', 'tsprespec'].includes(value)) yield* c.die(2, `invalid timestamp type: ${value}`);
        timestampOption = true;
        break;
      case 'U':
        o.userLatency = true;
        break;
      case 'v':
        o.verbose = true;
        break;
      case 'V':
        c.out(VERSION);
        throw new Exit(0);
      case 'w':
        o.deadlineS = yield* integer(c, value, 0n, BigInt(INT_MAX));
        break;
      case 'W': {
        const seconds = yield* decimal(c, value, 'bad linger time');
        if (seconds < 0 || seconds > Math.floor(INT_MAX / 1000)) yield* c.die(2, `bad linger time: ${value}`);
        o.lingerMs = seconds === 0 ? 10_000 : Math.trunc(seconds * 1000);
        break;
      }
      case 'h':
      case '?':
        yield* usage(c);
        break;
    }
  }
  if (recordRoute || timestampOption) o.headerOption = recordRoute ? 'record route' : 'ts option';
  if (parsed.operands.length === 0) yield* c.die(1, 'usage error: Destination address required');
  o.targets = parsed.operands;
  return o;
}

function* usage(c: Command): Sys<never> {
  yield* c.error(USAGE);
  throw new Exit(2);
}

/** strtol_or_err(): a decimal number and nothing else. */
function* integer(c: Command, text: string, min: bigint, max: bigint): Sys<number> {
  if (!/^\s*[+-]?\d+$/.test(text)) return yield* c.die(1, `invalid argument: '${text}'`);
  const value = BigInt(text.trim().replace(/^\+/, ''));
  if (value > LONG_MAX || value < -LONG_MAX) return yield* c.die(1, `invalid argument: '${text}': Numerical result out of range`);
  if (value < min || value > max) return yield* c.die(1, `invalid argument: '${text}': out of range: ${min} <= value <= ${max}`);
  return Number(value);
}

/** strtod(3); what follows the number is warned of only. */
function* decimal(c: Command, text: string, what: string): Sys<number> {
  if (text === '') return yield* c.die(2, `${what}: ${text}: No such file or directory`);
  const m = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(.*)$/.exec(text);
  if (m?.[2] !== '') {
    yield* c.complain(`option argument contains garbage: ${m?.[2] ?? text}`);
    yield* c.complain('this will become fatal error in the future');
  }
  return m ? Number(m[1]) : 0;
}

function* typeOfService(c: Command, text: string): Sys<number> {
  const value = cNumber(text);
  if (value === undefined) return yield* c.die(2, `bad TOS value: ${text}`);
  if (value > MAX_TOS) return yield* c.die(2, `the decimal value of TOS bits must be in range 0-255: ${value}`);
  return value;
}

function* flowLabel(c: Command, text: string): Sys<number> {
  const value = cNumber(text);
  if (value === undefined) return yield* c.die(2, `bad value for flowinfo: ${text}`);
  if (value >= 2 ** FLOW_LABEL_BITS) return yield* c.die(2, `flow value is greater than 20 bits: ${text}`);
  return value;
}

/** Decimal, or hexadecimal behind 0x. */
function cNumber(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The bytes that fill the packet, at most 16. */
function* pattern(c: Command, text: string): Sys<readonly number[]> {
  const bad = text.search(/[^0-9a-fA-F]/);
  if (bad >= 0) yield* c.die(2, `patterns must be specified as hex digits: ${text.slice(bad)}`);
  return (text.match(/..?/g) ?? []).slice(0, 16).map((byte) => Number.parseInt(byte, 16));
}

function* sourceOrDevice(c: Command, o: PingOptions, value: string): Sys<void> {
  if (value.includes(':')) {
    const [address = '', device] = value.split('%');
    if (device !== undefined) o.device = device;
    o.source6 = parseIpv6(address);
    if (o.source6 === undefined) yield* c.die(2, `invalid source address: ${value}`);
    o.strictSource = true;
    return;
  }
  const address = parseIpv4(value);
  if (address === undefined) o.device = value;
  else {
    o.source4 = address;
    o.strictSource = true;
  }
}
