// -x, -X and -A: print-ascii.c of tcpdump.

const ROW = 16;

/** Rows of eight words, with -X the characters beside them. */
export function hexDump(b: Uint8Array, characters: boolean): string {
  let out = '';
  for (let row = 0; row < b.length; row += ROW) {
    let words = '';
    let text = '';
    for (let i = row; i < Math.min(row + ROW, b.length); i++) {
      const byte = b[i] as number;
      words += `${(i - row) % 2 === 0 ? ' ' : ''}${byte.toString(16).padStart(2, '0')}`;
      text += isGraph(byte) ? String.fromCharCode(byte) : '.';
    }
    out += `\n\t0x${row.toString(16).padStart(4, '0')}: ${characters ? `${words.padEnd(40)}  ${text}` : words}`;
  }
  return out;
}

/** The packet as text; a carriage return that ends a line is left out. */
export function asciiDump(b: Uint8Array): string {
  let out = '\n';
  for (let i = 0; i < b.length; i++) {
    const byte = b[i] as number;
    if (byte === 0x0d) {
      if (i + 1 < b.length && b[i + 1] !== 0x0a) out += '.';
    } else out += isGraph(byte) || byte === 9 || byte === 0x20 || byte === 0x0a ? String.fromCharCode(byte) : '.';
  }
  return out;
}

function isGraph(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}
