import type { DscpTarget, TosTarget, TtlTarget } from '../../../kernel/netfilter/target/header.ts';
import { dscpOfClass, parseTos, tosName } from '../dscp.ts';
import { type Extension, hex, integer, type OptionSpec, oneOf, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

const WORDS = { set: 'set to', dec: 'decrement by', inc: 'increment by' } as const;

function ttlTargetExtension(name: TtlTarget['name']): Extension<TtlTarget> {
  const modes = ['set', 'dec', 'inc'] as const;
  const prefix = name.toLowerCase();
  return {
    name,
    options: oneOf(...modes.map((mode): OptionSpec => ({ names: [`${prefix}-${mode}`], arguments: 1 }))),
    build(given) {
      const [one] = given;
      const mode = modes.find((known) => one?.option === `${prefix}-${known}`);
      const value = given.map(({ option, values: [text = ''] }) => integer(name, option, text, 255, option.endsWith('-set') ? 0 : 1))[0];
      if (mode === undefined || value === undefined) throw misuse(`${name}: You must specify an action`);
      return { name, mode, value };
    },
    print: ({ mode, value }) => ` ${name} ${WORDS[mode]} ${value}`,
    save: ({ mode, value }) => ` --${prefix}-${mode} ${value}`,
  };
}

export const ttlTarget = ttlTargetExtension('TTL');
export const hlTarget = ttlTargetExtension('HL');

export const tosTarget: Extension<TosTarget> = {
  name: 'TOS',
  options: oneOf(...['set-tos', 'and-tos', 'or-tos', 'xor-tos'].map((option): OptionSpec => ({ names: [option], arguments: 1 }))),
  build(given) {
    const [one] = given;
    if (one === undefined) throw misuse('TOS: An action is required');
    const [word = ''] = one.values;
    if (one.option === 'set-tos') return { name: 'TOS', ...parseTos(word, 0xff) };
    const bits = integer('TOS', one.option, word, 255);
    if (one.option === 'and-tos') return { name: 'TOS', value: 0, mask: ~bits & 0xff };
    return { name: 'TOS', value: bits, mask: one.option === 'or-tos' ? bits : 0 };
  },
  print({ value, mask }, _names, numeric) {
    const symbol = numeric ? undefined : tosName(value, mask);
    if (symbol !== undefined) return `  TOS set${symbol}`;
    if (mask === 0xff || (numeric && mask === 0x3f)) return ` TOS set ${hex(value, 2)}/${hex(mask, 2)}`;
    if (numeric) return ` TOS set ${hex(value, 2)}/${hex(mask, 2)}`;
    if (value === 0) return ` TOS and ${hex(~mask & 0xff, 2)}`;
    if (value === mask) return ` TOS or ${hex(value, 2)}`;
    return mask === 0 ? ` TOS xor ${hex(value, 2)}` : ` TOS set ${hex(value, 2)}/${hex(mask, 2)}`;
  },
  save: ({ value, mask }) => ` --set-tos ${hex(value, 2)}/${hex(mask, 2)}`,
  // It names IPv6 for both, and moves the byte's bits by two.
  translate({ value, mask }) {
    const dscp = value >> 2;
    const bits = mask >> 2;
    if (mask === 0xff || mask === 0x3f) return `ip6 dscp set ${hex(dscp, 2)}`;
    if (value === 0) return `ip6 dscp set ip6 dscp and ${hex(~bits & 0x3f, 2)}`;
    if (value === mask) return `ip6 dscp set ip6 dscp or ${hex(dscp, 2)}`;
    return mask === 0 ? `ip6 dscp set ip6 dscp xor ${hex(dscp, 2)}` : undefined;
  },
};

export const dscpTarget: Extension<DscpTarget> = {
  name: 'DSCP',
  options: oneOf({ names: ['set-dscp'], arguments: 1 }, { names: ['set-dscp-class'], arguments: 1 }),
  build(given) {
    const number = valueGiven(given, 'set-dscp');
    const word = valueGiven(given, 'set-dscp-class');
    const dscp = number === undefined ? undefined : integer('DSCP', 'set-dscp', number, 63);
    const ofClass = word === undefined ? undefined : dscpOfClass(word);
    const chosen = dscp ?? ofClass;
    if (chosen === undefined) throw misuse('DSCP target: Parameter --set-dscp is required');
    return { name: 'DSCP', dscp: chosen };
  },
  print: ({ dscp }) => ` DSCP set ${hex(dscp, 2)}`,
  save: ({ dscp }) => ` --set-dscp ${hex(dscp, 2)}`,
  translate: ({ dscp }, _protocol, family) => `${family === 'inet' ? 'ip' : 'ip6'} dscp set ${hex(dscp, 2)}`,
};
