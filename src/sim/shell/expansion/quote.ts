/** Writing values so that bash reads them back: printf %q, ${x@Q}, declare -p, set, alias; and reading $'…' and echo -e escapes. */

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;
const CONTROL = /[\x00-\x1f\x7f]/;

const ESCAPE_OF: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

/** $'…', used when there are control characters. */
export function ansiQuoted(value: string): string {
  let out = '';
  for (const c of value) {
    const code = c.charCodeAt(0);
    out += ESCAPE_OF[c] ?? (code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, '0')}` : c);
  }
  return `$'${out}'`;
}

/** '…', as ${x@Q} writes it. */
export function singleQuoted(value: string): string {
  if (CONTROL.test(value)) return ansiQuoted(value);
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Quotes only where needed, as trap -p, set and xtrace do: a plain word stays. */
export function quotedIfNeeded(value: string): string {
  if (value === '') return "''";
  if (CONTROL.test(value)) return ansiQuoted(value);
  if (/[\s'"\\|&;()<>!{}*[\]?^$`]/.test(value) || /^[#~]/.test(value) || /[=:]~/.test(value)) return singleQuoted(value);
  return value;
}

/** Backslashes before everything special, as printf %q writes. */
export function backslashQuoted(value: string): string {
  if (value === '') return "''";
  if (CONTROL.test(value)) return ansiQuoted(value);
  if (SAFE.test(value) && !value.startsWith('~')) return value;
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const c = value[i] as string;
    const special =
      ' \'"\\|&;()<>!{}*[]?^$`,'.includes(c) ||
      ((c === '#' || c === '~') && (i === 0 || (c === '~' && '=:'.includes(value[i - 1] as string))));
    out += special ? `\\${c}` : c;
  }
  return out;
}

/** "…", as declare -p and export -p write values. */
export function doubleQuoted(value: string): string {
  if (CONTROL.test(value)) return ansiQuoted(value);
  return `"${value.replace(/["\\$`]/g, '\\$&')}"`;
}

/** What {@link decodeEscapes} found: text, and whether \c ended it. */
export interface Unescaped {
  readonly text: string;
  readonly stopped: boolean;
}

/**
 * Backslash escapes. `echo` wants \0nnn for octal, `$'…'` and printf formats \nnn; `\'`, `\"` and `\?` only stand in `$'…'` and
 * formats, `\c` ends the output of echo and %b.
 */
export function decodeEscapes(value: string, style: 'echo' | 'ansi' | 'format' | 'b'): Unescaped {
  if (!value.includes('\\')) return { text: value, stopped: false };
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const c = value[i] as string;
    if (c !== '\\' || i + 1 >= value.length) {
      out += c;
      continue;
    }
    const e = value[++i] as string;
    const simple = 'abeEfnrtv\\'.indexOf(e);
    if (simple >= 0) out += '\x07\b\x1b\x1b\f\n\r\t\v\\'[simple];
    else if (e === 'c' && style === 'ansi') {
      const next = value[++i] ?? '';
      out += String.fromCharCode(next.toUpperCase().charCodeAt(0) & 0x1f);
    } else if (e === 'c' && style !== 'format') return { text: out, stopped: true };
    else if (e === 'x') {
      const digits = /^[0-9A-Fa-f]{1,2}/.exec(value.slice(i + 1, i + 3))?.[0];
      if (digits === undefined) out += '\\x';
      else {
        out += byte(Number.parseInt(digits, 16));
        i += digits.length;
      }
    } else if (e === 'u' || e === 'U') {
      const digits = /^[0-9A-Fa-f]+/.exec(value.slice(i + 1, i + (e === 'u' ? 5 : 9)))?.[0];
      if (digits === undefined) out += `\\${e}`;
      else {
        const point = Number.parseInt(digits, 16);
        out += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
        i += digits.length;
      }
    } else if (/[0-7]/.test(e) && (style !== 'echo' || e === '0')) {
      const from = style !== 'ansi' && style !== 'format' && e === '0' ? i + 1 : i;
      const digits = /^[0-7]{0,3}/.exec(value.slice(from, from + 3))?.[0] ?? '';
      out += byte(Number.parseInt(digits || '0', 8) & 0xff);
      i = from + digits.length - 1;
    } else if ((style === 'ansi' || style === 'format') && (e === '"' || e === "'" || e === '?')) out += e;
    else out += `\\${e}`;
  }
  return { text: out, stopped: false };
}

/** A single byte above 0x7f is no character: it is kept as a lone low surrogate and written as the byte (see bytes-of-text.ts). */
function byte(value: number): string {
  return value < 0x80 ? String.fromCharCode(value) : String.fromCharCode(0xdc00 + value);
}
