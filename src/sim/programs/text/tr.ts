import { isError } from '../../base/result.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { parseTrSet, type TrSet } from './tr-set.ts';

const TABLE = {
  short: 'cCdst',
  long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
  stopAtOperand: true,
};

export const tr = command('tr', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... SET1 [SET2]' });
  const has = (letters: string): boolean => options.some(({ flag }) => letters.includes(flag));
  const [complement, del, squeeze, truncate] = [has('cC'), has('d'), has('s'), has('t')];
  const translate = !del && operands.length > 1;
  const needed = del === squeeze ? 2 : 1;
  if (operands.length < (del || squeeze ? needed : 2)) {
    if (operands.length === 0) return yield* c.misuse('missing operand');
    yield* c.complain(`missing operand after ‘${operands.at(-1)}’`);
    const how = squeeze ? 'when both deleting and squeezing repeats' : 'when translating';
    yield* c.error(`Two strings must be given ${how}.\nTry '${c.name} --help' for more information.\n`);
    return 1;
  }
  if (operands.length > (del && !squeeze ? 1 : 2)) {
    const extra = operands[del && !squeeze ? 1 : 2] as string;
    yield* c.complain(`extra operand ‘${extra}’`);
    if (operands.length === 2) yield* c.error('Only one string may be given when deleting without squeezing repeats.\n');
    yield* c.error(`Try '${c.name} --help' for more information.\n`);
    return 1;
  }
  const sets: TrSet[] = [];
  for (const operand of operands) {
    const set = parseTrSet([...encodeText(operand)]);
    if (typeof set === 'string') return yield* c.die(1, set);
    sets.push(set);
  }
  const [first, second] = sets as [TrSet, TrSet | undefined];
  if (first.repeat !== undefined) return yield* c.die(1, 'the [c*] repeat construct may not appear in string1');
  const from = complement ? Array.from({ length: 256 }, (_, b) => b).filter((b) => !first.bytes.includes(b)) : first.bytes;
  const map = new Uint8Array(256).map((_, b) => b);
  if (translate && second !== undefined) {
    if (second.bytes.length === 0 && second.repeat === undefined) {
      return yield* c.die(1, 'when not truncating set1, string2 must be non-empty');
    }
    const to = filled(second, from.length, truncate);
    for (const [i, byte] of from.entries()) if (i < to.length) map[byte] = to[i] as number;
  }
  const deleted = new Set(del ? from : []);
  const squeezed = new Set(squeeze ? (second === undefined ? from : second.bytes) : []);
  let last = -1;
  for (;;) {
    const data = yield* c.p.read(0);
    if (isError(data)) return yield* c.die(1, `read error: ${reason(data)}`);
    if (data.length === 0) return 0;
    const out = new Uint8Array(data.length);
    let n = 0;
    for (const byte of data) {
      if (deleted.has(byte)) continue;
      const mapped = map[byte] as number;
      if (mapped === last && squeezed.has(mapped)) continue;
      out[n++] = mapped;
      last = mapped;
    }
    yield* c.bytes(out.subarray(0, n));
  }
});

/** The second set as long as the first: filled where it says `[x*]`, else with its last byte. */
function filled(set: TrSet, length: number, truncate: boolean): number[] {
  const to = [...set.bytes];
  if (set.repeat !== undefined) {
    const missing = Math.max(0, length - to.length);
    to.splice(set.repeat.at, 0, ...new Array<number>(missing).fill(set.repeat.byte));
  }
  if (!truncate) while (to.length < length) to.push(to.at(-1) as number);
  return to;
}
