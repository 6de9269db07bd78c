import { type Ipv4, ipv4Mask } from '../../../base/address.ts';
import { fail } from '../../../base/result.ts';
import { type IpAddress, SCOPE_HOST } from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { abbreviated, type BusyboxIp, type Prefix, WordReader } from './context.ts';
import { parseFilter, selectAddresses, show } from './show-links.ts';

const COMMANDS = ['add', 'change', 'chg', 'replace', 'delete', 'show', 'list', 'lst', 'flush'] as const;

/** `ip addr …` (do_ipaddr). */
export function* doAddress(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  if (word === undefined) return yield* show(ip, [], false);
  const command = abbreviated(word, COMMANDS);
  switch (command) {
    case undefined:
      return yield* ip.invalid(word);
    case 'show':
    case 'list':
    case 'lst':
      return yield* show(ip, rest, false);
    case 'flush':
      return yield* flush(ip, rest);
    default:
      return yield* modify(ip, command, rest);
  }
}

function* flush(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  if (words.length === 0) return yield* ip.die('flush requires an argument');
  const filter = yield* parseFilter(ip, words, false);
  for (let doomed = selectAddresses(ip, filter); doomed.length > 0; doomed = selectAddresses(ip, filter)) {
    // Secondary addresses go with their primary one; that they are not found then is no failure.
    const answers = doomed.map(({ family, ifindex, local, address, prefixLen }) =>
      ip.rtnl.delAddress({ family, ifindex, local, address, prefixLen }),
    );
    if (answers.some((answer) => answer?.errno === 'EPERM')) return yield* ip.die("can't send flush request: Operation not permitted");
    const refused = answers.find((answer) => answer !== undefined);
    if (refused !== undefined && answers.every((answer) => answer !== undefined)) return yield* ip.talk(refused);
  }
  return 0;
}

function* modify(ip: BusyboxIp, command: 'add' | 'change' | 'chg' | 'replace' | 'delete', words: readonly string[]): Sys<number> {
  const reader = new WordReader(ip, words);
  let local: Prefix | undefined;
  let peer: Prefix | undefined;
  let broadcast: IpAddress | '+' | '-' | undefined;
  let scope: number | undefined;
  let dev: string | undefined;
  let label: string | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    if (word === 'peer' || word === 'remote') peer = yield* ip.prefix(yield* reader.value(), ip.family);
    else if (word === 'broadcast' || word === 'brd') {
      const value = yield* reader.value();
      broadcast = value === '+' || value === '-' ? value : yield* ip.address(value);
    } else if (word === 'anycast') yield* ip.address(yield* reader.value());
    else if (word === 'scope') {
      const value = yield* reader.value();
      scope = ip.names.parseScope(value) ?? (yield* ip.invalid(value, 'scope'));
    } else if (word === 'dev') dev = yield* reader.value();
    else if (word === 'label') label = yield* reader.value();
    else {
      const value = word === 'local' ? yield* reader.value() : word;
      if (local !== undefined) yield* ip.die(`either "local" is duplicate, or "${value}" is garbage`);
      local = yield* ip.prefix(value, ip.family);
    }
  }
  if (dev === undefined) return yield* ip.die('need "dev IFACE"');
  if (label !== undefined && !label.startsWith(dev)) return yield* ip.die(`"dev" (${dev}) must match "label" (${label})`);
  const { ifindex } = yield* ip.device(dev);
  // Without an address the request has no family; one that could not be read is an attribute of no bytes.
  if (local === undefined) return yield* ip.talk(fail('EOPNOTSUPP'));
  if (local.address === undefined || local.family === undefined) return yield* ip.talk(fail('ERANGE'));
  const address = peer?.address ?? local.address;
  const prefixLen = peer?.bits ?? local.bits;
  const request = { family: local.family, ifindex, local: local.address, address, prefixLen, ...(label !== undefined && { label }) };
  if (command === 'delete') return yield* ip.talk(ip.rtnl.delAddress(request));
  const host = typeof local.address === 'number' && local.address >>> 24 === 127;
  const hostBits = ~ipv4Mask(prefixLen) >>> 0;
  const brd =
    typeof address !== 'number' || broadcast === undefined
      ? undefined
      : broadcast === '+'
        ? (address | hostBits) >>> 0
        : broadcast === '-'
          ? (address & ~hostBits) >>> 0
          : (broadcast as Ipv4);
  return yield* ip.talk(
    ip.rtnl.addAddress({
      ...request,
      ...(brd !== undefined && { broadcast: brd }),
      ...(scope !== undefined ? { scope } : host ? { scope: SCOPE_HOST } : {}),
      create: command === 'add' || command === 'replace',
      exclusive: command === 'add',
      replace: command !== 'add',
    }),
  );
}
