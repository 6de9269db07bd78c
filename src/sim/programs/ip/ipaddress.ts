import { isLoopbackIpv4, isMulticastIpv4, isMulticastIpv6 } from '../../base/address.ts';
import { fail } from '../../base/result.ts';
import {
  type AddressRequest,
  type Family,
  IFA_F_MCAUTOJOIN,
  INFINITY_LIFE_TIME,
  type IpAddress,
  SCOPE_HOST,
} from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { addressHelp } from './help/address.ts';
import { type InetPrefix, parseAddress, parsePrefix } from './inet-prefix.ts';
import { ADDRESS_FLAGS } from './ipaddress-print.ts';
import { flushAddresses, showAddresses } from './ipaddress-show.ts';
import { duplicate, Exit, garbage, matches, parseUnsigned, Words, wrong } from './parse.ts';

/** `ip address …` (ipaddress.c). */
export function doAddress(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return showAddresses(ip, words, { links: false });
  if (matches(command, 'add')) return changeAddress(ip, words, { create: true, exclusive: true, replace: false });
  if (matches(command, 'change') || command === 'chg') return changeAddress(ip, words, { create: false, exclusive: false, replace: true });
  if (matches(command, 'replace')) return changeAddress(ip, words, { create: true, exclusive: false, replace: true });
  if (matches(command, 'delete')) return changeAddress(ip, words, 'delete');
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return showAddresses(ip, words, { links: false });
  if (matches(command, 'flush')) return flushAddresses(ip, words);
  if (matches(command, 'save')) throw new Exit(1, 'Not sending a binary stream to stdout\n');
  if (matches(command, 'showdump') || matches(command, 'restore'))
    throw new Exit(255, ip.p.terminal(0) ? "Can't restore address dump from a terminal\n" : 'Magic mismatch (0 elems, 0 magic)\n');
  if (matches(command, 'help')) throw new Exit(255, addressHelp());
  throw new Exit(255, `Command "${command}" is unknown, try "ip address help".\n`);
}

type Verb = Pick<AddressRequest, 'create' | 'exclusive' | 'replace'> | 'delete';

/** What the words of add, change, replace and delete say. */
interface AddressWords {
  family: PreferredFamily | Family;
  local: InetPrefix | undefined;
  localWord: string;
  peer: InetPrefix | undefined;
  broadcast: IpAddress | '+' | '-' | undefined;
  anycast: IpAddress | undefined;
  scope: number | undefined;
  dev: string | undefined;
  label: string | undefined;
  metric: number | undefined;
  validLft: number | undefined;
  preferredLft: number | undefined;
  flags: number;
}

function changeAddress(ip: Ip, words: Words, verb: Verb): number {
  const w: AddressWords = {
    family: ip.options.family,
    local: undefined,
    localWord: '',
    peer: undefined,
    broadcast: undefined,
    anycast: undefined,
    scope: undefined,
    dev: undefined,
    label: undefined,
    metric: undefined,
    validLft: undefined,
    preferredLft: undefined,
    flags: 0,
  };
  for (; words.left > 0; words.step()) parseWord(ip, words, w);
  if (w.dev === undefined) throw new Exit(1, 'Not enough information: "dev" argument is required.\n');
  const wildcard = verb === 'delete' && w.peer === undefined && w.local?.family === 'inet' && !w.local.lengthGiven;
  if (wildcard) ip.err(wildcardWarning(w.localWord));
  const peer = w.peer ?? w.local;
  const broadcast = verb === 'delete' ? undefined : broadcastOf(w, peer);
  const ifindex = ip.device(w.dev);
  checkLifetimes(w);
  const family = w.local?.family ?? w.peer?.family ?? (w.family === 'inet' || w.family === 'inet6' ? w.family : undefined);
  checkAutojoin(w);
  const local = w.local?.address ?? w.peer?.address;
  // Without an address there is no protocol family to do it, except that IPv4 takes no address for no work.
  if (family === undefined || local === undefined) return family === 'inet' ? 0 : ip.talk(fail('EOPNOTSUPP'));
  const optional = {
    ...(peer?.address === undefined || wildcard ? {} : { address: peer.address }),
    ...(w.label === undefined ? {} : { label: w.label }),
  };
  const prefixLen = w.peer?.bits || w.local?.bits || 0;
  if (verb === 'delete') return ip.talk(ip.rtnl.delAddress({ family, ifindex, local, ...optional, ...(wildcard ? {} : { prefixLen }) }));
  return ip.talk(
    ip.rtnl.addAddress({
      family,
      ifindex,
      local,
      prefixLen,
      ...optional,
      ...verb,
      scope: w.scope ?? defaultScope(local),
      ...(broadcast === undefined ? {} : { broadcast }),
      ...(typeof w.anycast === 'string' ? { anycast: w.anycast } : {}),
      ...(w.flags === 0 ? {} : { flags: w.flags }),
      ...(w.metric === undefined ? {} : { metric: w.metric }),
      ...(w.validLft === undefined && w.preferredLft === undefined
        ? {}
        : { validLft: w.validLft ?? INFINITY_LIFE_TIME, preferredLft: w.preferredLft ?? INFINITY_LIFE_TIME }),
    }),
  );
}

