import { formatOne } from '../lib/printf.ts';

/** Input that looks like a number: it compares as one, and is shown as it was written. */
export class StrNum {
  readonly text: string;
  readonly number: number;
  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}

/** A value of a variable; undefined: never set, which is both '' and 0. */
export type Value = string | number | StrNum | undefined;

const NUMBER = /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/;
const WHOLE_NUMBER = /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\n\r\f\v]*$/;

/** A field or other input as a value. */
export function input(text: string): Value {
  return WHOLE_NUMBER.test(text) ? new StrNum(text, Number(text)) : text;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  if (value instanceof StrNum) return value.number;
  const m = NUMBER.exec(value);
  return m ? Number(m[0]) : 0;
}

/** As text: whole numbers as such, others by CONVFMT or OFMT. */
export function toText(value: Value, format: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (value instanceof StrNum) return value.text;
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
  if (Number.isNaN(value)) return Object.is(value, -Number.NaN) ? '-nan' : 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isInteger(value)) return BigInt(value).toString();
  const m = /^%([-+ #0]*)(\d*)(?:\.(\d+))?([a-zA-Z])$/.exec(format);
  return m ? formatOne(m[4] as string, m[1] as string, Number(m[2]), m[3] === undefined ? undefined : Number(m[3]), value) : String(value);
}

export function toBoolean(value: Value): boolean {
  if (value === undefined) return false;
  if (value instanceof StrNum) return value.number !== 0;
  return typeof value === 'number' ? value !== 0 : value !== '';
}

/** Compares as numbers where both are or look like it, else as text. */
export function compareValues(a: Value, b: Value, format: string): number {
  if (typeof a !== 'string' && typeof b !== 'string') {
    const [x, y] = [toNumber(a), toNumber(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [toText(a, format), toText(b, format)];
  return x < y ? -1 : x > y ? 1 : 0;
}
