import { LIMIT_UNITS, type LimitMatch, type LimitUnit } from '../../../kernel/netfilter/match/limit.ts';
import { type Extension, integer, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

const WORDS = { sec: 'second', min: 'minute', hour: 'hour', day: 'day' } as const;
const UNITS = Object.keys(LIMIT_UNITS) as LimitUnit[];
const DEFAULT_BURST = 5;
/** In packets a second. */
const FASTEST = 10_000;

export const limit: Extension<LimitMatch> = {
  name: 'limit',
  options: [
    { names: ['limit'], arguments: 1 },
    { names: ['limit-burst'], arguments: 1 },
  ],
  build(given) {
    const rate = valueGiven(given, 'limit');
    const burstText = valueGiven(given, 'limit-burst');
    const burst = burstText === undefined ? DEFAULT_BURST : integer('limit', 'limit-burst', burstText, FASTEST);
    return { name: 'limit', ...parseRate(rate ?? '3/hour'), burst: burst === 0 ? DEFAULT_BURST : burst };
  },
  print: ({ rate, unit, burst }) => ` limit: avg ${rate}/${unit} burst ${burst}`,
  save: ({ rate, unit, burst }) => ` --limit ${rate}/${unit}${burst === DEFAULT_BURST ? '' : ` --limit-burst ${burst}`}`,
  translate: ({ rate, unit, burst }) => `limit rate ${rate}/${WORDS[unit]}${burst === DEFAULT_BURST ? '' : ` burst ${burst} packets`}`,
};

/** `5/min`: the unit may be cut short; without one it is a second. */
export function parseRate(text: string): { rate: number; unit: LimitUnit } {
  const [, number = '', word] = /^(\d+)(?:\/(.*))?$/.exec(text) ?? [];
  const rate = Number(number);
  const unit =
    word === undefined ? 'sec' : UNITS.find((name) => (word !== '' && WORDS[name].startsWith(word.toLowerCase())) || word === name);
  if (number === '' || rate === 0 || unit === undefined) throw misuse(`bad rate "${text}"'`);
  if (rate / LIMIT_UNITS[unit] > FASTEST) throw misuse(`Rate too fast "${text}"`);
  return { rate, unit };
}
