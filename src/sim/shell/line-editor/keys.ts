import { text as decode } from '../../base/utf8.ts';

/** What was typed: a character to insert, or a key by name (`C-a`, `M-b`, `Up`, `Paste`…). */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string };

const FINAL: Readonly<Record<string, string>> = { A: 'Up', B: 'Down', C: 'Right', D: 'Left', H: 'Home', F: 'End' };
const TILDE: Readonly<Record<string, string>> = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  7: 'Home',
  8: 'End',
};
const PASTE_END = '\x1b[201~';

/** Turns bytes into keys, one at a time; a sequence may come in pieces. */
export class KeyDecoder {
  private escape: string | undefined;
  private partial: number[] = [];
  private wanted = 0;
  private pasted: Uint8Array[] | undefined;

  /** Inside a bracketed paste: more may be read at once. */
  get pasting(): boolean {
    return this.pasted !== undefined;
  }

  /** In the middle of a sequence. */
  get incomplete(): boolean {
    return this.escape !== undefined || this.partial.length > 0;
  }

  /** Takes a part of a paste; answers the paste and the bytes after it once its end has come. */
  paste(bytes: Uint8Array): { readonly key: Key; readonly rest: Uint8Array } | undefined {
    const parts = this.pasted as Uint8Array[];
    const last = parts.at(-1);
    // The end may be split over two reads: look at it with what came before.
    const tail = last === undefined ? bytes : join([last.subarray(Math.max(0, last.length - PASTE_END.length)), bytes]);
    const at = indexOf(tail, PASTE_END);
    parts.push(bytes.slice());
    if (at < 0) return undefined;
    const all = join(parts);
    const end = all.length - (tail.length - at);
    this.pasted = undefined;
    const text = decode(all.subarray(0, end)).replace(/\r\n?/g, '\n');
    return { key: { kind: 'paste', text }, rest: all.slice(end + PASTE_END.length) };
  }

  /** Takes a byte; a key when one is complete. */
  push(byte: number): Key | undefined {
    if (this.escape !== undefined) return this.continueEscape(byte);
    if (this.wanted > 0 || byte >= 0x80) return this.continueCharacter(byte);
    if (byte === 0x1b) {
      this.escape = '';
      return undefined;
    }
    if (byte === 0x7f) return { kind: 'key', name: 'Backspace' };
    if (byte < 0x20) return { kind: 'key', name: controlName(byte) };
    return { kind: 'text', text: String.fromCharCode(byte) };
  }

  private continueCharacter(byte: number): Key | undefined {
    if (this.wanted === 0) {
      this.wanted = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
      this.partial = [byte];
      return this.wanted === 0 ? undefined : undefined;
    }
    this.partial.push(byte);
    if (--this.wanted > 0) return undefined;
    const text = decode(Uint8Array.from(this.partial));
    this.partial = [];
    return { kind: 'text', text };
  }

  private continueEscape(byte: number): Key | undefined {
    const sequence = (this.escape ?? '') + String.fromCharCode(byte);
    this.escape = undefined;
    if (sequence === '\x1b') {
      this.escape = '';
      return undefined;
    }
    if (sequence === '[' || sequence === 'O') {
      this.escape = sequence;
      return undefined;
    }
    if (sequence[0] === 'O') return { kind: 'key', name: FINAL[sequence[1] as string] ?? 'Unknown' };
    if (sequence[0] !== '[') {
      if (byte === 0x7f || byte === 0x08) return { kind: 'key', name: 'M-Backspace' };
      if (byte < 0x20) return { kind: 'key', name: `M-${controlName(byte)}` };
      return { kind: 'key', name: `M-${String.fromCharCode(byte)}` };
    }
    if (byte < 0x40 || byte > 0x7e) {
      if (sequence.length > 32) return { kind: 'key', name: 'Unknown' };
      this.escape = sequence;
      return undefined;
    }
    if (sequence === '[200~') {
      this.pasted = [];
      return undefined;
    }
    const match = /^\[(\d*)(?:;(\d+))?([~A-Za-z])$/.exec(sequence);
    if (match === null) return { kind: 'key', name: 'Unknown' };
    const [, number = '', modifier, final = ''] = match;
    const name = final === '~' ? TILDE[number] : FINAL[final];
    if (name === undefined) return { kind: 'key', name: 'Unknown' };
    const bits = Number(modifier ?? 1) - 1;
    return { kind: 'key', name: `${bits & 4 ? 'C-' : ''}${bits & 2 ? 'M-' : ''}${name}` };
  }
}

function controlName(byte: number): string {
  if (byte === 0x0d) return 'Enter';
  if (byte === 0x09) return 'Tab';
  if (byte === 0x08) return 'Backspace';
  if (byte === 0x1f) return 'C-_';
  return `C-${String.fromCharCode(byte + 0x40).toLowerCase()}`;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function indexOf(bytes: Uint8Array, sequence: string): number {
  for (let i = bytes.indexOf(0x1b); i >= 0; i = bytes.indexOf(0x1b, i + 1)) {
    let k = 0;
    while (k < sequence.length && bytes[i + k] === sequence.charCodeAt(k)) k++;
    if (k === sequence.length) return i;
  }
  return -1;
}
