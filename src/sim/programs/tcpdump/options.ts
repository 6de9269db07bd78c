import type { Sys } from '../../machine/process.ts';
import { PCAP_SNAPLEN } from '../../wire/pcap.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { USAGE, VERSION } from './usage.ts';

/** The command line. */
export interface TcpdumpOptions {
  device: string | undefined;
  /** 0: no limit. */
  count: number;
  onlyCount: boolean;
  direction: 'in' | 'out' | 'inout';
  expression: string;
  expressionFile: string | undefined;
  immediate: boolean;
  lineBuffered: boolean;
  packetBuffered: boolean;
  link: boolean;
  listDevices: boolean;
  listLinkTypes: boolean;
  linkType: string | undefined;
  numbers: boolean;
  numeric: boolean;
  printToo: boolean;
  quiet: boolean;
  readFile: string | undefined;
  writeFile: string | undefined;
  snaplen: number;
  absoluteSequence: boolean;
  /** How many -t: 1 none, 2 since 1970, 3 since the packet before, 4 with the date, 5 since the first. */
  time: number;
  nanoseconds: boolean;
  verbose: number;
  /** How many -x, -X and -A. */
  hex: number;
  hexAscii: number;
  ascii: number;
  promiscuous: boolean;
}

const SHORT = 'aAB:bC:c:DeE:fF:G:hHi:IJj:KlLm:M:nNOpq#Q:r:s:StT:uUvV:w:W:xXy:z:Z:';

const LONG = {
  'buffer-size=': 'B',
  'list-interfaces': 'D',
  help: 'h',
  interface: 'i',
  'monitor-mode': 'I',
  'time-stamp-type': 'j',
  'list-time-stamp-types': 'J',
  'dont-verify-checksums': 'K',
  'list-data-link-types': 'L',
  'no-optimize': 'O',
  'no-promiscuous-mode': 'p',
  direction: 'Q',
  'snapshot-length': 's',
  'absolute-tcp-sequence-numbers': 'S',
  'packet-buffered': 'U',
  'linktype=': 'y',
  'immediate-mode': 'immediate-mode',
  print: 'print',
  number: '#',
  count: 'count',
  version: 'version',
  'time-stamp-precision=': 'time-stamp-precision',
  nano: 'nano',
  micro: 'micro',
  'relinquish-privileges': 'Z',
};

/** What stands on the command line, options first. */
export function* parseTcpdumpOptions(c: Command): Sys<TcpdumpOptions> {
  const o: TcpdumpOptions = {
    device: undefined,
    count: 0,
    onlyCount: false,
    direction: 'inout',
    expression: '',
    expressionFile: undefined,
    immediate: false,
    lineBuffered: false,
    packetBuffered: false,
    link: false,
    listDevices: false,
    listLinkTypes: false,
    linkType: undefined,
    numbers: false,
    numeric: false,
    printToo: false,
    quiet: false,
    readFile: undefined,
    writeFile: undefined,
    snaplen: PCAP_SNAPLEN,
    absoluteSequence: false,
    time: 0,
    nanoseconds: false,
    verbose: 0,
    hex: 0,
    hexAscii: 0,
    ascii: 0,
    promiscuous: true,
  };
  // Options end at the expression's first word: it may have words that begin with a minus.
  const parsed = getopt(c.args, { short: SHORT, long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    yield* c.error(USAGE);
    throw new Exit(1);
  }
  for (const { flag, value } of parsed.options) yield* takeOption(c, o, flag, value);
  o.expression = parsed.operands.join(' ');
  return o;
}

function* takeOption(c: Command, o: TcpdumpOptions, flag: string, value: string): Sys<void> {
  switch (flag) {
    case 'A':
      o.ascii++;
      break;
    case 'c':
      o.count = cNumber(value) ?? 0;
      if (o.count <= 0) yield* c.die(1, `invalid packet count ${value}`);
      break;
    case 'count':
      o.onlyCount = true;
      break;
    case 'D':
      o.listDevices = true;
      break;
    case 'e':
      o.link = true;
      break;
    case 'F':
      o.expressionFile = value;
      break;
    case 'h':
      c.out(USAGE);
      throw new Exit(0);
    case 'version':
      c.out(VERSION);
      throw new Exit(0);
    case 'i':
      o.device = value;
      break;
    case 'immediate-mode':
      o.immediate = true;
      break;
    case 'l':
      o.lineBuffered = true;
      break;
    case 'L':
      o.listLinkTypes = true;
      break;
    case 'n':
      o.numeric = true;
      break;
    case 'nano':
      o.nanoseconds = true;
      break;
    case 'time-stamp-precision':
      if (value !== 'micro' && value !== 'nano') yield* c.die(1, 'unable to parse time stamp precision');
      o.nanoseconds = value === 'nano';
      break;
    case 'p':
      o.promiscuous = false;
      break;
    case 'print':
      o.printToo = true;
      break;
    case 'q':
      o.quiet = true;
      break;
    case '#':
      o.numbers = true;
      break;
    case 'Q':
      if (value !== 'in' && value !== 'out' && value !== 'inout') return yield* c.die(1, `unknown capture direction \`${value}'`);
      o.direction = value;
      break;
    case 'r':
      o.readFile = value;
      break;
    case 's': {
      const length = cNumber(value);
      if (length === undefined || length < 0 || length > PCAP_SNAPLEN) {
        return yield* c.die(1, `invalid snaplen ${value} (must be >= 0 and <= ${PCAP_SNAPLEN})`);
      }
      o.snaplen = length === 0 ? PCAP_SNAPLEN : length;
      break;
    }
    case 'S':
      o.absoluteSequence = true;
      break;
    case 't':
      o.time = o.time === 5 ? 1 : o.time + 1;
      break;
    case 'U':
      o.packetBuffered = true;
      break;
    case 'v':
      o.verbose++;
      break;
    case 'w':
      o.writeFile = value;
      break;
    case 'x':
      o.hex++;
      break;
    case 'X':
      o.hexAscii++;
      break;
    case 'y':
      o.linkType = value;
      break;
  }
}

/** strtol(3) with any base, all of the text. */
function cNumber(text: string): number | undefined {
  return /^[+-]?(\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : undefined;
}
