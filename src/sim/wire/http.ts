// HTTP/1.0 and HTTP/1.1 messages as bytes: RFC 1945, RFC 9112; what their fields mean: RFC 9110.

import { concat } from '../base/bytes.ts';

/** A header field. Names compare without regard to case; a value has no white space around it. */
export interface HttpField {
  readonly name: string;
  readonly value: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  /** As in the start line after `HTTP/`: 1.0, 1.1. */
  readonly version: string;
  readonly fields: readonly HttpField[];
}

export interface HttpResponse {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly HttpField[];
}

/** How a message's body ends (RFC 9112, 6.3). */
export type HttpFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** With the connection. */
  | { readonly kind: 'close' };

const CR = 0x0d;
const LF = 0x0a;
const NOTHING = new Uint8Array(0);

/** One character for each byte: what fields are made of. */
export function latin1(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

/** The inverse; characters beyond U+00FF lose their high bits. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Takes lines out of a stream of bytes as they arrive. A line ends in LF, with or without CR before it. */
export class HttpLines {
  private pending: Uint8Array = NOTHING;

  push(data: Uint8Array): void {
    this.pending = this.pending.length === 0 ? data : concat(this.pending, data);
  }

  /** The next line as it came, its end included; undefined until it is whole. */
  next(): Uint8Array | undefined {
    const end = this.pending.indexOf(LF);
    if (end < 0) return undefined;
    const line = this.pending.subarray(0, end + 1);
    this.pending = this.pending.subarray(end + 1);
    return line;
  }

  /** Bytes that came and are in no line yet: the body's first, once the head is over. */
  get rest(): Uint8Array {
    return this.pending;
  }

  takeRest(): Uint8Array {
    const { pending } = this;
    this.pending = NOTHING;
    return pending;
  }
}

/** A line's text without its end. */
export function lineText(line: Uint8Array): string {
  let end = line.length;
  if (line[end - 1] === LF) end--;
  if (line[end - 1] === CR) end--;
  return latin1(line.subarray(0, end));
}

/** `GET /path HTTP/1.1`; undefined if it is no request of HTTP/1. */
export function parseRequestLine(line: string): Omit<HttpRequest, 'fields'> | undefined {
  const match = /^([^ ]+) +([^ ]+) +HTTP\/(\d\.\d)$/.exec(line);
  if (!match) return undefined;
  return { method: match[1] as string, target: match[2] as string, version: match[3] as string };
}

/** `HTTP/1.1 200 OK`; undefined if it is none. */
export function parseStatusLine(line: string): Omit<HttpResponse, 'fields'> | undefined {
  const match = /^HTTP\/(\d\.\d) +(\d{3})(?: +(.*))?$/.exec(line);
  if (!match) return undefined;
  return { version: match[1] as string, status: Number(match[2]), reason: match[3] ?? '' };
}

/** `Name: value`; undefined where there is no colon. */
export function parseField(line: string): HttpField | undefined {
  const colon = line.indexOf(':');
  if (colon <= 0) return undefined;
  return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
}

/** A field's value, the first where it is repeated. */
export function fieldValue(fields: readonly HttpField[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return fields.find((field) => field.name.toLowerCase() === wanted)?.value;
}

/** Whether a list field (`Connection`, `Transfer-Encoding`) has a token in it. */
export function hasToken(fields: readonly HttpField[], name: string, token: string): boolean {
  const wanted = name.toLowerCase();
  return fields.some(
    (field) =>
      field.name.toLowerCase() === wanted &&
      field.value
        .toLowerCase()
        .split(',')
        .some((part) => part.trim() === token),
  );
}

/** How the body of an answer to `method` ends. */
export function responseFraming(response: HttpResponse, method: string): HttpFraming {
  const { status, fields } = response;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  return bodyFraming(fields) ?? { kind: 'close' };
}

/** How the body of a request ends: without a length there is none. */
export function requestFraming(request: HttpRequest): HttpFraming {
  return bodyFraming(request.fields) ?? { kind: 'none' };
}

function bodyFraming(fields: readonly HttpField[]): HttpFraming | undefined {
  if (hasToken(fields, 'Transfer-Encoding', 'chunked')) return { kind: 'chunked' };
  const length = fieldValue(fields, 'Content-Length');
  return length !== undefined && /^\d+$/.test(length) ? { kind: 'length', length: Number(length) } : undefined;
}

/** Whether the sender of this head keeps the connection open afterwards (RFC 9112, 9.3). */
export function keepsAlive(head: { readonly version: string; readonly fields: readonly HttpField[] }): boolean {
  if (hasToken(head.fields, 'Connection', 'close')) return false;
  return head.version !== '1.0' || hasToken(head.fields, 'Connection', 'keep-alive');
}

export function encodeRequestHead(request: HttpRequest): Uint8Array {
  return latin1Bytes(`${request.method} ${request.target} HTTP/${request.version}\r\n${fieldLines(request.fields)}\r\n`);
}

export function encodeResponseHead(response: HttpResponse): Uint8Array {
  return latin1Bytes(`HTTP/${response.version} ${response.status} ${response.reason}\r\n${fieldLines(response.fields)}\r\n`);
}

function fieldLines(fields: readonly HttpField[]): string {
  return fields.map(({ name, value }) => `${name}:${value === '' ? '' : ` ${value}`}\r\n`).join('');
}

/** A piece of a body with Transfer-Encoding chunked; an empty one ends it. */
export function encodeChunk(data: Uint8Array): Uint8Array {
  return concat(latin1Bytes(`${data.length.toString(16)}\r\n`), data, latin1Bytes('\r\n'));
}

/** Takes a body out of the bytes that follow a head. */
export class HttpBody {
  readonly framing: HttpFraming;
  /** The body is complete. One that ends with the connection never is by itself. */
  done: boolean;
  /** The stream broke the rules of chunks. */
  malformed = false;
  /** Bytes beyond the end: the next message's. */
  rest: Uint8Array = NOTHING;
  /** Bytes of the body so far. */
  received = 0;
  private readonly lines = new HttpLines();
  private state: 'size' | 'data' | 'end' | 'trailer' = 'size';
  /** Bytes still to come of the body, or of the present chunk. */
  private left: number;

  constructor(framing: HttpFraming) {
    this.framing = framing;
    this.left = framing.kind === 'length' ? framing.length : 0;
    this.done = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0);
  }

  /** Bytes of a body of known length that are still to come. */
  get missing(): number {
    return this.framing.kind === 'length' ? this.left : 0;
  }

  /** The bytes of the body among those that arrived. */
  push(data: Uint8Array): Uint8Array {
    const body = this.take(data);
    this.received += body.length;
    return body;
  }

  private take(data: Uint8Array): Uint8Array {
    if (this.done) {
      this.rest = concat(this.rest, data);
      return NOTHING;
    }
    if (this.framing.kind === 'close') return data;
    if (this.framing.kind === 'chunked') return this.takeChunks(data);
    const body = data.subarray(0, this.left);
    this.left -= body.length;
    this.done = this.left === 0;
    this.rest = data.subarray(body.length);
    return body;
  }

  private takeChunks(data: Uint8Array): Uint8Array {
    const { lines } = this;
    const parts: Uint8Array[] = [];
    lines.push(data);
    while (!this.done && !this.malformed) {
      if (this.state === 'data') {
        const pending = lines.takeRest();
        const part = pending.subarray(0, this.left);
        lines.push(pending.subarray(part.length));
        if (part.length > 0) parts.push(part);
        this.left -= part.length;
        if (this.left > 0) break;
        this.state = 'end';
      }
      const line = lines.next();
      if (!line) break;
      this.takeLine(lineText(line));
    }
    if (this.done) this.rest = lines.takeRest();
    return concat(...parts);
  }

  private takeLine(line: string): void {
    if (this.state === 'end') {
      this.malformed = line !== '';
      this.state = 'size';
    } else if (this.state === 'trailer') {
      this.done = line === '';
    } else {
      const size = /^([0-9a-fA-F]+)[ \t]*(;.*)?$/.exec(line);
      this.malformed = !size;
      this.left = Number.parseInt(size?.[1] ?? '0', 16);
      this.state = this.left === 0 ? 'trailer' : 'data';
    }
  }
}

/** `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7); ms since 1970. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
