import { fail } from '../../base/result.ts';
import type { Family, NeighDump, NeighRequest, NudState } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { NEIGH_HELP } from './help/objects.ts';
import { formatAddress, parseAddress } from './inet-prefix.ts';
import { dumpNeighbours, parseNeighFilter, parseNud } from './ipneigh-filter.ts';
import { printNeighbour } from './ipneigh-print.ts';
import { parseLinkAddress } from './link-address.ts';
import { Exit, garbage, matches, Words, wrong } from './parse.ts';

/** `ip neigh …` (ipneigh.c). */
export function doNeighbour(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(ip, words);
  if (matches(command, 'add')) return change(ip, words, { create: true, exclusive: true, replace: false });
  if (matches(command, 'change') || command === 'chg') return change(ip, words, { create: false, exclusive: false, replace: true });
  if (matches(command, 'replace')) return change(ip, words, { create: true, exclusive: false, replace: true });
  if (matches(command, 'delete')) return change(ip, words, 'delete');
  if (matches(command, 'get')) return get(ip, words);
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return show(ip, words);
  if (matches(command, 'flush')) return flush(ip, words);
  if (matches(command, 'help')) throw new Exit(255, NEIGH_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip neigh help".\n`);
}

type Verb = Pick<NeighRequest, 'create' | 'exclusive' | 'replace'> | 'delete';

interface NeighWords {
  dst: { readonly family: Family; readonly address: NeighRequest['dst'] } | undefined;
  dev: string | undefined;
  lladdr: string | undefined;
  state: NudState;
  router: boolean;
  proxy: boolean;
  externLearn: boolean;
  use: boolean;
  managed: boolean;
  protocol: number | undefined;
}

function change(ip: Ip, words: Words, verb: Verb): number {
  const w: NeighWords = {
    dst: undefined,
    dev: undefined,
    lladdr: undefined,
    state: 'PERMANENT',
    router: false,
    proxy: false,
    externLearn: false,
    use: false,
    managed: false,
    protocol: undefined,
  };
  for (; words.left > 0; words.step()) parseWord(ip, words, w);
  if (w.dst === undefined || (w.dev === undefined && !w.proxy)) throw new Exit(255, 'Device and destination are required arguments.\n');
  const read = w.lladdr === undefined ? undefined : parseLinkAddress(w.lladdr);
  const lladdr = read !== undefined && 'address' in read ? read.address : undefined;
  const ifindex = w.dev === undefined ? 0 : ip.device(w.dev);
  if (w.lladdr !== undefined && lladdr === undefined) return ip.talk(fail('EINVAL', 'Invalid link address'));
  const request: NeighRequest = {
    family: w.dst.family,
    ifindex,
    dst: w.dst.address,
    state: w.state,
    ...(verb === 'delete' ? { create: false, exclusive: false, replace: false } : verb),
    ...(lladdr === undefined ? {} : { lladdr }),
    ...(w.router ? { router: true } : {}),
    ...(w.proxy ? { proxy: true } : {}),
    ...(w.externLearn ? { externLearn: true } : {}),
    ...(w.use ? { use: true } : {}),
    ...(w.managed ? { managed: true } : {}),
    ...(w.protocol === undefined ? {} : { protocol: w.protocol }),
  };
  return ip.talk(verb === 'delete' ? ip.rtnl.delNeighbour(request) : ip.rtnl.addNeighbour(request));
}

function parseWord(ip: Ip, words: Words, w: NeighWords): void {
  const word = words.word;
  if (matches(word, 'lladdr')) {
    const value = words.value();
    if (w.lladdr !== undefined) throw new Exit(255, `Error: duplicate "lladdr": "${value}" is the second value.\n`);
    w.lladdr = value;
  } else if (word === 'nud') {
    const value = words.value();
    const state = parseNud(value);
    if (state === undefined) throw wrong('nud state is bad', value);
    w.state = state;
  } else if (matches(word, 'proxy')) {
    const value = words.value();
    if (matches(value, 'help')) throw new Exit(255, NEIGH_HELP);
    if (w.dst !== undefined) throw new Exit(255, `Error: duplicate "address": "${value}" is the second value.\n`);
    w.dst = parseAddress(value, ip.options.family);
    w.proxy = true;
  } else if (word === 'router') w.router = true;
  else if (word === 'use') {
    w.use = true;
    w.state = 'NONE';
  } else if (word === 'managed') {
    w.managed = true;
    w.state = 'NONE';
  } else if (matches(word, 'extern_learn')) w.externLearn = true;
  else if (word === 'dev') w.dev = words.value();
  else if (matches(word, 'protocol')) {
    const value = words.value();
    w.protocol = ip.names.parseProtocol(value);
    if (w.protocol === undefined) throw wrong('"protocol" value is invalid\n', value);
  } else {
    // As iproute2 has it: `help` here is passed over.
    const value = word === 'to' || matches(word, 'help') ? words.value() : word;
    if (w.dst !== undefined) throw garbage('to', value);
    w.dst = parseAddress(value, ip.options.family);
  }
}

function show(ip: Ip, words: Words): number {
  const filter = parseNeighFilter(ip, words, { flush: false });
  const out = ip.printer();
  out.begin();
  for (const entry of dumpNeighbours(ip, filter)) {
    out.openObject();
    printNeighbour(ip, out, entry, { dev: filter.ifindex === 0 });
    out.closeObject();
  }
  out.end();
  return 0;
}

function get(ip: Ip, words: Words): number {
  let dst: { readonly family: Family; readonly address: NeighRequest['dst'] } | undefined;
  let dev: string | undefined;
  let proxy = false;
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'dev') dev = words.value();
    else if (matches(word, 'proxy')) {
      proxy = true;
      dst = parseAddress(words.value(), ip.options.family);
    } else {
      if (word !== 'to' && matches(word, 'help')) throw new Exit(255, NEIGH_HELP);
      if (dst !== undefined) throw garbage('to', word);
      dst = parseAddress(word === 'to' ? words.value() : word, ip.options.family);
    }
  }
  if (dst === undefined || dev === undefined) throw new Exit(1, 'Device and address are required arguments.\n');
  const ifindex = ip.device(dev);
  const wanted = formatAddress(dst.address);
  const entry = ip.rtnl
    .neighbours(dst.family, proxy ? { proxy } : {})
    .find((n) => n.ifindex === ifindex && formatAddress(n.dst) === wanted);
  if (entry === undefined) return ip.talk(fail('ENOENT', proxy ? 'Proxy neighbour entry not found' : 'Neighbour entry not found'));
  printNeighbour(ip, ip.printer({ json: false }), entry, { dev: true });
  return 0;
}

