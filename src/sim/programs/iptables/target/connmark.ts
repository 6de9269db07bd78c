import type { ConnmarkTarget } from '../../../kernel/netfilter/target/ct.ts';
import { type Extension, type Given, hex, once, parseMarkMask } from '../extension.ts';
import { misuse } from '../problem.ts';

const ALL = 0xffffffff;
const OPERATIONS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark', 'save-mark', 'restore-mark'] as const;
const MASKS = ['nfmask', 'ctmask', 'mask'] as const;

export const connmarkTarget: Extension<ConnmarkTarget> = {
  name: 'CONNMARK',
  checksItself: true,
  options: [
    ...OPERATIONS.map((name) => ({
      names: [name],
      arguments: name === 'save-mark' || name === 'restore-mark' ? (0 as const) : (1 as const),
    })),
    ...MASKS.map((name) => ({ names: [name], arguments: 1 as const })),
  ],
  build(given) {
    const [operation, second] = given.filter(({ option }) => OPERATIONS.some((name) => name === option));
    if (operation === undefined) throw misuse('CONNMARK target: No operation specified');
    if (second !== undefined) {
      once('CONNMARK', given, operation.option);
      const [later, earlier] = inTable(operation, second);
      throw misuse(`CONNMARK: option "--${later}" cannot be used together with "--${earlier}".\n`);
    }
    const mask = maskOf(given, 'mask');
    if (operation.option === 'save-mark' || operation.option === 'restore-mark') {
      const masks = { ctMask: mask ?? maskOf(given, 'ctmask') ?? ALL, nfMask: mask ?? maskOf(given, 'nfmask') ?? ALL };
      return { name: 'CONNMARK', mode: operation.option === 'save-mark' ? 'save' : 'restore', ...masks };
    }
    return { name: 'CONNMARK', mode: 'set', ...change(operation, mask) };
  },
  print(target) {
    if (target.mode !== 'set') return ` CONNMARK ${target.mode}${masksText(target)}`;
    const { mark, mask } = target;
    if (mark === 0) return ` CONNMARK and ${hex(~mask >>> 0)}`;
    if (mark === mask) return ` CONNMARK or ${hex(mark)}`;
    if (mask === 0) return ` CONNMARK xor ${hex(mark)}`;
    if (mask === ALL) return ` CONNMARK set ${hex(mark)}`;
    return ` CONNMARK xset ${hex(mark)}/${hex(mask)}`;
  },
  save(target) {
    if (target.mode === 'set') return ` --set-xmark ${hex(target.mark)}/${hex(target.mask)}`;
    return ` --${target.mode}-mark --nfmask ${hex(target.nfMask)} --ctmask ${hex(target.ctMask)}`;
  },
};

/** Of two operations that exclude each other, messages name the one first that comes later in the program's table. */
function inTable(a: Given, b: Given): readonly [string, string] {
  const at = (name: string): number => EXCLUSION_ORDER.indexOf(name);
  return at(a.option) < at(b.option) ? [a.option, b.option] : [b.option, a.option];
}
const EXCLUSION_ORDER: readonly string[] = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark', 'save-mark', 'restore-mark'];

function maskOf(given: readonly Given[], option: string): number | undefined {
  const one = once('CONNMARK', given, option);
  return one && parseMarkMask('CONNMARK', one).mark;
}

function change(operation: Given, ownMask: number | undefined): { readonly mark: number; readonly mask: number } {
  const { mark, mask } = parseMarkMask('CONNMARK', operation);
  switch (operation.option) {
    case 'set-xmark':
      return { mark, mask: mask ?? ownMask ?? ALL };
    case 'set-mark':
      return { mark, mask: (mark | (mask ?? ownMask ?? ALL)) >>> 0 };
    case 'and-mark':
      return { mark: 0, mask: ~mark >>> 0 };
    case 'or-mark':
      return { mark, mask: mark };
    default:
      return { mark, mask: 0 };
  }
}

function masksText({ mode, ctMask, nfMask }: Extract<ConnmarkTarget, { mode: 'save' | 'restore' }>): string {
  if (ctMask === nfMask) return ctMask === ALL ? '' : ` mask ${hex(ctMask)}`;
  return mode === 'save' ? ` nfmask ${hex(nfMask)} ctmask ~${hex(ctMask)}` : ` ctmask ${hex(ctMask)} nfmask ~${hex(nfMask)}`;
}
