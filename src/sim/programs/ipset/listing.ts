import { NS_PER_S } from '../../base/time.ts';
import type { IpSet, ListedElement } from '../../kernel/netfilter/set/ip-set.ts';
import type { IpAddress } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { compareElements, elementText, formatAddress } from './element-text.ts';
import { type TypeInfo, typeOf } from './types.ts';

export type OutputMode = 'plain' | 'save' | 'xml';

/** How sets are listed: -o, -n, -t, -s, -r. */
export interface ListStyle {
  readonly mode: OutputMode;
  readonly namesOnly: boolean;
  readonly terse: boolean;
  readonly sorted: boolean;
  readonly resolve: boolean;
}

/** A word or an option with its value. */
type Word = readonly [string, string | undefined];

/** Lists sets as a text. */
export function* listSets(c: Command, sets: readonly IpSet[], style: ListStyle): Sys<string> {
  const { mode, namesOnly } = style;
  const parts: string[] = [];
  for (const set of sets) parts.push(namesOnly ? nameOf(set, mode) : yield* setText(c, set, style));
  if (mode === 'xml') return `<ipsets>\n${parts.join('')}</ipsets>\n`;
  return parts.join(mode === 'plain' && !namesOnly ? '\n' : '');
}

function nameOf({ name }: IpSet, mode: OutputMode): string {
  return mode === 'xml' ? `<ipset name="${name}"/>\n` : `${name}\n`;
}

function* setText(c: Command, set: IpSet, style: ListStyle): Sys<string> {
  const { mode, terse } = style;
  const members = yield* memberTexts(c, set, style);
  const { name } = set;
  const references = c.p.netns.dataPlane.ipsets.references(name);
  const header = set.header();
  if (mode === 'save') {
    const adds = terse ? [] : members.map(([element, kept]) => `add ${name} ${[element, ...plain(kept)].join(' ')}\n`);
    return [`create ${name} ${set.type} ${plain(header).join(' ')}\n`, ...adds].join('');
  }
  if (mode === 'xml') {
    const list = members.map(([element, kept]) => `<member><elem>${element}</elem>${xml(kept)}</member>\n`).join('');
    return `<ipset name="${name}">
<type>${set.type}</type>
<revision>${set.revision}</revision>
<header>${xml(header)}
<memsize>${set.memory()}</memsize>
<references>${references}</references>
<numentries>${members.length}</numentries>
</header>
${terse ? '' : `<members>\n${list}</members>\n`}</ipset>
`;
  }
  return `Name: ${name}
Type: ${set.type}
Revision: ${set.revision}
Header: ${plain(header).join(' ')}
Size in memory: ${set.memory()}
References: ${references}
Number of entries: ${members.length}
${terse ? '' : `Members:\n${members.map(([element, kept]) => `${[element, ...plain(kept)].join(' ')}\n`).join('')}`}`;
}

function plain(words: readonly Word[]): string[] {
  return words.map(([word, value]) => (value === undefined ? word : `${word} ${value}`));
}

function xml(words: readonly Word[]): string {
  return words.map(([word, value]) => (value === undefined ? `<${word}/>` : `<${word}>${value}</${word}>`)).join('');
}

/** Each element, with what is kept of it. */
function* memberTexts(c: Command, set: IpSet, { sorted, resolve }: ListStyle): Sys<[string, Word[]][]> {
  const type = typeOf(set.type) as TypeInfo;
  const family = set.family ?? 'inet';
  const listed = [...set.list()];
  const names = resolve ? yield* namesOf(c, listed) : new Map<IpAddress, string>();
  const texts = listed.map((one): [string, Word[]] => {
    const text = one.element
      ? elementText(c.p, type, family, one.element, (address) => names.get(address) ?? formatAddress(address))
      : (one.set ?? '');
    return [text, keptWords(set, one, c.p.machine.clock.now)];
  });
  return sorted && set.type !== 'list:set' ? texts.sort(([a], [b]) => compareElements(a, b)) : texts;
}

function* namesOf(c: Command, listed: readonly ListedElement[]): Sys<Map<IpAddress, string>> {
  const names = new Map<IpAddress, string>();
  for (const { element } of listed) {
    if (element === undefined || names.has(element.ip)) continue;
    const { ip } = element;
    const name = yield* hostName(
      c.p,
      typeof ip === 'number' ? { family: 'inet', address: ip } : { family: 'inet6', address: ip, scopeId: 0 },
    );
    if (name !== undefined) names.set(ip, name);
  }
  return names;
}

function keptWords({ options }: IpSet, one: ListedElement, now: number): Word[] {
  const words: Word[] = [];
  if (options.timeoutS !== undefined) {
    // Whole seconds; some time has gone by since the element was added, if none here.
    const left = one.expiresNs === undefined ? 0 : Math.max(1, Math.ceil((one.expiresNs - now) / NS_PER_S) - 1);
    words.push(['timeout', String(left)]);
  }
  if (one.noMatch) words.push(['nomatch', undefined]);
  if (options.counters) words.push(['packets', String(one.packets)], ['bytes', String(one.bytes)]);
  if (one.comment !== undefined) words.push(['comment', `"${one.comment}"`]);
  const { mark, mask } = one.mark;
  if (mark !== 0 || mask !== 0) {
    words.push(['skbmark', `0x${mark.toString(16)}${mask === 0xffff_ffff ? '' : `/0x${mask.toString(16)}`}`]);
  }
  if (one.priority !== 0) words.push(['skbprio', `${(one.priority >>> 16).toString(16)}:${(one.priority & 0xffff).toString(16)}`]);
  if (one.queue !== 0) words.push(['skbqueue', String(one.queue)]);
  return words;
}
