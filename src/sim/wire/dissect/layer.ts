/** One field of a header: its name and value in words, and the bytes it stands in. */
export interface Field {
  name: string;
  value: string;
  /** From the start of the frame, in bytes. A field narrower than a byte names the bytes that hold it. */
  offset: number;
  length: number;
}

/** One header, or the payload at the end. */
export interface Layer {
  name: string;
  offset: number;
  /** Of the header, not of what it carries. */
  length: number;
  fields: Field[];
  /** Why the header cannot be read, or what is wrong with it. */
  malformed?: string;
}

/** The frame being taken apart, and the layers found so far. */
export class Dissection {
  readonly b: Uint8Array;
  readonly layers: Layer[] = [];
  #layer: Layer | undefined;

  constructor(b: Uint8Array) {
    this.b = b;
  }

  /** Begins a layer; the fields that follow belong to it. */
  begin(name: string, offset: number, length: number, malformed?: string): void {
    this.#layer = { name, offset, length: Math.max(0, Math.min(length, this.b.length - offset)), fields: [] };
    if (malformed !== undefined) this.#layer.malformed = malformed;
    this.layers.push(this.#layer);
  }

  field(name: string, value: string | number, offset: number, length: number): void {
    this.#layer?.fields.push({ name, value: String(value), offset, length });
  }

  /** The bytes that no protocol explains. */
  payload(offset: number, end: number): void {
    if (end <= offset) return;
    this.begin('Payload', offset, end - offset);
    this.field('Length', `${end - offset} bytes`, offset, end - offset);
  }
}

/** A value with its name behind it, as `0x0800 (IPv4)`. */
export function named(value: string | number, name: string | undefined): string {
  return name === undefined ? String(value) : `${value} (${name})`;
}

/** `0x` and `digits` hexadecimal digits. */
export function hexadecimal(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** The names of the flags that are set, or `none`. */
export function flagNames(value: number, names: readonly (readonly [number, string])[]): string {
  const set = names.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
  return set.length > 0 ? set.join(', ') : 'none';
}
