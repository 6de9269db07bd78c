import type { TcpmssMatch } from '../../../kernel/netfilter/match/tcpmss.ts';
import { type Extension, integerRange, nftNot, not, rangeText, required } from '../extension.ts';
import { misuse } from '../problem.ts';

export const tcpmss: Extension<TcpmssMatch> = {
  name: 'tcpmss',
  options: [{ names: ['mss'], arguments: 1, invert: true, required: true }],
  build(given) {
    const range = integerRange('tcpmss', required('tcpmss', given, 'mss'), 0xffff);
    if (range.to < range.from) throw misuse('tcpmss: invalid range given');
    return { name: 'tcpmss', range };
  },
  print: ({ range }) => ` tcpmss match ${range.invert ? '!' : ''}${rangeText(range)}`,
  save: ({ range }) => `${not(range.invert)} --mss ${rangeText(range)}`,
  translate: ({ range }) => `tcp option maxseg size ${nftNot(range.invert)}${rangeText(range, '-')}`,
};
