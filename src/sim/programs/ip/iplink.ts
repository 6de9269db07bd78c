import { fail, isError } from '../../base/result.ts';
import type { LinkCreate } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { otherKindHelp } from './help/kinds.ts';
import { linkHelp } from './help/link.ts';
import { showAddresses } from './ipaddress-show.ts';
import { parseLink } from './iplink-parse.ts';
import { type KindArguments, linkKind } from './link-kind.ts';
import { Exit, garbage, matches, Words, wrong } from './parse.ts';

/** `ip link …` (iplink.c). */
export function doLink(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return showAddresses(ip, words, { links: true });
  if (matches(command, 'add')) return addLink(ip, words);
  if (matches(command, 'set') || matches(command, 'change')) return setLink(ip, words);
  if (matches(command, 'replace')) return addLink(ip, words);
  if (matches(command, 'delete')) return deleteLink(ip, words);
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return showAddresses(ip, words, { links: true });
  if (matches(command, 'xstats')) return extendedStats(words);
  if (matches(command, 'afstats')) return familyStats(ip, words);
  if (matches(command, 'property')) return property(ip, words);
  if (matches(command, 'help')) return help(ip, words);
  throw new Exit(255, `Command "${command}" is unknown, try "ip link help".\n`);
}

/** `add` and `replace`: there is nothing of a kind to replace in place here, so both make a new link. */
function addLink(ip: Ip, words: Words): number {
  const parsed = parseLink(ip, words, { create: true });
  const { type, request } = parsed;
  if (type === undefined) throw new Exit(1, 'Not enough information: "type" argument is required\n');
  const { refusal, ...kindWords } = parseKind(ip, type, words, true);
  const create: LinkCreate = { ...request, ...kindWords, kind: type };
  return ip.talk(parsed.refusal ?? refusal ?? ip.rtnl.addLink(create));
}

function setLink(ip: Ip, words: Words): number {
  const parsed = parseLink(ip, words, { create: false });
  const { type, request } = parsed;
  const slave = type?.endsWith('_slave') === true;
  const info = type === undefined ? undefined : parseKind(ip, type, words, false).info;
  if (parsed.refusal !== undefined) return ip.talk(parsed.refusal);
  const { ifindex: _newIndex, up: _up, link: _link, numTxQueues: _tx, numRxQueues: _rx, ...rest } = request;
  const data = info === undefined ? {} : slave ? { slaveInfo: info } : { info };
  const change = { ...rest, ...data, ...(type === undefined || slave ? {} : { kind: type }) };
  if (parsed.ofGroup === undefined) return ip.talk(ip.rtnl.setLink(parsed.ifindex, change));
  for (const link of ip.rtnl.links().filter((l) => l.group === parsed.ofGroup)) {
    const status = ip.talk(ip.rtnl.setLink(link.ifindex, change));
    if (status !== 0) return status;
  }
  return 0;
}

function deleteLink(ip: Ip, words: Words): number {
  const parsed = parseLink(ip, words, { create: false });
  if (parsed.type !== undefined) parseKind(ip, parsed.type, words, true);
  if (parsed.ofGroup === undefined) return ip.talk(ip.rtnl.delLink(parsed.ifindex));
  if (parsed.ofGroup === 0) return ip.talk(fail('EPERM'));
  const members = ip.rtnl.links().filter((link) => link.group === parsed.ofGroup);
  if (members.length === 0) return ip.talk(fail('ENODEV'));
  for (const link of members) {
    if (isError(ip.rtnl.link(link.ifindex))) continue;
    const status = ip.talk(ip.rtnl.delLink(link.ifindex));
    if (status !== 0) return status;
  }
  return 0;
}

/** The words behind `type KIND`. A kind that has no file here passes them on as pairs. */
function parseKind(ip: Ip, type: string, words: Words, create: boolean): KindArguments {
  const kind = linkKind(type);
  if (words.left === 0) return {};
  if (kind !== undefined) return kind.parse?.(ip, words, { create }) ?? {};
  const help = otherKindHelp(type);
  if (help === undefined) {
    if (matches(words.word, 'help')) throw new Exit(255, linkHelp());
    throw new Exit(1, `Garbage instead of arguments "${words.word} ...". Try "ip link help".\n`);
  }
  if (matches(words.word, 'help')) throw new Exit(1, help);
  const info: Record<string, string> = {};
  for (; words.left > 0; words.step()) {
    const key = words.word;
    info[key] = words.left > 1 ? words.value() : '';
  }
  return { info };
}

/** Alternative names (iplink_prop). */
function property(ip: Ip, words: Words): number {
  const operation = words.word;
  if (words.left === 0 || matches(operation, 'help')) throw new Exit(255, linkHelp());
  const add = matches(operation, 'add');
  if (!add && !matches(operation, 'del')) throw new Exit(255, 'Operator required\n');
  words.step();
  let dev: string | undefined;
  const names: string[] = [];
  for (; words.left > 0; words.step()) {
    if (words.word === 'altname') {
      const name = words.value();
      names.push(name);
    } else {
      if (matches(words.word, 'help')) throw new Exit(255, linkHelp());
      const name = words.word === 'dev' ? words.value() : words.word;
      if (dev !== undefined) throw garbage('dev', name);
      dev = name;
    }
  }
  if (dev === undefined) throw new Exit(255, 'Not enough of information: "dev" argument is required.\n');
  const ifindex = ip.device(dev);
  for (const name of names) {
    const status = ip.talk(ip.rtnl.setLink(ifindex, add ? { addAltName: name } : { delAltName: name }));
    if (status !== 0) return status;
  }
  return 0;
}

function extendedStats(words: Words): number {
  if (words.left === 0) throw new Exit(1, 'xstats: missing argument\n');
  const type = words.word === 'type' ? words.value() : words.word;
  if (type === 'bridge' || type === 'bridge_slave' || type === 'bond' || type === 'bond_slave') return 0;
  if (linkKind(type) === undefined && otherKindHelp(type) === undefined) throw wrong('invalid type', type);
  throw new Exit(1, `xstats: link type ${type} doesn't support xstats\n`);
}

/** Statistics of address families, of which only MPLS has any: nothing to show, but a device must be one. */
function familyStats(ip: Ip, words: Words): number {
  for (; words.left > 0; words.step()) {
    if (words.word !== 'dev') {
      if (matches(words.word, 'help')) throw new Exit(255, linkHelp());
      throw new Exit(255, `Command "${words.word}" is unknown, try "ip link help".\n`);
    }
    const name = words.value();
    if (ip.ifindex(name) === 0) throw new Exit(0, `Device "${name}" does not exist.\n`);
  }
  return 0;
}

function help(ip: Ip, words: Words): number {
  const text = words.left === 1 ? (linkKind(words.word)?.help ?? otherKindHelp(words.word)) : undefined;
  if (text === undefined) throw new Exit(255, linkHelp());
  ip.out(text);
  return 0;
}
