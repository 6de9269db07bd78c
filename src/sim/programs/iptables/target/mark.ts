import type { MarkTarget } from '../../../kernel/netfilter/target/target.ts';
import { type Extension, hex, type OptionSpec, oneOf, parseMarkMask } from '../extension.ts';
import { misuse } from '../problem.ts';

const ALL = 0xffffffff;

export const markTarget: Extension<MarkTarget> = {
  name: 'MARK',
  options: oneOf(
    ...['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'].map((name): OptionSpec => ({ names: [name], arguments: 1 })),
  ),
  build(given) {
    const [one] = given;
    const values = given.map((option) => parseMarkMask('MARK', option));
    if (one === undefined) throw misuse('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
    const { mark, mask } = values[0] as (typeof values)[number];
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
  translate({ mark, mask }) {
    if (mark === 0 && mask !== ALL) return `meta mark set mark and ${hex(~mask >>> 0)}`;
    if (mark === mask && mask !== ALL) return `meta mark set mark or ${hex(mark)}`;
    if (mask === 0) return `meta mark set mark xor ${hex(mark)}`;
    if (mask === ALL) return `meta mark set ${hex(mark)}`;
    return `meta mark set mark and ${hex(~mask >>> 0)} xor ${hex(mark)}`;
  },
};
