import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, type Option, UsageError } from '../lib/getopt.ts';
import { unitBytes, unitRate } from './units.ts';
import { USAGE } from './usage.ts';
import { versionText } from './version.ts';

/** What a test is about: the client's command line, which the server learns over the control connection. */
export interface TestSettings {
  readonly udp: boolean;
  /** Seconds; 0 where bytes or blocks say when it is over. */
  readonly duration: number;
  readonly omit: number;
  readonly bytes: number;
  readonly blocks: number;
  /** -P. */
  readonly streams: number;
  readonly reverse: boolean;
  readonly bidirectional: boolean;
  /** Bytes of a read or write; 0 until the control connection's MSS says it, with UDP. */
  readonly blockSize: number;
  /** Bits a second; 0 for as fast as it goes. */
  readonly rate: number;
  /** Blocks sent in a row before the rate is looked at; 0 for the default. */
  readonly burst: number;
  readonly window: number;
  readonly mss: number;
  readonly noDelay: boolean;
  readonly tos: number;
  readonly congestion: string | undefined;
  readonly title: string | undefined;
  readonly serverOutput: boolean;
}

export interface IperfOptions {
  /** The host of -c; undefined for a server. */
  readonly host: string | undefined;
  readonly port: number;
  /** Seconds between reports; 0 for one at the end. */
  readonly interval: number;
  readonly format: string;
  readonly bind: string | undefined;
  readonly bindDevice: string | undefined;
  readonly clientPort: number;
  readonly family: 'inet' | 'inet6' | undefined;
  readonly verbose: boolean;
  readonly daemon: boolean;
  readonly oneOff: boolean;
  readonly pidFile: string | undefined;
  readonly logFile: string | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly settings: TestSettings;
}

const LONG: Readonly<Record<string, string>> = {
  port: 'p',
  format: 'f',
  interval: 'i',
  daemon: 'D',
  'one-off': '1',
  verbose: 'V',
  json: 'J',
  version: 'v',
  server: 's',
  client: 'c',
  udp: 'u',
  bitrate: 'b',
  bandwidth: 'b',
  'server-bitrate-limit=': 'server-bitrate-limit',
  time: 't',
  bytes: 'n',
  blockcount: 'k',
  length: 'l',
  parallel: 'P',
  reverse: 'R',
  bidir: 'bidir',
  window: 'w',
  bind: 'B',
  'bind-dev=': 'bind-dev',
  'cport=': 'cport',
  'set-mss': 'M',
  'no-delay': 'N',
  version4: '4',
  version6: '6',
  tos: 'S',
  'dscp=': 'dscp',
  'flow-label': 'L',
  zerocopy: 'Z',
  omit: 'O',
  file: 'F',
  'repeating-payload': 'repeating-payload',
  'timestamps=?': 'timestamps',
  affinity: 'A',
  title: 'T',
  congestion: 'C',
  linux: 'C',
  sctp: 'sctp',
  'nstreams=': 'nstreams',
  xbind: 'X',
  pidfile: 'I',
  'logfile=': 'logfile',
  forceflush: 'forceflush',
  'get-server-output': 'get-server-output',
  'udp-counters-64bit': 'udp-counters-64bit',
  'no-fq-socket-pacing': 'no-fq',
  'dont-fragment': 'dont-fragment',
  'fq-rate=': 'fq-rate',
  'pacing-timer=': 'pacing-timer',
  'connect-timeout=': 'connect-timeout',
  'idle-timeout=': 'idle-timeout',
  'rcv-timeout=': 'rcv-timeout',
  'snd-timeout=': 'snd-timeout',
  'extra-data=': 'extra-data',
  'debug=?': 'd',
  help: 'h',
  'username=': 'username',
  'rsa-public-key-path=': 'key',
  'rsa-private-key-path=': 'server-key',
  'authorized-users-path=': 'server-users',
  'time-skew-threshold=': 'server-skew',
};

/** Options that only make sense on one side. */
const CLIENT_ONLY = new Set(
  'u b t n k l P R bidir w cport M N S dscp L Z O T C X fq-rate pacing-timer connect-timeout get-server-output repeating-payload udp-counters-64bit dont-fragment extra-data sctp nstreams username key'.split(
    ' ',
  ),
);
const SERVER_ONLY = new Set('D 1 server-bitrate-limit idle-timeout server-key server-users server-skew'.split(' '));
/** What needs a part of the kernel or a library that this world has not. */
const ABSENT = new Set(
  'J sctp nstreams X F A d Z L timestamps username key server-key server-users server-skew server-bitrate-limit idle-timeout fq-rate'.split(
    ' ',
  ),
);