function parseWord(ip: Ip, words: Words, w: AddressWords): void {
  const word = words.word;
  if (word === 'peer' || word === 'remote') {
    const value = words.value();
    if (w.peer !== undefined) throw duplicate('peer', value);
    w.peer = parsePrefix(value, w.family);
    learnFamily(w, w.peer.family);
  } else if (matches(word, 'broadcast') || word === 'brd') {
    const value = words.value();
    if (w.broadcast !== undefined) throw duplicate('broadcast', value);
    if (value === '+' || value === '-') w.broadcast = value;
    else {
      const found = parseAddress(value, w.family);
      learnFamily(w, found.family);
      w.broadcast = found.address;
    }
  } else if (word === 'anycast') {
    const value = words.value();
    if (w.anycast !== undefined) throw duplicate('anycast', value);
    const found = parseAddress(value, w.family);
    learnFamily(w, found.family);
    w.anycast = found.address;
  } else if (word === 'scope') {
    const value = words.value();
    w.scope = ip.names.parseScope(value);
    if (w.scope === undefined) throw wrong('invalid scope value.', value);
  } else if (word === 'dev') w.dev = words.value();
  else if (word === 'label') w.label = words.value();
  else if (matches(word, 'metric') || matches(word, 'priority') || matches(word, 'preference')) {
    const value = words.value();
    w.metric = parseUnsigned(value);
    if (w.metric === undefined) throw wrong('"metric" value is invalid\n', value);
  } else if (matches(word, 'valid_lft')) w.validLft = lifetime(words, 'valid_lft', w.validLft);
  else if (matches(word, 'preferred_lft')) w.preferredLft = lifetime(words, 'preferred_lft', w.preferredLft);
  else if (!parseFlag(ip, w, word)) parseLocal(words, w, word);
}

function parseLocal(words: Words, w: AddressWords, word: string): void {
  if (word !== 'local' && matches(word, 'help')) throw new Exit(255, addressHelp());
  const value = word === 'local' ? words.value() : word;
  if (w.local !== undefined) throw garbage('local', value);
  w.local = parsePrefix(value, w.family);
  w.localWord = value;
  learnFamily(w, w.local.family);
}

function learnFamily(w: AddressWords, family: Family | undefined): void {
  if (w.family === 'unspec' && family !== undefined) w.family = family;
}

function parseFlag(ip: Ip, w: AddressWords, word: string): boolean {
  const flag = ADDRESS_FLAGS.find((f) => f.word === word);
  if (flag === undefined) return false;
  if (flag.readonly) ip.err(`Warning: ${word} option is not mutable from userspace\n`);
  else if (flag.inet6Only && w.family !== 'inet6') ip.err(`Warning: ${word} option can be set only for IPv6 addresses\n`);
  else w.flags |= flag.bit;
  return true;
}

function lifetime(words: Words, key: string, known: number | undefined): number {
  const word = words.word;
  if (known !== undefined) throw duplicate(key, word);
  const value = words.value();
  const seconds = value === 'forever' ? INFINITY_LIFE_TIME : parseUnsigned(value);
  if (seconds === undefined) throw wrong(`${key} value`, value);
  return seconds;
}

function checkLifetimes(w: AddressWords): void {
  if (w.validLft === 0) throw new Exit(1, 'valid_lft is zero\n');
  if ((w.validLft ?? INFINITY_LIFE_TIME) < (w.preferredLft ?? INFINITY_LIFE_TIME))
    throw new Exit(1, 'preferred_lft is greater than valid_lft\n');
}

function checkAutojoin(w: AddressWords): void {
  const address = w.local?.address;
  if ((w.flags & IFA_F_MCAUTOJOIN) === 0 || address === undefined) return;
  const multicast = typeof address === 'number' ? isMulticastIpv4(address) : isMulticastIpv6(address);
  if (!multicast) throw new Exit(1, 'autojoin needs multicast address\n');
}

/** `brd +` sets all host bits, `brd -` clears them; prefixes of 31 and 32 bits have no broadcast address. */
function broadcastOf(w: AddressWords, peer: InetPrefix | undefined): number | undefined {
  const { broadcast } = w;
  if (broadcast === undefined) return undefined;
  if (broadcast !== '+' && broadcast !== '-') return typeof broadcast === 'number' ? broadcast : undefined;
  if (peer === undefined || typeof peer.address !== 'number') throw new Exit(1, 'Broadcast can be set only for IPv4 addresses\n');
  if (peer.bits > 30) return undefined;
  const hostBits = 2 ** (32 - peer.bits) - 1;
  return (broadcast === '+' ? peer.address | hostBits : peer.address & ~hostBits) >>> 0;
}

function defaultScope(local: IpAddress): number {
  return typeof local === 'number' && isLoopbackIpv4(local) ? SCOPE_HOST : 0;
}

function wildcardWarning(word: string): string {
  return (
    'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
    `         Explicitly specify the prefix length (${word}/32) to avoid this warning.\n` +
    '         This special behaviour is likely to disappear in further releases,\n' +
    '         fix your scripts!\n'
  );
}
