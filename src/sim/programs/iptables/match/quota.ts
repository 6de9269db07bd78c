import type { QuotaMatch } from '../../../kernel/netfilter/match/quota.ts';
import { type Extension, integer, not, required } from '../extension.ts';

export const quota: Extension<QuotaMatch> = {
  name: 'quota',
  options: [{ names: ['quota'], arguments: 1, invert: true, required: true }],
  build(given) {
    const { values, invert } = required('quota', given, 'quota');
    return { name: 'quota', bytes: integer('quota', 'quota', values[0] as string, Number.MAX_SAFE_INTEGER), invert };
  },
  print: ({ bytes, invert }) => `${not(invert)} quota: ${bytes} bytes`,
  save: ({ bytes, invert }) => `${not(invert)} --quota ${bytes}`,
  translate: ({ bytes, invert }) => `quota ${invert ? 'over ' : ''}${bytes} bytes`,
};
