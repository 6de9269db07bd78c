// `%`, str.format and format(): https://docs.python.org/3.11/library/string.html#format-specification-mini-language.

import { Dict, Float, raise, repr, str, Tuple, typeName, type Value } from './values.ts';

function numberOf(value: Value): number | undefined {
  return value instanceof Float ? value.value : typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : undefined;
}

/** `'%s and %d' % (…)`. */
export function percentFormat(template: string, right: Value): string {
  const args = right instanceof Tuple ? [...right.items] : [right];
  const text = template.replace(/%(?:\((\w+)\))?([-0+ ]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g, (_, key, flags, width, precision, letter) => {
    if (letter === '%') return '%';
    const value = key === undefined ? args.shift() : right instanceof Dict ? right.entries.get(key) : undefined;
    if (value === undefined)
      return key === undefined ? raise('TypeError', 'not enough arguments for format string') : raise('KeyError', repr(key));
    const made = percentValue(letter, value, precision);
    if (flags.includes('-')) return made.padEnd(Number(width));
    return made.padStart(Number(width), flags.includes('0') && letter !== 's' ? '0' : ' ');
  });
  if (right instanceof Tuple && args.length > 0) raise('TypeError', 'not all arguments converted during string formatting');
  return text;
}

function percentValue(letter: string, value: Value, precision: string | undefined): string {
  if (letter === 's') return str(value);
  if (letter === 'r') return repr(value);
  const number = numberOf(value);
  if (number === undefined) return raise('TypeError', `%${letter} format: a real number is required, not ${typeName(value)}`);
  if (letter === 'f') return number.toFixed(Number(precision ?? 6));
  if (letter === 'x') return Math.trunc(number).toString(16);
  return letter === 'd' || letter === 'i' ? String(Math.trunc(number)) : raise('ValueError', `unsupported format character '${letter}'`);
}

/** `'{} {name:>5}'.format(…)`. */
export function braceFormat(template: string, args: readonly Value[], named: ReadonlyMap<string, Value>): string {
  let next = 0;
  return template.replace(/\{\{|\}\}|\{(\w*)(?:!([rs]))?(?::([^}]*))?\}/g, (all, field: string | undefined, conversion, spec) => {
    if (all === '{{' || all === '}}') return all.charAt(0);
    const value = field === '' || field === undefined ? args[next++] : /^\d+$/.test(field) ? args[Number(field)] : named.get(field);
    if (value === undefined) {
      return field !== undefined && field !== '' && !/^\d+$/.test(field)
        ? raise('KeyError', repr(field))
        : raise('IndexError', 'Replacement index out of range for positional args tuple');
    }
    return formatValue(conversion === 'r' ? repr(value) : value, spec ?? '');
  });
}

/** A value by a format specification. */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return str(value);
  const match = /^(?:(.)?([<>^=]))?([+ -]?)(0?)(\d*)(,?)(?:\.(\d+))?([a-zA-Z%]?)$/.exec(spec);
  if (!match) return raise('ValueError', `Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign = '', zero = '', width = '', comma = '', precision, type = ''] = match;
  const number = numberOf(value);
  let text: string;
  if (number === undefined || typeof value === 'boolean') {
    if (type !== '' && type !== 's') return raise('ValueError', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
    text = precision === undefined ? str(value) : str(value).slice(0, Number(precision));
  } else {
    const digits = numberText(Math.abs(number), type, precision, value);
    const grouped = comma === '' ? digits : digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
    text = (number < 0 ? '-' : sign === '+' ? '+' : sign === ' ' ? ' ' : '') + grouped;
  }
  const padding = fill ?? (zero === '0' ? '0' : ' ');
  const missing = Math.max(0, Number(width) - text.length);
  const side = align ?? (number === undefined ? '<' : '>');
  if (zero === '0' && align === undefined && /^[-+]/.test(text)) return text[0] + padding.repeat(missing) + text.slice(1);
  if (side === '^') return padding.repeat(Math.floor(missing / 2)) + text + padding.repeat(Math.ceil(missing / 2));
  return side === '<' ? text + padding.repeat(missing) : padding.repeat(missing) + text;
}

function numberText(number: number, type: string, precision: string | undefined, value: Value): string {
  if (type === 'f' || type === 'F' || (type === '' && precision !== undefined)) return number.toFixed(Number(precision ?? 6));
  if (type === '%') return `${(number * 100).toFixed(Number(precision ?? 6))}%`;
  if (type === 'x' || type === 'b' || type === 'o') return Math.trunc(number).toString({ x: 16, b: 2, o: 8 }[type]);
  return value instanceof Float ? repr(new Float(number)) : String(number);
}
