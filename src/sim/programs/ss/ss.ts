import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import { netnsPath } from '../ip/netns-files.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { render } from './columns.ts';
import { FilterError, parseFilter, type Subject } from './filter.ts';
import { Selection, type TableName } from './selection.ts';
import { ALL_STATES, CONNECTED, LISTENING, scanState } from './states.ts';
import { summaryText } from './summary.ts';
import { type Show, Tables } from './tables.ts';
import { SS_USAGE } from './usage.ts';

/** What exit(-1) gives. */
const FAILED = 255;

const LONG = {
  numeric: 'n',
  resolve: 'r',
  options: 'o',
  extended: 'e',
  memory: 'm',
  info: 'i',
  processes: 'p',
  threads: 'T',
  bpf: 'b',
  packet: '0',
  tcp: 't',
  udp: 'u',
  raw: 'w',
  unix: 'x',
  all: 'a',
  listening: 'l',
  ipv4: '4',
  ipv6: '6',
  family: 'f',
  query: 'A',
  socket: 'A',
  summary: 's',
  filter: 'F',
  version: 'V',
  help: 'h',
  context: 'Z',
  contexts: 'z',
  net: 'N',
  tos: 'tos',
  cgroup: 'cgroup',
  kill: 'K',
  'no-header': 'H',
  oneline: 'O',
  'inet-sockopt': 'inet-sockopt',
  mptcp: 'M',
  dccp: 'd',
  sctp: 'S',
  tipc: 'tipc',
  vsock: 'vsock',
  xdp: 'xdp',
} as const;

/** Options that choose a table. */
const TABLE_OPTIONS: Readonly<Record<string, readonly TableName[]>> = {
  t: ['tcp'],
  u: ['udp'],
  w: ['raw'],
  x: ['unix_dgram', 'unix_stream', 'unix_seqpacket'],
  '0': ['packet_raw', 'packet_dgram'],
  M: ['mptcp'],
  d: ['dccp'],
  S: ['sctp'],
  tipc: ['tipc'],
  vsock: ['vsock_stream', 'vsock_dgram'],
  xdp: ['xdp'],
};

/** ss of iproute2 6.1. */
export const ss = command('ss', main, '/usr/bin');

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, { short: 'dhalntuwxpTrbOoemif:A:HF:sz0ZN:KVS46M', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c);
  }
  const chosen = new Selection();
  const given = new Set<string>();
  let states = 0;
  let filterFile: string | undefined;
  for (const { flag, value } of parsed.options) {
    given.add(flag);
    const tables = TABLE_OPTIONS[flag];
    if (tables !== undefined) chosen.table(tables);
    else if (flag === '4' || flag === '6') chosen.family(flag === '4' ? 'inet' : 'inet6');
    else if (flag === 'a') states = ALL_STATES;
    else if (flag === 'l') states = LISTENING;
    else if (flag === 'F') filterFile = value;
    else if (flag === 'f') {
      if (value === 'help') return yield* help(c);
      if (!chosen.family(value)) return yield* usage(c, `ss: "${value}" is invalid family\n`);
    } else if (flag === 'A') {
      const unknown = chosen.query(value);
      if (unknown !== undefined) return yield* usage(c, `ss: "${unknown}" is illegal socket table id\n`);
    } else if (flag === 'N') yield* enter(c, value);
    else if (flag === 'V') {
      c.out('ss utility, iproute2-6.1.0\n');
      return 0;
    } else if (flag === 'h') return yield* help(c);
    else if (flag === 'Z' || flag === 'z') {
      yield* c.error('ss: SELinux is not enabled.\n');
      return 1;
    }
  }
  const words = [...parsed.operands];
  if (given.has('s')) {
    c.out(summaryText(c.p));
    if (chosen.byDefault && words.length === 0) return 0;
  }
  states = yield* stateWords(c, words, states);
  chosen.finish(states, CONNECTED);
  if (chosen.states === 0) {
    yield* c.error('ss: no socket states to show with such filter.\n');
    return 0;
  }
  if (filterFile !== undefined) words.unshift(yield* readFilter(c, filterFile));
  const { preferred } = chosen;
  const family = preferred === 'inet' || preferred === 'inet6' || preferred === 'unix' ? preferred : undefined;
  const filter = yield* parseFilter(c.p, words, family);
  if (filter instanceof FilterError) {
    if (filter.syntax) return yield* usage(c, filter.message);
    yield* c.error(filter.message);
    return 1;
  }
  const show: Show = {
    numeric: given.has('n'),
    resolve: given.has('r'),
    processes: given.has('p') || given.has('T'),
    timers: given.has('o'),
    extended: given.has('e'),
    memory: given.has('m'),
    info: given.has('i'),
    tos: given.has('tos'),
    oneline: given.has('O'),
    kill: given.has('K'),
    states: chosen.states,
    families: chosen.families as ReadonlySet<Subject['family']>,
    filter,
  };
  const tables = yield* readTables(c, show, chosen.tables);
  const screen = c.p.terminal(1)?.columns;
  const { size } = chosen.tables;
  c.out(
    render(tables.rows, {
      header: !given.has('H'),
      netid: size > 1,
      state: (chosen.states & (chosen.states - 1)) !== 0,
      screen: screen === 0 ? undefined : screen,
    }),
  );
  return 0;
}

