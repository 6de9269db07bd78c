// RESP2, the protocol of Redis: https://redis.io/docs/reference/protocol-spec. Strings are bytes, a character each.

import { latin1, latin1Bytes } from '../../wire/http.ts';

/** An answer; a bulk or an array without contents is nil. */
export type Reply =
  | { readonly kind: 'status'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'bulk'; readonly text: string | undefined }
  | { readonly kind: 'array'; readonly items: readonly Reply[] | undefined };

export const OK: Reply = { kind: 'status', text: 'OK' };
export const NIL: Reply = { kind: 'bulk', text: undefined };

export const bulk = (text: string | undefined): Reply => ({ kind: 'bulk', text });
export const status = (text: string): Reply => ({ kind: 'status', text });
export const failure = (text: string): Reply => ({ kind: 'error', text });
export const integer = (value: number | bigint | boolean): Reply => ({ kind: 'integer', value: Number(value) });
export const array = (items: readonly Reply[]): Reply => ({ kind: 'array', items });
export const bulks = (texts: Iterable<string | undefined>): Reply => array(Array.from(texts, bulk));

/** An answer as the server sends it. */
export function encodeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.text === undefined ? '$-1\r\n' : `$${reply.text.length}\r\n${reply.text}\r\n`;
    case 'array':
      return reply.items === undefined ? '*-1\r\n' : `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

/** A command as a client sends it. */
export function encodeRequest(words: readonly string[]): Uint8Array {
  return latin1Bytes(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`);
}

/** Takes requests and answers out of a stream of bytes. */
export class RespReader {
  #pending = '';

  push(data: Uint8Array): void {
    this.#pending += latin1(data);
  }

  /** Bytes that wait for the rest of what they belong to. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** The next answer; undefined until it is whole. */
  reply(): Reply | undefined {
    const read = readReply(this.#pending, 0);
    if (read === undefined) return undefined;
    this.#pending = this.#pending.slice(read.end);
    return read.reply;
  }

  /** The next request's words, multibulk or inline; undefined until it is whole. What breaks the protocol is an error. */
  request(): readonly string[] | { readonly protocolError: string } | undefined {
    return this.#pending.startsWith('*') ? this.#multibulk() : this.#inline();
  }

  #inline(): readonly string[] | { readonly protocolError: string } | undefined {
    const end = this.#pending.indexOf('\n');
    if (end < 0) return this.#pending.length > 65_536 ? { protocolError: 'too big inline request' } : undefined;
    const line = this.#pending.slice(0, end).replace(/\r$/, '');
    this.#pending = this.#pending.slice(end + 1);
    return splitArguments(line) ?? { protocolError: 'unbalanced quotes in request' };
  }

  #multibulk(): readonly string[] | { readonly protocolError: string } | undefined {
    const text = this.#pending;
    const lineEnd = text.indexOf('\r\n');
    if (lineEnd < 0) return undefined;
    const count = text.slice(1, lineEnd);
    if (!/^-?\d+$/.test(count) || Number(count) > 1_048_576) return { protocolError: 'invalid multibulk length' };
    let at = lineEnd + 2;
    const words: string[] = [];
    for (let i = 0; i < Number(count); i++) {
      if (at >= text.length) return undefined;
      const end = text.indexOf('\r\n', at);
      if (end < 0) return undefined;
      if (text[at] !== '$') return { protocolError: `expected '$', got '${text[at]}'` };
      const length = text.slice(at + 1, end);
      if (!/^\d+$/.test(length) || Number(length) > 512 * 1024 * 1024) return { protocolError: 'invalid bulk length' };
      at = end + 2 + Number(length) + 2;
      if (at > text.length) return undefined;
      words.push(text.slice(end + 2, at - 2));
    }
    this.#pending = text.slice(at);
    return words;
  }
}

function readReply(text: string, start: number): { readonly reply: Reply; readonly end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = text.slice(start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[start]) {
    case '+':
      return { reply: status(line), end };
    case '-':
      return { reply: failure(line), end };
    case ':':
      return { reply: { kind: 'integer', value: BigInt(line) }, end };
    case '$': {
      const length = Number(line);
      if (length < 0) return { reply: NIL, end };
      return end + length + 2 > text.length ? undefined : { reply: bulk(text.slice(end, end + length)), end: end + length + 2 };
    }
    case '*': {
      if (Number(line) < 0) return { reply: { kind: 'array', items: undefined }, end };
      const items: Reply[] = [];
      let at = end;
      for (let i = 0; i < Number(line); i++) {
        const item = readReply(text, at);
        if (item === undefined) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: array(items), end: at };
    }
    default:
      return { reply: failure(`Protocol error, got ${JSON.stringify(text[start])} as reply type byte`), end: text.length };
  }
}

/** Words of a line with quotes and escapes (sdssplitargs); undefined where a quote is not closed. */
export function splitArguments(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at++;
    if (at >= line.length) return words;
    let word = '';
    while (at < line.length && !/\s/.test(line[at] as string)) {
      const quote = line[at] as string;
      if (quote !== '"' && quote !== "'") {
        word += line[at++];
        continue;
      }
      at++;
      for (;;) {
        const c = line[at];
        if (c === undefined) return undefined;
        if (c === quote) break;
        if (c === '\\' && quote === "'" && line[at + 1] === "'") {
          word += "'";
          at += 2;
        } else if (c === '\\' && quote === '"') {
          const hex = /^\\x([0-9a-fA-F]{2})/.exec(line.slice(at, at + 4));
          const next = line[at + 1] ?? '';
          word += hex ? String.fromCharCode(Number.parseInt(hex[1] as string, 16)) : (ESCAPES[next] ?? next);
          at += hex ? 4 : 2;
        } else {
          word += c;
          at++;
        }
      }
      at++;
      if (at < line.length && !/\s/.test(line[at] as string)) return undefined;
    }
    words.push(word);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** A string in quotes with what is not printable escaped (sdscatrepr). */
export function quoted(text: string): string {
  const inside = text.replace(/[\\"]|[^ -~]/g, (c) => {
    const named = Object.keys(ESCAPES).find((letter) => ESCAPES[letter] === c);
    if (named !== undefined) return `\\${named}`;
    return c === '\\' || c === '"' ? `\\${c}` : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${inside}"`;
}
