import type { OwnerMatch } from '../../../kernel/netfilter/match/owner.ts';
import type { NumberRange } from '../../../kernel/netfilter/match/range.ts';
import type { Process } from '../../../machine/process.ts';
import { accounts, groups } from '../../lib/accounts.ts';
import { type Extension, find, type Given, nftNot, not, rangeText } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

const MOST = 0xffff_fffe;

export const owner: Extension<OwnerMatch> = {
  name: 'owner',
  options: [
    { names: ['uid-owner'], arguments: 1, invert: true },
    { names: ['gid-owner'], arguments: 1, invert: true },
    { names: ['socket-exists'], arguments: 0, invert: true },
    { names: ['suppl-groups'], arguments: 0 },
  ],
  build(given, { p }) {
    const uid = parseIds(find(given, 'uid-owner'), (name) => accounts(p).find((user) => user.name === name)?.uid);
    const gid = parseIds(find(given, 'gid-owner'), (name) => groups(p).find((group) => group.name === name)?.gid);
    const exists = find(given, 'socket-exists');
    if (!uid && !gid && !exists) throw misuse('owner: At least one of --uid-owner, --gid-owner or --socket-exists is required');
    return {
      name: 'owner',
      uid,
      gid,
      socketExists: exists && { invert: exists.invert },
      supplementary: find(given, 'suppl-groups') !== undefined,
    };
  },
  print(info, names, numeric) {
    const { p } = names;
    let text = info.socketExists ? `${not(info.socketExists.invert)} owner socket exists` : '';
    if (info.uid) text += `${not(info.uid.invert)} owner UID match ${numeric ? rangeText(info.uid, '-') : userText(p, info.uid)}`;
    if (info.gid) text += `${not(info.gid.invert)} owner GID match ${numeric ? rangeText(info.gid, '-') : groupText(p, info.gid)}`;
    return info.supplementary ? `${text} incl. suppl. groups` : text;
  },
  save(info) {
    let text = info.socketExists ? `${not(info.socketExists.invert)} --socket-exists` : '';
    if (info.uid) text += `${not(info.uid.invert)} --uid-owner ${rangeText(info.uid, '-')}`;
    if (info.gid) text += `${not(info.gid.invert)} --gid-owner ${rangeText(info.gid, '-')}`;
    return info.supplementary ? `${text} --suppl-groups` : text;
  },
  translate(info) {
    const { uid, gid } = info;
    // It has words for one of both, and none for sockets.
    if (info.socketExists || info.supplementary || (uid && gid)) return undefined;
    const ids = uid ?? gid;
    return ids && `${uid ? 'skuid' : 'skgid'} ${nftNot(ids.invert)}${rangeText(ids, '-')}`;
  },
};

/** A name, a number, or a range of numbers. */
function parseIds(given: Given | undefined, named: (name: string) => number | undefined): NumberRange | undefined {
  if (given === undefined) return undefined;
  const [text = ''] = given.values;
  const name = named(text);
  if (name !== undefined) return { from: name, to: name, invert: given.invert };
  const parts = text.split('-');
  const [from, to = from] = parts.map((part) => parseNumber(part, MOST));
  if (parts.length > 2 || from === undefined || to === undefined)
    throw misuse(`owner: Bad value for "--${given.option}" option: "${text}"`);
  return { from, to, invert: given.invert };
}

function userText(p: Process, ids: NumberRange): string {
  return (ids.from === ids.to ? accounts(p).find(({ uid }) => uid === ids.from)?.name : undefined) ?? rangeText(ids, '-');
}

function groupText(p: Process, ids: NumberRange): string {
  return (ids.from === ids.to ? groups(p).find(({ gid }) => gid === ids.from)?.name : undefined) ?? rangeText(ids, '-');
}
