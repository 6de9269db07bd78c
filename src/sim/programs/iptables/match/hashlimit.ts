import { HASHLIMIT_MODES, type HashlimitMatch } from '../../../kernel/netfilter/match/hashlimit.ts';
import { maskLength, maskOfLength } from '../address.ts';
import { type Extension, find, type Header, integer, required, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';
import { parseRate } from './limit.ts';

const DEFAULT_BURST = 5;
const DEFAULT_GC_MS = 1000;
const DEFAULT_EXPIRE_MS = 10_000;
const UINT32 = 0xffff_ffff;

export const hashlimit: Extension<HashlimitMatch> = {
  name: 'hashlimit',
  options: [
    { names: ['hashlimit-upto', 'hashlimit'], arguments: 1, invert: true, excludes: ['hashlimit-above'] },
    { names: ['hashlimit-above'], arguments: 1, invert: true, excludes: ['hashlimit-upto'] },
    { names: ['hashlimit-srcmask'], arguments: 1 },
    { names: ['hashlimit-dstmask'], arguments: 1 },
    { names: ['hashlimit-burst'], arguments: 1 },
    { names: ['hashlimit-htable-size'], arguments: 1 },
    { names: ['hashlimit-htable-max'], arguments: 1 },
    { names: ['hashlimit-htable-gcinterval'], arguments: 1 },
    { names: ['hashlimit-htable-expire'], arguments: 1 },
    { names: ['hashlimit-mode'], arguments: 1 },
    { names: ['hashlimit-name'], arguments: 1, required: true },
  ],
  build(given, header) {
    const number = (option: string, otherwise: number, max = UINT32): number => {
      const value = valueGiven(given, option);
      return value === undefined ? otherwise : integer('hashlimit', option, value, max);
    };
    const limit = find(given, 'hashlimit-upto') ?? find(given, 'hashlimit-above');
    if (limit === undefined) throw misuse('You have to specify --hashlimit');
    const modes = (valueGiven(given, 'hashlimit-mode') ?? '').split(',').filter((word) => word !== '');
    for (const word of modes) {
      if (!HASHLIMIT_MODES.some((known) => known === word)) throw misuse(`Bad parameter --hashlimit-mode`);
    }
    return {
      name: 'hashlimit',
      above: (limit.option === 'hashlimit-above') !== limit.invert,
      ...parseRate(limit.values[0] as string),
      burst: number('hashlimit-burst', DEFAULT_BURST, 10_000),
      modes: HASHLIMIT_MODES.filter((known) => modes.includes(known)),
      list: required('hashlimit', given, 'hashlimit-name').values[0] as string,
      sourceMask: mask(number('hashlimit-srcmask', whole(header), whole(header)), header),
      destinationMask: mask(number('hashlimit-dstmask', whole(header), whole(header)), header),
      size: number('hashlimit-htable-size', 0),
      max: number('hashlimit-htable-max', 0),
      gcIntervalMs: number('hashlimit-htable-gcinterval', DEFAULT_GC_MS),
      expireMs: number('hashlimit-htable-expire', DEFAULT_EXPIRE_MS),
    };
  },
  print(info) {
    let text = ` limit: ${info.above ? 'above' : 'up to'} ${info.rate}/${info.unit} burst ${info.burst}`;
    if (info.modes.length > 0) text += ` mode ${info.modes.join('-')}`;
    if (info.size !== 0) text += ` htable-size ${info.size}`;
    if (info.max !== 0) text += ` htable-max ${info.max}`;
    if (info.gcIntervalMs !== DEFAULT_GC_MS) text += ` htable-gcinterval ${info.gcIntervalMs}`;
    if (info.expireMs !== DEFAULT_EXPIRE_MS) text += ` htable-expire ${info.expireMs}`;
    return text + masks(info, (side, length) => ` ${side}mask ${length}`);
  },
  save(info) {
    let text = ` --hashlimit-${info.above ? 'above' : 'upto'} ${info.rate}/${info.unit} --hashlimit-burst ${info.burst}`;
    if (info.modes.length > 0) text += ` --hashlimit-mode ${info.modes.join(',')}`;
    text += ` --hashlimit-name ${info.list}`;
    if (info.size !== 0) text += ` --hashlimit-htable-size ${info.size}`;
    if (info.max !== 0) text += ` --hashlimit-htable-max ${info.max}`;
    if (info.gcIntervalMs !== DEFAULT_GC_MS) text += ` --hashlimit-htable-gcinterval ${info.gcIntervalMs}`;
    if (info.expireMs !== DEFAULT_EXPIRE_MS) text += ` --hashlimit-htable-expire ${info.expireMs}`;
    return text + masks(info, (side, length) => ` --hashlimit-${side}mask ${length}`);
  },
};

function whole({ family }: Header): number {
  return family === 'inet' ? 32 : 128;
}

function mask(length: number, { family }: Header): HashlimitMatch['sourceMask'] {
  return maskOfLength(length, family);
}

function masks(info: HashlimitMatch, show: (side: 'src' | 'dst', length: number) => string): string {
  let text = '';
  for (const [side, bits] of [
    ['src', info.sourceMask],
    ['dst', info.destinationMask],
  ] as const) {
    const length = maskLength(bits) ?? 0;
    if (length !== (typeof bits === 'number' ? 32 : 128)) text += show(side, length);
  }
  return text;
}
