import type { ClassifyTarget, Target } from '../../../kernel/netfilter/target/target.ts';
import { type Extension, hex, required } from '../extension.ts';
import { misuse } from '../problem.ts';

export const traceTarget: Extension<Extract<Target, { readonly name: 'ACCEPT' | 'DROP' | 'RETURN' | 'TRACE' }>> = {
  name: 'TRACE',
  options: [],
  build: () => ({ name: 'TRACE' }),
  print: () => '',
  save: () => '',
  translate: () => 'meta nftrace set 1',
};

export const classifyTarget: Extension<ClassifyTarget> = {
  name: 'CLASSIFY',
  options: [{ names: ['set-class'], arguments: 1, required: true }],
  build(given) {
    const [text = ''] = required('CLASSIFY', given, 'set-class').values;
    const [, major = '', minor = ''] = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(text) ?? [];
    if (major === '') throw misuse(`Bad class value "${text}"`);
    return { name: 'CLASSIFY', major: Number.parseInt(major, 16), minor: Number.parseInt(minor, 16) };
  },
  print: ({ major, minor }) => ` CLASSIFY set ${major.toString(16)}:${minor.toString(16)}`,
  save: ({ major, minor }) => ` --set-class ${hex(major, 4).slice(2)}:${hex(minor, 4).slice(2)}`,
  translate({ major, minor }) {
    if (major === 0 && minor === 0) return 'meta priority set none';
    return `meta priority set ${major.toString(16)}:${minor.toString(16)}`;
  },
};
