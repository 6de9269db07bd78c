import type { Process, Sys } from '../../../machine/process.ts';
import { formatValue } from './format.ts';
import { Bytes, Dict, ERRORS, Float, isTrue, itemsOf, List, Native, raise, repr, str, Tuple, typeName, type Value } from './values.ts';

/** The functions that a program has without importing anything; print writes to standard output. */
export function builtins(p: Process): ReadonlyMap<string, Value> {
  const functions: Native[] = [
    new Native('print', function* (args, named): Sys<Value> {
      const text = args.map(str).join(str(named.get('sep') ?? ' ')) + str(named.get('end') ?? '\n');
      yield* p.print(text);
      return null;
    }),
    ...PURE,
  ];
  return new Map<string, Value>([...functions.map((each) => [each.name, each] as const), ...ERRORS, ['__name__', '__main__']]);
}

const PURE: readonly Native[] = [
  Native.of('str', ([value = '']) => str(value)),
  Native.of('repr', ([value = null]) => repr(value)),
  Native.of('int', ([value = 0]) => toInteger(value)),
  Native.of('float', ([value = 0]) => {
    const number = value instanceof Float ? value.value : Number(str(value));
    return Number.isNaN(number) ? raise('ValueError', `could not convert string to float: ${repr(value)}`) : new Float(number);
  }),
  Native.of('bool', ([value = null]) => isTrue(value)),
  Native.of('len', ([value = null]) => {
    if (value instanceof Bytes) return value.text.length;
    if (value === null || typeof value === 'number') return raise('TypeError', `object of type '${typeName(value)}' has no len()`);
    return itemsOf(value).length;
  }),
  Native.of('list', ([value]) => new List(value === undefined ? [] : [...itemsOf(value)])),
  Native.of('tuple', ([value]) => new Tuple(value === undefined ? [] : itemsOf(value))),
  Native.of('dict', (_args, named) => new Dict(named)),
  Native.of('range', (args) => {
    const [start, end] = args.length > 1 ? [Number(args[0]), Number(args[1])] : [0, Number(args[0])];
    const step = Number(args[2] ?? 1);
    return new List(Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, i) => start + i * step));
  }),
  Native.of('enumerate', ([value = null]) => new List(itemsOf(value).map((item, i) => new Tuple([i, item])))),
  Native.of(
    'sorted',
    ([value = null]) => new List([...itemsOf(value)].sort((a, b) => Number(a) - Number(b) || (str(a) < str(b) ? -1 : 1))),
  ),
  Native.of('sum', ([value = null]) => itemsOf(value).reduce<number>((sum, item) => sum + Number(str(item)), 0)),
  Native.of('abs', ([value = 0]) => (value instanceof Float ? new Float(Math.abs(value.value)) : Math.abs(Number(value)))),
  Native.of('format', ([value = null, spec = '']) => formatValue(value, str(spec))),
];

function toInteger(value: Value): Value {
  if (value instanceof Float) return Math.trunc(value.value);
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  const text = value instanceof Bytes ? value.text : value;
  if (typeof text !== 'string') {
    return raise('TypeError', `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`);
  }
  return /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : raise('ValueError', `invalid literal for int() with base 10: ${repr(value)}`);
}