/** In ss's order. Protocols that the kernel lacks have no sockets; of MPTCP it says so. */
function* readTables(c: Command, show: Show, chosen: ReadonlySet<TableName>): Sys<Tables> {
  const tables = new Tables(c.p, show);
  if (chosen.has('netlink')) tables.netlink();
  if (chosen.has('packet_raw')) tables.packet();
  const unix = (['stream', 'dgram', 'seqpacket'] as const).filter((type) => chosen.has(`unix_${type}`));
  if (unix.length > 0) tables.unix(new Set(unix));
  if (chosen.has('raw')) yield* tables.datagrams('raw');
  if (chosen.has('udp')) yield* tables.datagrams('udp');
  if (chosen.has('tcp')) yield* tables.tcp();
  if (tables.errors !== '') yield* c.error(tables.errors);
  if (chosen.has('mptcp')) yield* c.error('RTNETLINK answers: Invalid argument\n');
  return tables;
}

/** `state X` and `exclude X`, before the expression. */
function* stateWords(c: Command, words: string[], before: number): Sys<number> {
  let states = before;
  let first = true;
  while (words[0] === 'state' || words[0] === 'exclude' || words[0] === 'excl') {
    const exclude = words.shift() !== 'state';
    const word = words.shift();
    if (word === undefined) {
      yield* c.error('Command line is not complete. Try option "help"\n');
      throw new Exit(FAILED);
    }
    const bits = scanState(word);
    if (bits === undefined) {
      yield* c.error(`ss: wrong state name: ${word}\n`);
      throw new Exit(FAILED);
    }
    if (first) states = exclude ? ALL_STATES : 0;
    first = false;
    states = exclude ? states & ~bits : states | bits;
  }
  return states;
}

function* readFilter(c: Command, path: string): Sys<string> {
  const bytes = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
  if (!isError(bytes)) return text(bytes);
  yield* c.error(`fopen filter file: ${strerror(bytes.errno)}\n`);
  throw new Exit(FAILED);
}

function* enter(c: Command, name: string): Sys<void> {
  const fd = c.p.open(netnsPath(name), { read: true });
  if (isError(fd)) {
    yield* c.error(`Cannot open network namespace "${name}": ${strerror(fd.errno)}\n`);
    throw new Exit(1);
  }
  const entered = c.p.setns(fd, 'net');
  c.p.close(fd);
  if (entered === undefined) return;
  yield* c.error(`setting the network namespace "${name}" failed: ${strerror(entered.errno)}\n`);
  throw new Exit(1);
}

function* help(c: Command): Sys<number> {
  c.out(SS_USAGE);
  return 0;
}

function* usage(c: Command, message = ''): Sys<number> {
  yield* c.error(message + SS_USAGE);
  return FAILED;
}
