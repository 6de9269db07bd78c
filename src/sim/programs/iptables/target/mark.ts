import type { MarkTarget } from '../../../kernel/netfilter/target/target.ts';
import { type Extension, hex, once, parseMarkMask } from '../extension.ts';
import { misuse } from '../problem.ts';

const ALL = 0xffffffff;

export const markTarget: Extension<MarkTarget> = {
  name: 'MARK',
  options: ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'].map((name) => ({ names: [name], arguments: 1 })),
  build(given) {
    const [one, second] = given;
    if (one === undefined) throw misuse('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
    if (second !== undefined) {
      once('MARK', given, one.option);
      throw misuse(`MARK: option "--${second.option}" cannot be used together with "--${one.option}".\n`);
    }
    const { mark, mask } = parseMarkMask('MARK', one);
    switch (one.option) {
      case 'set-xmark':
        return { name: 'MARK', mark, mask: mask ?? ALL };
      case 'set-mark':
        return { name: 'MARK', mark, mask: (mark | (mask ?? ALL)) >>> 0 };
      case 'and-mark':
        return { name: 'MARK', mark: 0, mask: ~mark >>> 0 };
      case 'or-mark':
        return { name: 'MARK', mark, mask: mark };
      default:
        return { name: 'MARK', mark, mask: 0 };
    }
  },
  print({ mark, mask }) {
    if (mark === 0) return ` MARK and ${hex(~mask >>> 0)}`;
    if (mark === mask) return ` MARK or ${hex(mark)}`;
    if (mask === 0) return ` MARK xor ${hex(mark)}`;
    if (mask === ALL) return ` MARK set ${hex(mark)}`;
    return ` MARK xset ${hex(mark)}/${hex(mask)}`;
  },
  save: ({ mark, mask }) => ` --set-xmark ${hex(mark)}/${hex(mask)}`,
};
