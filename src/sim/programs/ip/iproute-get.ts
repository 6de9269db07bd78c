import { isError } from '../../base/result.ts';
import type { Family, RouteQuery } from '../../kernel/rtnetlink/messages.ts';
import { type Ip, noDevice, type PreferredFamily } from './context.ts';
import { ROUTE_HELP } from './help/route.ts';
import { parsePrefix } from './inet-prefix.ts';
import { parseIpProtocol } from './ip-protocols.ts';
import { printRoute, WHOLE_ROUTE } from './iproute-print.ts';
import { Exit, matches, parseUnsigned, type Words, wrong } from './parse.ts';

type Query = { -readonly [K in keyof RouteQuery]: RouteQuery[K] };

/** `ip route get` (iproute_get). */
export function getRoute(ip: Ip, words: Words): number {
  let family: PreferredFamily | Family = ip.options.family;
  const query: Partial<Query> = {};
  const asked = { oif: undefined as string | undefined, iif: undefined as string | undefined, connected: false, notify: false };
  let found = false;
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'tos' || matches(word, 'dsfield'))
      query.tos = number(words, 'TOS value is invalid\n', (value) => ip.names.parseDsfield(value));
    else if (matches(word, 'from')) {
      const value = words.value();
      if (matches(value, 'help')) throw new Exit(255, ROUTE_HELP);
      const prefix = parsePrefix(value, family);
      if (prefix.address !== undefined) query.src = prefix.address;
      if (family === 'unspec' && prefix.family !== undefined) family = prefix.family;
    } else if (matches(word, 'iif')) asked.iif = words.value();
    else if (matches(word, 'mark')) query.mark = number(words, 'invalid mark value', parseUnsigned);
    else if (matches(word, 'oif') || word === 'dev') asked.oif = words.value();
    else if (matches(word, 'notify')) asked.notify = true;
    else if (matches(word, 'connected')) asked.connected = true;
    else if (matches(word, 'vrf')) throw wrong('Invalid VRF\n', words.value());
    else if (matches(word, 'uid')) query.uid = number(words, 'invalid UID\n', parseUnsigned);
    else if (matches(word, 'fibmatch')) query.fibMatch = true;
    else if (word === 'sport' || word === 'dport') query[word] = number(words, `invalid ${word}\n`, (value) => parseUnsigned(value, 16));
    else if (word === 'ipproto') query.ipProto = number(words, 'Invalid "ipproto" value\n', parseIpProtocol);
    else {
      if (word === 'help') throw new Exit(255, ROUTE_HELP);
      const prefix = parsePrefix(word === 'to' ? words.value() : word, family);
      if (family === 'unspec' && prefix.family !== undefined) family = prefix.family;
      const wholeBits = family === 'inet6' ? 128 : 32;
      if (prefix.address !== undefined && prefix.bits !== wholeBits)
        ip.err(`Warning: /${prefix.bits} as prefix is invalid, only /${wholeBits} (or none) is supported.\n`);
      if (prefix.address !== undefined) query.dst = prefix.address;
      found = true;
    }
  }
  if (!found) throw new Exit(1, 'need at least a destination address\n');
  if (asked.iif !== undefined) query.iif = device(ip, asked.iif);
  if (asked.oif !== undefined) query.oif = device(ip, asked.oif);
  const inet: Family = family === 'inet6' ? 'inet6' : 'inet';
  return ask(ip, { ...query, family: inet, dst: query.dst ?? (inet === 'inet' ? 0 : '::') }, asked);
}

function ask(ip: Ip, query: RouteQuery, { connected, notify }: { readonly connected: boolean; readonly notify: boolean }): number {
  const style = { ...WHOLE_ROUTE, ...(notify ? { notify } : {}) };
  const out = ip.printer();
  const route = ip.rtnl.getRoute(query);
  if (isError(route)) return ip.talk(route);
  out.begin();
  out.openObject();
  printRoute(ip, out, route, style);
  out.closeObject();
  // `connected` asks again with the source that the first answer chose, as a connected socket would.
  if (connected && query.src === undefined && route.prefSrc !== undefined) {
    out.openObject();
    printRoute(ip, out, route, style);
    out.closeObject();
  }
  out.end();
  return 0;
}

function number(words: Words, message: string, parse: (value: string) => number | undefined): number {
  const value = words.value();
  const parsed = parse(value);
  if (parsed === undefined) throw wrong(message, value);
  return parsed;
}

function device(ip: Ip, name: string): number {
  const ifindex = ip.ifindex(name);
  if (ifindex === 0) throw noDevice(name);
  return ifindex;
}