/** Entries that are permanent or need no resolution stay, unless asked for by state. */
function flush(ip: Ip, words: Words): number {
  if (words.left === 0) throw new Exit(1, 'Flush requires arguments.\n');
  const filter = parseNeighFilter(ip, words, { flush: true });
  const { stats, maxFlushLoops } = ip.options;
  const out = ip.printer({ json: false });
  for (let round = 0; maxFlushLoops === 0 || round < maxFlushLoops; ) {
    const doomed = dumpNeighbours(ip, filter);
    if (doomed.length === 0) {
      if (stats > 0)
        ip.out(round === 0 ? 'Nothing to flush.\n' : `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`);
      return 0;
    }
    round++;
    if (stats > 1) for (const entry of doomed) printNeighbour(ip, out, entry, { dev: filter.ifindex === 0 });
    let deleted = 0;
    for (const entry of doomed) if (ip.mayFlush(ip.rtnl.delNeighbour(requestFor(entry)), 1)) deleted++;
    if (stats > 0) ip.out(`\n*** Round ${round}, deleting ${doomed.length} entries ***\n`);
    if (deleted === 0) return 1;
  }
  throw new Exit(1, `*** Flush not complete bailing out after ${maxFlushLoops} rounds\n`);
}

function requestFor({ family, ifindex, dst, proxy }: NeighDump): NeighRequest {
  return { family, ifindex, dst, create: false, exclusive: false, replace: false, ...(proxy ? { proxy } : {}) };
}
