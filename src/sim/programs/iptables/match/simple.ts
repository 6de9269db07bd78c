import { formatMac, parseMac } from '../../../base/mac-address.ts';
import type { CommentMatch, MacMatch, MarkMatch } from '../../../kernel/netfilter/match/simple.ts';
import { type Extension, hex, parseMarkMask, required } from '../extension.ts';
import { misuse } from '../problem.ts';
import { quote } from '../quote.ts';

export const comment: Extension<CommentMatch> = {
  name: 'comment',
  options: [{ names: ['comment'], arguments: 1 }],
  build: (given) => ({ name: 'comment', comment: required('comment', given, 'comment').values[0] as string }),
  print: (info) => ` /* ${info.comment} */`,
  save: (info) => ` --comment ${quote(info.comment)}`,
};

export const mark: Extension<MarkMatch> = {
  name: 'mark',
  options: [{ names: ['mark'], arguments: 1 }],
  build(given) {
    const option = required('mark', given, 'mark');
    const parsed = parseMarkMask('mark', option);
    return { name: 'mark', mark: parsed.mark, mask: parsed.mask ?? 0xffffffff, invert: option.invert };
  },
  print: (info) => ` mark match${info.invert ? ' !' : ''} ${markText(info)}`,
  save: (info) => `${info.invert ? ' !' : ''} --mark ${markText(info)}`,
};

function markText(info: MarkMatch): string {
  return `${hex(info.mark)}${info.mask === 0xffffffff ? '' : `/${hex(info.mask)}`}`;
}

export const mac: Extension<MacMatch> = {
  name: 'mac',
  options: [{ names: ['mac-source'], arguments: 1 }],
  build(given) {
    const { values, invert } = required('mac', given, 'mac-source');
    const address = parseMac(values[0] as string);
    if (address === undefined) throw misuse('Invalid MAC address specified.');
    return { name: 'mac', address, invert };
  },
  print: ({ address, invert }) => ` MAC${invert ? ' !' : ''} ${formatMac(address)}`,
  save: ({ address, invert }) => `${invert ? ' !' : ''} --mac-source ${formatMac(address)}`,
};
