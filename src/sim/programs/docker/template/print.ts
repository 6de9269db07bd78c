// Package fmt: Sprint, Sprintln and Sprintf of Go's values (fmt/print.go).

import { encodeText } from '../../../shell/bytes-of-text.ts';
import { type Flags, formatBool, formatFloat, formatInteger, formatString, NO_FLAGS, padText } from './print-basic.ts';
import { elemOf, entriesOf, type GoValue, isNil, isSigned, isUnsigned, itemsOf, type MaybeValue, sortedKeys } from './value.ts';

/** Where Go's heap begins; what is really there cannot be foreseen. */
const HEAP = 0xc0_0019_0000;
const OBJECT_SIZE = 0x180;

/** Prints values; one of these for a whole execution, so that a pointer looks the same each time. */
export class Printer {
  readonly #addresses = new Map<unknown, number>();

  /** fmt.Sprint: spaces only between operands that are both no strings. */
  sprint(args: readonly MaybeValue[]): string {
    let out = '';
    let afterString = false;
    for (const [i, arg] of args.entries()) {
      const isString = held(arg)?.type.kind === 'string';
      if (i > 0 && !isString && !afterString) out += ' ';
      out += this.#argument(arg, 'v', NO_FLAGS);
      afterString = isString;
    }
    return out;
  }

  sprintln(args: readonly MaybeValue[]): string {
    return `${args.map((arg) => this.#argument(arg, 'v', NO_FLAGS)).join(' ')}\n`;
  }

  sprintf(format: string, args: readonly MaybeValue[]): string {
    let out = '';
    let next = 0;
    let reordered = false;
    let at = 0;
    while (at < format.length) {
      const percent = format.indexOf('%', at);
      if (percent < 0) return out + format.slice(at) + this.#extra(args, next, reordered);
      out += format.slice(at, percent);
      const directive = /[-+# 0]*/y;
      directive.lastIndex = percent + 1;
      const flags = readFlags(directive.exec(format)?.[0] ?? '');
      at = directive.lastIndex;
      let wrongIndex = false;
      const index = () => {
        if (format[at] !== '[') return false;
        const match = /^\[([^\]]*)\]/.exec(format.slice(at));
        if (match === null) {
          at++;
          wrongIndex = reordered = true;
          return false;
        }
        at += match[0].length;
        reordered = true;
        const n = /^\d+$/.test(match[1] as string) ? Number(match[1]) - 1 : -1;
        if (n >= 0 && n < args.length) next = n;
        else wrongIndex = true;
        return true;
      };
      const count = (): number | undefined => {
        if (format[at] === '*') {
          at++;
          const star = held(args[next++]);
          return typeof star?.data === 'number' ? star.data : undefined;
        }
        const digits = /^\d*/.exec(format.slice(at))?.[0] ?? '';
        at += digits.length;
        return digits === '' ? undefined : Number(digits);
      };
      let indexed = index();
      const star = format[at] === '*';
      const width = count();
      if (star && width === undefined) out += '%!(BADWIDTH)';
      const negative = width !== undefined && width < 0;
      let shape: Flags = { ...flags, width: width === undefined ? undefined : Math.abs(width) };
      if (negative) shape = { ...shape, minus: true, zero: false };
      if (star || width !== undefined) indexed = false;
      if (format[at] === '.') {
        at++;
        if (indexed) wrongIndex = true;
        indexed = index();
        const precisionStar = format[at] === '*';
        const precision = count();
        if (precisionStar && (precision === undefined || precision < 0)) out += '%!(BADPREC)';
        else shape = { ...shape, precision: precision ?? 0 };
      }
      if (!indexed) index();
      const code = format.codePointAt(at);
      if (code === undefined) {
        out += '%!(NOVERB)';
        break;
      }
      const verb = String.fromCodePoint(code);
      at += verb.length;
      if (verb === '%') out += '%';
      else if (wrongIndex) out += `%!${verb}(BADINDEX)`;
      else if (next >= args.length) out += `%!${verb}(MISSING)`;
      else out += this.#argument(args[next++], verb, verb === 'v' ? verbose(shape) : shape);
    }
    return out + this.#extra(args, next, reordered);
  }

