import { formatMac, parseMac } from '../../../base/mac-address.ts';
import type { CommentMatch, CpuMatch, MacMatch, MarkMatch } from '../../../kernel/netfilter/match/simple.ts';
import { type Extension, hex, integer, nftNot, not, parseMarkMask, required, text } from '../extension.ts';
import { misuse } from '../problem.ts';
import { quote } from '../quote.ts';

/** A longer one is cut (XT_MAX_COMMENT_LEN). */
const LONGEST_COMMENT = 255;

export const comment: Extension<CommentMatch> = {
  name: 'comment',
  options: [{ names: ['comment'], arguments: 1, required: true }],
  build: (given) => ({ name: 'comment', comment: text(required('comment', given, 'comment').values[0] as string, LONGEST_COMMENT) }),
  print: (info) => ` /* ${info.comment} */`,
  save: (info) => ` --comment ${quote(info.comment)}`,
  // nft shows comments behind a rule; iptables' own are none of those to it.
  translate: () => '',
};

export const mark: Extension<MarkMatch> = {
  name: 'mark',
  options: [{ names: ['mark'], arguments: 1, invert: true, required: true }],
  build(given) {
    const option = required('mark', given, 'mark');
    const parsed = parseMarkMask('mark', option);
    return { name: 'mark', mark: parsed.mark, mask: parsed.mask ?? 0xffffffff, invert: option.invert };
  },
  print: (info) => ` mark match${info.invert ? ' !' : ''} ${markText(info)}`,
  save: (info) => `${info.invert ? ' !' : ''} --mark ${markText(info)}`,
  translate({ mark, mask, invert }) {
    if (mask === 0xffffffff) return `meta mark ${nftNot(invert)}${hex(mark, 8)}`;
    return `meta mark & ${hex(mask, 8)} ${invert ? '!=' : '=='} ${hex(mark, 8)}`;
  },
};

function markText(info: MarkMatch): string {
  return `${hex(info.mark)}${info.mask === 0xffffffff ? '' : `/${hex(info.mask)}`}`;
}

export const cpu: Extension<CpuMatch> = {
  name: 'cpu',
  options: [{ names: ['cpu'], arguments: 1, invert: true, required: true }],
  build(given) {
    const { values, invert } = required('cpu', given, 'cpu');
    return { name: 'cpu', cpu: integer('cpu', 'cpu', values[0] as string, 0xffffffff), invert };
  },
  print: ({ cpu: number, invert }) => ` cpu ${invert ? '! ' : ''}${number}`,
  save: ({ cpu: number, invert }) => `${not(invert)} --cpu ${number}`,
  translate: ({ cpu: number, invert }) => `cpu ${nftNot(invert)}${number}`,
};

export const mac: Extension<MacMatch> = {
  name: 'mac',
  options: [{ names: ['mac-source'], arguments: 1, invert: true, required: true }],
  build(given) {
    const { values, invert } = required('mac', given, 'mac-source');
    const address = parseMac(values[0] as string);
    if (address === undefined) throw misuse('Invalid MAC address specified.');
    return { name: 'mac', address, invert };
  },
  print: ({ address, invert }) => ` MAC${invert ? ' !' : ''} ${formatMac(address)}`,
  save: ({ address, invert }) => `${invert ? ' !' : ''} --mac-source ${formatMac(address)}`,
  translate: ({ address, invert }) => `ether saddr ${nftNot(invert)}${formatMac(address)}`,
};