const MAX_BLOCK = 1_048_576;
const MAX_UDP_BLOCK = 65_507;
const MIN_UDP_BLOCK = 16;
const TCP_BLOCK = 131_072;
const UDP_RATE = 1_048_576;
const DURATION_S = 10;

/** Complains about the command line and shows all of the help. */
function* parameterError(c: Command, message: string): Sys<never> {
  yield* c.error(`iperf3: parameter error - ${message}\n\n${USAGE}`);
  throw new Exit(1);
}

function leadingInt(text: string): number {
  const n = Number.parseInt(text, 10);
  return Number.isNaN(n) ? 0 : n;
}

export function* parseOptions(c: Command): Sys<IperfOptions> {
  const parsed = getopt(c.args, { short: 'p:f:i:D1VJvsc:ub:t:n:k:l:P:Rw:B:M:N46S:L:ZO:F:A:T:C:dI:hX:', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.error(`${c.name}: ${parsed.message}\n${USAGE}`);
    throw new Exit(1);
  }
  for (const option of parsed.options) yield* checkOption(c, option, parsed.options);
  const given = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const number = (flag: string): number => leadingInt(value(flag) ?? '0');

  const client = given('c');
  if (!client && !given('s')) yield* parameterError(c, 'must either be a client (-c) or server (-s)');
  if (client && parsed.options.some(({ flag }) => SERVER_ONLY.has(flag))) {
    yield* parameterError(c, 'some option you are trying to set is server only');
  }
  if (!client && parsed.options.some(({ flag }) => CLIENT_ONLY.has(flag))) {
    yield* parameterError(c, 'some option you are trying to set is client only');
  }
  const udp = given('u');
  const blockSize = given('l') ? unitBytes(value('l') as string) : 0;
  if (!udp && (blockSize < 0 || blockSize > MAX_BLOCK)) yield* parameterError(c, `block size too large (maximum = ${MAX_BLOCK} bytes)`);
  if (udp && blockSize !== 0 && (blockSize < MIN_UDP_BLOCK || blockSize > MAX_UDP_BLOCK)) {
    yield* parameterError(c, `block size invalid (minimum = ${MIN_UDP_BLOCK} bytes, maximum = ${MAX_UDP_BLOCK} bytes)`);
  }
  const bytes = given('n') ? unitBytes(value('n') as string) : 0;
  const blocks = given('k') ? unitBytes(value('k') as string) : 0;
  const ends = [given('t') && number('t') > 0, bytes > 0, blocks > 0].filter(Boolean).length;
  if (ends > 1) yield* parameterError(c, 'only one test end condition (-t, -n, -k) may be specified');
  const absent = parsed.options.find(({ flag }) => ABSENT.has(flag));
  if (absent !== undefined) {
    yield* c.error(`iperf3: error - ${absent.written} is not available on this machine\n`);
    throw new Exit(1);
  }

  const service = parsed.options.findLast(({ flag }) => flag === 'S' || flag === 'dscp');
  const [host, hostDevice] = split(value('c'));
  const [bind, bindDevice] = split(value('B'));
  const [rate, burst] = (value('b') ?? (udp ? String(UDP_RATE) : '0')).split('/');
  return {
    host,
    port: given('p') ? number('p') : 5201,
    interval: given('i') ? Number.parseFloat(value('i') as string) || 0 : 1,
    format: value('f')?.charAt(0) ?? 'a',
    bind,
    bindDevice: value('bind-dev') ?? bindDevice ?? hostDevice,
    clientPort: number('cport'),
    family: parsed.options.findLast(({ flag }) => flag === '4' || flag === '6')?.flag === '6' ? 'inet6' : given('4') ? 'inet' : undefined,
    verbose: given('V'),
    daemon: given('D'),
    oneOff: given('1'),
    pidFile: value('I'),
    logFile: value('logfile'),
    connectTimeoutMs: unitBytes(value('connect-timeout') ?? '0') || undefined,
    settings: {
      udp,
      duration: bytes > 0 || blocks > 0 ? 0 : given('t') ? number('t') : DURATION_S,
      omit: number('O'),
      bytes,
      blocks,
      streams: given('P') ? number('P') : 1,
      reverse: given('R'),
      bidirectional: given('bidir'),
      blockSize: blockSize || (udp ? 0 : TCP_BLOCK),
      rate: unitRate(rate as string),
      burst: burst === undefined ? 0 : leadingInt(burst),
      window: given('w') ? unitBytes(value('w') as string) : 0,
      mss: number('M'),
      noDelay: given('N'),
      tos: (service && typeOfService(service.flag, service.value)) ?? 0,
      congestion: value('C'),
      title: value('T'),
      serverOutput: given('get-server-output'),
    },
  };
}

/** The byte that -S or --dscp asks for: a number in C's notation, or a class by name (RFC 2474, 2597, 3246). */
function typeOfService(flag: string, text: string): number | undefined {
  const number = /^0[0-7]*$/.test(text) ? Number.parseInt(text, 8) : /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
  if (flag === 'S') return number !== undefined && number <= 255 ? number : undefined;
  if (number !== undefined) return number <= 63 ? number << 2 : undefined;
  const name = text.toLowerCase();
  if (name === 'ef') return 46 << 2;
  const selector = /^cs([0-7])$/.exec(name);
  if (selector) return Number(selector[1]) << 5;
  const assured = /^af([1-4])([1-3])$/.exec(name);
  return assured ? (Number(assured[1]) << 5) | (Number(assured[2]) << 3) : undefined;
}

/** `HOST%DEVICE`; a link-local address keeps its scope. */
function split(text: string | undefined): [string | undefined, string | undefined] {
  if (text === undefined) return [undefined, undefined];
  const at = text.indexOf('%');
  if (at < 0 || /^fe[89ab]/i.test(text)) return [text, undefined];
  return [text.slice(0, at), text.slice(at + 1)];
}

/** What iperf_parse_arguments refuses while it still reads. */
function* checkOption(c: Command, { flag, value }: Option, all: readonly Option[]): Sys<void> {
  const before = (other: string): boolean => all.some((option) => option.flag === other);
  switch (flag) {
    case 'h':
      c.out(USAGE);
      throw new Exit(0);
    case 'v':
      c.out(versionText(c.p));
      throw new Exit(0);
    case 's':
    case 'c':
      if (before(flag === 's' ? 'c' : 's')) yield* parameterError(c, 'cannot be both server and client');
      break;
    case 'p': {
      const port = leadingInt(value);
      if (port < 1 || port > 65_535) yield* parameterError(c, 'port number must be between 1 and 65535 inclusive');
      break;
    }
    case 'f':
      if (!/^[kmgtKMGT]/.test(value)) yield* parameterError(c, 'bad format specifier (valid formats are in the set [kmgtKMGT])');
      break;
    case 'i': {
      const seconds = Number.parseFloat(value) || 0;
      if (seconds !== 0 && (seconds < 0.1 || seconds > 60)) {
        yield* parameterError(c, 'invalid report interval (min = 0.1, max = 60 seconds)');
      }
      break;
    }
    case 't':
      if (leadingInt(value) > 86_400) yield* parameterError(c, 'test duration too long (maximum = 86400 seconds)');
      break;
    case 'P':
      if (leadingInt(value) > 128) yield* parameterError(c, 'number of parallel streams too large (maximum = 128)');
      break;
    case 'M':
      if (leadingInt(value) > 9216) yield* parameterError(c, 'TCP MSS too large (maximum = 9216 bytes)');
      break;
    case 'cport':
      if (leadingInt(value) < 1 || leadingInt(value) > 65_535) {
        yield* parameterError(c, 'port number must be between 1 and 65535 inclusive');
      }
      break;
    case 'S':
    case 'dscp':
      if (typeOfService(flag, value) === undefined) yield* parameterError(c, 'bad TOS value (must be between 0 and 255 inclusive)');
      break;
    case 'O':
      if (leadingInt(value) < 0 || leadingInt(value) > 60) yield* parameterError(c, 'bogus value for --omit');
      break;
    case 'w':
      if (unitBytes(value) > 536_870_912) yield* parameterError(c, 'socket buffer size too large (maximum = 536870912 bytes)');
      break;
    case 'R':
    case 'bidir':
      if (before('R') && before('bidir')) yield* parameterError(c, 'cannot be both reverse and bidirectional');
  }
}
