import { type Ipv4, type Mac, parseIpv4 } from '../../base/address.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { HELP, USAGE } from './usage.ts';

/** What is printed for each answer. */
export type Display = 'normal' | 'quiet' | 'raw' | 'rraw' | 'rawraw' | 'dot';

/** The command line. */
export interface ArpingOptions {
  /** -1: for ever. */
  count: number;
  /** -C: answers after which it ends. */
  replies: number;
  /** -W: between two requests. */
  waitS: number;
  /** -w */
  deadlineS: number | undefined;
  device: string | undefined;
  guessDevice: boolean;
  source: Ipv4 | undefined;
  sourceMac: Mac | undefined;
  /** -t, with IP pings: the hardware address asked for. */
  targetMac: Mac | undefined;
  /** -T, with MAC pings: the address the echo request goes to. */
  targetIp: Ipv4 | undefined;
  broadcastTarget: boolean;
  display: Display;
  beep: boolean;
  reverseBeep: boolean;
  addressMustMatch: boolean;
  findDuplicates: boolean;
  total: boolean;
  unsolicited: boolean;
  reply: boolean;
  promiscuous: boolean;
  verbose: number;
  vlan: number | undefined;
  priority: number;
  target: string | undefined;
}

/** Reads the command line as getopt(3) does, one option after the other. */
export function* parseArpingOptions(c: Command): Sys<ArpingOptions> {
  if (c.args.includes('--help')) {
    c.out(HELP);
    throw new Exit(0);
  }
  const o: ArpingOptions = {
    count: -1,
    replies: -1,
    waitS: 1,
    deadlineS: undefined,
    device: undefined,
    guessDevice: true,
    source: undefined,
    sourceMac: undefined,
    targetMac: undefined,
    targetIp: undefined,
    broadcastTarget: false,
    display: 'normal',
    beep: false,
    reverseBeep: false,
    addressMustMatch: false,
    findDuplicates: false,
    total: false,
    unsolicited: false,
    reply: false,
    promiscuous: false,
    verbose: 0,
    vlan: undefined,
    priority: 0,
    target: undefined,
  };
  let priorityGiven = false;
  const parsed = getopt(c.args, { short: '0aAbBC:c:dDeFg:hi:I:m:pPqQ:rRs:S:t:T:uUvV:w:W:zZ' });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    yield* c.error(USAGE);
    throw new Exit(1);
  }
  for (const { flag, value } of parsed.options) {
    switch (flag) {
      case '0':
        o.source = 0;
        break;
      case 'a':
        o.beep = true;
        break;
      case 'A':
        o.addressMustMatch = true;
        break;
      case 'b':
        o.source = 0xffffffff;
        break;
      case 'B':
        o.broadcastTarget = true;
        break;
      case 'c':
        o.count = atoi(value);
        break;
      case 'C':
        o.replies = atoi(value);
        break;
      case 'd':
        o.findDuplicates = true;
        break;
      case 'D':
        o.display = 'dot';
        break;
      case 'e':
        o.reverseBeep = true;
        break;
      case 'F':
        o.guessDevice = false;
        break;
      case 'h':
        c.out(USAGE);
        throw new Exit(0);
      case 'i':
        if (value.includes(':')) yield* fail(c, ALIAS_ADVICE);
        o.device = value;
        break;
      case 'I':
        o.device = value;
        break;
      case 'p':
        o.promiscuous = true;
        break;
      case 'P':
        o.reply = true;
        break;
      case 'q':
        o.display = 'quiet';
        break;
      case 'Q':
        o.priority = atoi(value);
        priorityGiven = true;
        break;
      case 'r':
        o.display = o.display === 'rraw' ? 'rawraw' : 'raw';
        break;
      case 'R':
        o.display = o.display === 'raw' ? 'rawraw' : 'rraw';
        break;
      case 's':
        o.sourceMac = macAddress(value) ?? (yield* fail(c, `Weird MAC addr ${value}`));
        break;
      case 'S':
        o.source = (yield* resolve(c, value)) ?? (yield* fail(c, unresolved(value, '-b', '-S')));
        break;
      case 't':
        if (o.targetIp !== undefined) yield* fail(c, '-t can only be used in IP ping mode');
        o.targetMac = macAddress(value) ?? (yield* die(c, `Illegal MAC addr ${value}\n`));
        break;
      case 'T':
        if (o.targetMac !== undefined) yield* fail(c, '-T can only be used in MAC ping mode');
        o.targetIp = (yield* resolve(c, value)) ?? (yield* fail(c, unresolved(value, '-B', '-T')));
        break;
      case 'u':
        o.total = true;
        break;
      case 'U':
        o.unsolicited = true;
        break;
      case 'v':
        o.verbose++;
        break;
      case 'V':
        o.vlan = atoi(value);
        break;
      case 'w':
        o.deadlineS = atof(value);
        break;
      case 'W':
        o.waitS = atof(value);
        break;
    }
  }
  if (priorityGiven && o.vlan === undefined) yield* fail(c, '-Q requires the use of 802.1Q (-V)');
  if (o.findDuplicates && o.count === -1) o.count = 3;
  if (parsed.operands.length > 1) yield* fail(c, 'Too many args on command line. Expected at most one.');
  o.target = parsed.operands[0];
  if (o.target === undefined && !o.broadcastTarget) {
    c.out(USAGE);
    throw new Exit(1);
  }
  return o;
}

const ALIAS_ADVICE = `If you're trying to feed me an interface alias then you don't really
know what this programs does, do you?
Use -I if you really mean it (undocumented on purpose)`;

function unresolved(name: string, broadcastOption: string, option: string): string {
  return `Can't resolve ${name}, or ${name} is broadcast. If it is, use ${broadcastOption} instead of ${option}`;
}

function* fail(c: Command, message: string): Sys<never> {
  return yield* die(c, `arping: ${message}\n`);
}

function* die(c: Command, text: string): Sys<never> {
  yield* c.error(text);
  throw new Exit(1);
}

/** An address or a name with one (libnet_name2addr4); undefined for what has none. */
export function* resolve(c: Command, name: string): Sys<Ipv4 | undefined> {
  const numeric = parseIpv4(name);
  if (numeric !== undefined) return numeric;
  const info = yield* getaddrinfo(c.p, name, 'inet');
  const first = info instanceof LookupError ? undefined : info.addresses[0];
  return first?.family === 'inet' ? first.address : undefined;
}

/** Six groups of hex digits with colons, hyphens, dots or blanks between, Cisco's three of four, or twelve digits. */
export function macAddress(text: string): Mac | undefined {
  const groups = /^([0-9a-f]{1,2})([-: .]([0-9a-f]{1,2})){5}$/i.test(text) ? text.split(/[-: .]/) : undefined;
  const digits = groups?.map((group) => group.padStart(2, '0')).join('') ?? text.replaceAll('.', '');
  const cisco = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text) || /^[0-9a-f]{12}$/i.test(text);
  return groups !== undefined || cisco ? Number.parseInt(digits, 16) : undefined;
}

/** atoi(3): the number a text begins with, else 0. */
function atoi(text: string): number {
  return Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
}

function atof(text: string): number {
  return Number(/^\s*[+-]?(\d+\.?\d*|\.\d+)/.exec(text)?.[0] ?? 0);
}
