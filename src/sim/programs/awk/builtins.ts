import type { Sys } from '../../machine/process.ts';
import { strftime } from '../lib/date-text.ts';
import { formatPrintf, type PrintfValue } from '../lib/printf.ts';
import type { Expr, Target } from './ast.ts';
import type { Interpreter } from './interpreter.ts';
import { splitByRegex, splitFields } from './record.ts';
import { input, toNumber, type Value } from './value.ts';

/** A call of one of awk's own functions. */
export function* callBuiltin(awk: Interpreter, name: string, args: readonly Expr[]): Sys<Value> {
  const [a, b, third] = args;
  switch (name) {
    case 'length':
      if (a?.kind === 'variable' && awk.isArrayName(a.name)) return awk.array(a.name).size;
      return [...(yield* awk.string(a))].length;
    case 'substr':
      return yield* substr(awk, args);
    case 'index': {
      const text = yield* awk.string(a);
      return text.indexOf(yield* awk.string(b)) + 1;
    }
    case 'split':
      return yield* split(awk, args);
    case 'sub':
    case 'gsub':
      return yield* substitute(awk, a as Expr, b as Expr, third, name === 'gsub');
    case 'match': {
      const text = yield* awk.string(a);
      const m = (yield* awk.regex(b as Expr)).exec(text);
      awk.setVariable('RSTART', m ? m.index + 1 : 0);
      awk.setVariable('RLENGTH', m ? m[0].length : -1);
      return m ? m.index + 1 : 0;
    }
    case 'sprintf': {
      const format = yield* awk.string(a);
      const values: PrintfValue[] = [];
      for (const arg of args.slice(1)) {
        const value = yield* awk.eval(arg);
        values.push(typeof value === 'number' ? value : awk.textOf(value));
      }
      return formatPrintf(format, values, toNumber);
    }
    case 'tolower':
      return (yield* awk.string(a)).replace(/[A-Z]/g, (c) => c.toLowerCase());
    case 'toupper':
      return (yield* awk.string(a)).replace(/[a-z]/g, (c) => c.toUpperCase());
    case 'system':
      return yield* awk.streams.system(yield* awk.string(a));
    case 'close':
      return yield* awk.streams.close(yield* awk.string(a));
    case 'fflush':
      yield* awk.streams.flush();
      return 0;
    case 'systime':
      return Math.floor(awk.c.p.wallClockMs / 1000);
    case 'strftime': {
      const format = a === undefined ? '%c' : yield* awk.string(a);
      return strftime(format, b === undefined ? awk.c.p.wallClockMs : (yield* awk.number(b)) * 1000);
    }
    case 'mktime': {
      const [y = 1970, mo = 1, d = 1, h = 0, m = 0, s = 0] = (yield* awk.string(a)).trim().split(/\s+/).map(Number);
      return Date.UTC(y, mo - 1, d, h, m, s) / 1000;
    }
    case 'srand': {
      const old = awk.randomSeed;
      awk.randomSeed = a === undefined ? Math.floor(awk.c.p.wallClockMs / 1000) : yield* awk.number(a);
      return old;
    }
    case 'rand':
      return awk.c.p.machine.random.float();
    case 'atan2': {
      const y = yield* awk.number(a);
      return Math.atan2(y, yield* awk.number(b));
    }
  }
  const x = yield* awk.number(a);
  const functions: Readonly<Record<string, (n: number) => number>> = {
    sin: Math.sin,
    cos: Math.cos,
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    int: Math.trunc,
  };
  return functions[name]?.(x) ?? 0;
}

function* substr(awk: Interpreter, args: readonly Expr[]): Sys<string> {
  const text = [...(yield* awk.string(args[0]))];
  const start = roundHalfEven(yield* awk.number(args[1]));
  const length = args[2] === undefined ? Number.POSITIVE_INFINITY : Math.trunc(yield* awk.number(args[2]));
  const from = Math.max(start, 1);
  const to = Math.min(start + length, text.length + 1);
  return to > from ? text.slice(from - 1, to - 1).join('') : '';
}

function roundHalfEven(n: number): number {
  const r = Math.round(n);
  return Math.abs(n % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

function* split(awk: Interpreter, args: readonly Expr[]): Sys<number> {
  const [source, target, by] = args;
  const text = yield* awk.string(source);
  let parts: string[];
  if (by === undefined) parts = splitFields(text, awk.text('FS'));
  else if (by.kind === 'regex') parts = text === '' ? [] : splitByRegex(text, yield* awk.regex(by, true));
  else parts = splitFields(text, yield* awk.string(by));
  if (target?.kind !== 'variable') return 0;
  const array = awk.array(target.name);
  array.clear();
  for (const [i, part] of parts.entries()) array.set(String(i + 1), input(part));
  return parts.length;
}

function* substitute(awk: Interpreter, pattern: Expr, replacement: Expr, target: Expr | undefined, all: boolean): Sys<number> {
  const regex = yield* awk.regex(pattern, true);
  const template = yield* awk.string(replacement);
  const text = yield* awk.string(target);
  let count = 0;
  let out = '';
  let at = 0;
  let lastEnd = -1;
  for (const m of text.matchAll(new RegExp(regex.source, 'gu'))) {
    // An empty match right after a match is none.
    if (m[0] === '' && m.index === lastEnd) continue;
    out += text.slice(at, m.index) + fill(template, m[0]);
    at = m.index + m[0].length;
    lastEnd = at;
    count++;
    if (!all) break;
  }
  if (count === 0) return 0;
  const result = out + text.slice(at);
  if (target === undefined) awk.record.set(result);
  else if (target.kind === 'variable' || target.kind === 'index' || target.kind === 'field') yield* awk.assign(target as Target, result);
  return count;
}

/** `&` is what was matched, `\\&` an ampersand. */
function fill(template: string, match: string): string {
  return template.replace(/\\\\&|\\&|&/g, (token) => (token === '&' ? match : token === '\\&' ? '&' : `\\${match}`));
}