  #extra(args: readonly MaybeValue[], next: number, reordered: boolean): string {
    if (reordered || next >= args.length) return '';
    const rest = args.slice(next).map((arg) => {
      const value = held(arg);
      return value === undefined ? '<nil>' : `${value.type.name}=${this.#argument(value, 'v', NO_FLAGS)}`;
    });
    return `%!(EXTRA ${rest.join(', ')})`;
  }

  #argument(arg: MaybeValue, verb: string, flags: Flags): string {
    const value = held(arg);
    if (verb === 'T') return formatString(value?.type.name ?? '<nil>', 's', flags) ?? '';
    if (value === undefined) return verb === 'v' ? padText('<nil>', flags) : `%!${verb}(<nil>)`;
    return this.#value(value, verb, flags, 0);
  }

  #value(value: GoValue, verb: string, flags: Flags, depth: number): string {
    return this.#attempt(value, verb, flags, depth) ?? `%!${verb}(${value.type.name}=${this.#value(value, 'v', NO_FLAGS, depth)})`;
  }

  /** Undefined: there is no such verb for this value. */
  #attempt(value: GoValue, verb: string, flags: Flags, depth: number): string | undefined {
    const { kind, text } = value.type;
    if (text !== undefined && 'vsxXq'.includes(verb) && !flags.sharpV)
      return formatString(text(value.data), verb === 'v' ? 's' : verb, flags);
    if (isSigned(kind) || isUnsigned(kind)) return formatInteger(value.data as number, isSigned(kind), verb, flags);
    switch (kind) {
      case 'bool':
        return formatBool(value.data as boolean, verb, flags);
      case 'float64':
        return formatFloat(value.data as number, verb, flags);
      case 'complex128': {
        const parts = itemsOf(value).map((part) => part.data as number);
        return `(${formatFloat(parts[0] as number, verb, flags)}${formatFloat(parts[1] as number, verb, { ...flags, plus: true })}i)`;
      }
      case 'string':
        return formatString(value.data as string, verb, flags);
      case 'map':
        return this.#map(value, verb, flags, depth);
      case 'struct':
        return this.#struct(value, verb, flags, depth);
      case 'interface': {
        const inner = elemOf(value);
        if (inner !== undefined) return this.#value(inner, verb, flags, depth + 1);
        return flags.sharpV ? `${value.type.name}(nil)` : '<nil>';
      }
      case 'ptr':
        return this.#pointer(value, verb, flags, depth);
      default:
        return this.#list(value, verb, flags, depth);
    }
  }

  #map(value: GoValue, verb: string, flags: Flags, depth: number): string {
    if (flags.sharpV && isNil(value)) return `${value.type.name}(nil)`;
    const entries = sortedKeys(value).map((key) => {
      const name = this.#value({ type: value.type.key ?? value.type, data: key }, verb, flags, depth + 1);
      return `${name}:${this.#value(entriesOf(value).get(key) as GoValue, verb, flags, depth + 1)}`;
    });
    return flags.sharpV ? `${value.type.name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
  }

  #struct(value: GoValue, verb: string, flags: Flags, depth: number): string {
    const items = itemsOf(value).map((item, i) => {
      const text = this.#value(item, verb, flags, depth + 1);
      return flags.plusV || flags.sharpV ? `${value.type.fields?.[i]?.name}:${text}` : text;
    });
    return flags.sharpV ? `${value.type.name}{${items.join(', ')}}` : `{${items.join(' ')}}`;
  }

  #list(value: GoValue, verb: string, flags: Flags, depth: number): string {
    if (flags.sharpV && isNil(value)) return `${value.type.name}(nil)`;
    const items = itemsOf(value).map((item) => this.#value(item, verb, flags, depth + 1));
    return flags.sharpV ? `${value.type.name}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }

  #pointer(value: GoValue, verb: string, flags: Flags, depth: number): string | undefined {
    const inner = elemOf(value);
    if (depth === 0 && inner !== undefined && ['array', 'slice', 'struct', 'map'].includes(inner.type.kind))
      return `&${this.#value(inner, verb, flags, depth + 1)}`;
    const address = inner === undefined ? 0 : this.#address(inner);
    if (verb === 'v') {
      if (flags.sharpV) return `(${value.type.name})(${address === 0 ? 'nil' : `0x${address.toString(16)}`})`;
      return padText(address === 0 ? '<nil>' : `0x${address.toString(16)}`, flags);
    }
    if (verb === 'p') return padText(`0x${address.toString(16)}`, flags);
    return 'bodxX'.includes(verb) ? formatInteger(address, false, verb, flags) : undefined;
  }

  #address(target: GoValue): number {
    const known = this.#addresses.get(target);
    if (known !== undefined) return known;
    const address = HEAP + this.#addresses.size * OBJECT_SIZE;
    this.#addresses.set(target, address);
    return address;
  }
}

/** A value passed as interface{}: what an interface holds. */
function held(arg: MaybeValue): MaybeValue {
  return arg?.type.kind === 'interface' ? elemOf(arg) : arg;
}

function readFlags(written: string): Flags {
  const minus = written.includes('-');
  return {
    ...NO_FLAGS,
    minus,
    plus: written.includes('+'),
    sharp: written.includes('#'),
    space: written.includes(' '),
    zero: written.includes('0') && !minus,
  };
}

/** `%+v` and `%#v` are other formats, not signs and prefixes. */
function verbose(flags: Flags): Flags {
  return { ...flags, sharp: false, sharpV: flags.sharp, plus: false, plusV: flags.plus };
}

/** How many bytes a string has: Go's len. */
export function byteLength(s: string): number {
  return encodeText(s).length;
}
