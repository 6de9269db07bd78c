// What is sent along: -d in its forms, and multipart forms (src/tool_getparam.c, src/tool_formparse.c).

import { concat, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, Exit } from '../lib/command.ts';

/** The bytes that an argument of -d, --data-binary… stands for; `@file` is a file's contents where the option has that. */
export function* readPostData(c: Command, value: string, kind: 'ascii' | 'raw' | 'binary' | 'urlencode' | 'json'): Sys<Uint8Array> {
  if (kind === 'urlencode') return yield* encodedData(c, value);
  if (kind === 'raw' || !value.startsWith('@')) return encodeText(value);
  const contents = yield* fileOrInput(c, value.slice(1));
  return kind === 'ascii' ? contents.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0) : contents;
}

/** A file that cannot be read counts as empty, with a warning. */
function* fileOrInput(c: Command, name: string): Sys<Uint8Array> {
  const contents = name === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, name);
  if (!isError(contents)) return contents;
  if (!c.args.some((arg) => arg === '--silent' || /^-[a-zA-Z]*s/.test(arg))) {
    yield* c.error(`Warning: Couldn't read data from file "${name}", this makes an empty POST.\n`);
  }
  return new Uint8Array(0);
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`. */
function* encodedData(c: Command, value: string): Sys<Uint8Array> {
  const at = value.search(/[=@]/);
  if (at < 0) return utf8(urlEncode(value));
  const name = value.slice(0, at);
  const rest = value.slice(at + 1);
  const content = value[at] === '@' ? decodeText(yield* fileOrInput(c, rest)) : rest;
  return utf8(`${name === '' ? '' : `${name}=`}${urlEncode(content)}`);
}

/** As a form has it: a space is a plus. */
export function urlEncode(content: string): string {
  let out = '';
  for (const byte of encodeText(content)) {
    const c = String.fromCharCode(byte);
    if (/[A-Za-z0-9._~-]/.test(c)) out += c;
    else out += c === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

const TYPES: readonly (readonly [extension: string, type: string])[] = [
  ['.gif', 'image/gif'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.txt', 'text/plain'],
  ['.htm', 'text/html'],
  ['.html', 'text/html'],
  ['.pdf', 'application/pdf'],
  ['.xml', 'application/xml'],
];

/** multipart/form-data (RFC 7578) of -F's `name=value`, `name=@file` and `name=<file`, with `;type=` and `;filename=`. */
export function* multipart(c: Command, fields: readonly string[], boundary: string): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const field of fields) {
    const equals = field.indexOf('=');
    const name = field.slice(0, equals);
    const [content = '', ...attributes] = field.slice(equals + 1).split(';');
    const attribute = (key: string): string | undefined => attributes.find((a) => a.startsWith(`${key}=`))?.slice(key.length + 1);
    const isFile = content.startsWith('@');
    let type = attribute('type');
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    let data: Uint8Array;
    if (isFile || content.startsWith('<')) {
      const path = content.slice(1);
      const contents = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
      if (isError(contents)) {
        yield* c.error('curl: (26) Failed to open/read local data from file/application\n');
        throw new Exit(26);
      }
      data = contents;
      if (isFile) {
        const base = attribute('filename') ?? path.slice(path.lastIndexOf('/') + 1);
        head += `; filename="${base}"`;
        type ??= TYPES.find(([extension]) => base.toLowerCase().endsWith(extension))?.[1] ?? 'application/octet-stream';
      }
    } else data = encodeText(attributes.length > 0 && type === undefined ? field.slice(equals + 1) : content);
    parts.push(utf8(`${head}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`), data, utf8('\r\n'));
  }
  return concat(...parts, utf8(`--${boundary}--\r\n`));
}
