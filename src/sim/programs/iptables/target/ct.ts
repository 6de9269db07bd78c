import { CT_EVENTS, CT_EXPECT_EVENTS, type CtTarget, type CtZone } from '../../../kernel/netfilter/target/ct.ts';
import { type Extension, type Given, once } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

const NOTHING: CtTarget = {
  name: 'CT',
  notrack: undefined,
  helper: undefined,
  timeout: undefined,
  events: 0,
  expectEvents: 0,
  zone: undefined,
};
const ZONES = { zone: 'both', 'zone-orig': 'original', 'zone-reply': 'reply' } as const;

export const ct: Extension<CtTarget> = {
  name: 'CT',
  checksItself: true,
  options: [
    { names: ['notrack'], arguments: 0 },
    ...['helper', 'timeout', 'ctevents', 'expevents', ...Object.keys(ZONES)].map((name) => ({ names: [name], arguments: 1 as const })),
  ],
  build(given) {
    const value = (option: string): string | undefined => once('CT', given, option)?.values[0];
    return {
      name: 'CT',
      notrack: once('CT', given, 'notrack') ? 'CT' : undefined,
      helper: value('helper'),
      timeout: value('timeout'),
      events: parseEvents(value('ctevents'), CT_EVENTS),
      expectEvents: parseEvents(value('expevents'), CT_EXPECT_EVENTS),
      zone: parseZone(given),
    };
  },
  print(target) {
    return target.notrack === 'NOTRACK' ? ' NOTRACK' : ` CT${optionsText(target, '')}`;
  },
  save: (target) => (target.notrack === 'NOTRACK' ? '' : optionsText(target, '--')),
  savedAs: ({ notrack: how }) => how ?? 'CT',
};

/** The old name of `CT --notrack`. */
export const notrack: Extension<CtTarget> = {
  ...ct,
  name: 'NOTRACK',
  checksItself: true,
  options: [],
  build: () => ({ ...NOTHING, notrack: 'NOTRACK' }),
};

function parseEvents(text: string | undefined, known: readonly string[]): number {
  if (text === undefined) return 0;
  return text.split(',').reduce((bits, word) => {
    const at = known.indexOf(word);
    if (at < 0) throw misuse(`Unknown event type "${word}"`);
    return bits | (1 << at);
  }, 0);
}

function parseZone(given: readonly Given[]): CtTarget['zone'] {
  for (const [option, direction] of Object.entries(ZONES)) {
    const text = once('CT', given, option)?.values[0];
    if (text === undefined) continue;
    const id: CtZone | undefined = text === 'mark' ? 'mark' : parseNumber(text, 0xffff);
    if (id === undefined) throw misuse(`Cannot parse ${text} as a zone ID\n`);
    return { id, direction };
  }
  return undefined;
}

function optionsText(target: CtTarget, dashes: string): string {
  const { helper, timeout, events, expectEvents, zone } = target;
  let text = target.notrack === undefined ? '' : ` ${dashes}notrack`;
  if (helper !== undefined) text += ` ${dashes}helper ${helper}`;
  if (timeout !== undefined) text += ` ${dashes}timeout ${timeout}`;
  const names = (bits: number, known: readonly string[]): string => known.filter((_, i) => (bits & (1 << i)) !== 0).join(',');
  if (events !== 0) text += ` ${dashes}ctevents ${names(events, CT_EVENTS)}`;
  if (expectEvents !== 0) text += ` ${dashes}expevents ${names(expectEvents, CT_EXPECT_EVENTS)}`;
  if (zone) text += ` ${dashes}${Object.entries(ZONES).find(([, direction]) => direction === zone.direction)?.[0]} ${zone.id}`;
  return text;
}
