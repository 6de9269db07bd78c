// The control connection: a cookie, bytes that are states, and JSON behind its length (iperf_api.c, iperf_tcp.c).

import { concat } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';

/** What the byte on the control connection says (iperf_api.h). */
export const STATE = {
  testStart: 1,
  testRunning: 2,
  testEnd: 4,
  paramExchange: 9,
  createStreams: 10,
  serverTerminate: 11,
  clientTerminate: 12,
  exchangeResults: 13,
  displayResults: 14,
  start: 15,
  done: 16,
  accessDenied: 255,
} as const;

export const COOKIE_SIZE = 37;
const COOKIE_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
/** The longest JSON that is taken. */
const MAX_JSON = 8 * 1024;
/** What cJSON makes of a -1 that was kept in an unsigned long. */
const UNSIGNED_MINUS_ONE = '18446744073709551615';

/** What a stream has done, as both sides tell each other. Times in seconds; -1 retransmits where nobody counted. */
export interface StreamResults {
  readonly id: number;
  readonly bytes: number;
  readonly retransmits: number;
  readonly jitter: number;
  readonly errors: number;
  readonly packets: number;
  readonly start_time: number;
  readonly end_time: number;
}

export interface Results {
  readonly cpu_util_total: number;
  readonly cpu_util_user: number;
  readonly cpu_util_system: number;
  readonly sender_has_retransmits: number;
  readonly congestion_used?: string;
  readonly server_output_text?: string;
  readonly streams: readonly StreamResults[];
}

/** One end of a control connection. Calls answer undefined when the other side has gone. */
export class ControlConnection {
  readonly fd: number;
  readonly socket: StreamSocket;
  readonly #p: Process;

  constructor(p: Process, socket: StreamSocket, fd: number) {
    this.#p = p;
    this.socket = socket;
    this.fd = fd;
  }

  *readBytes(count: number): Sys<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const data = this.socket.receive(left);
      if (isError(data)) {
        if (data.errno !== 'EAGAIN') return undefined;
        yield* this.#p.wait([this.socket.readable], undefined, 'read');
        continue;
      }
      if (data.length === 0) return undefined;
      parts.push(data);
      left -= data.length;
    }
    return concat(...parts);
  }

  *readState(): Sys<number | undefined> {
    return (yield* this.readBytes(1))?.[0];
  }

  /** All of it; false when the connection is gone. */
  *send(data: Uint8Array): Sys<boolean> {
    return !isError(yield* this.#p.write(this.fd, data));
  }

  *sendState(state: number): Sys<boolean> {
    return yield* this.send(Uint8Array.of(state));
  }

  *sendJson(value: unknown): Sys<boolean> {
    const text = JSON.stringify(value).replace(/("(?:sender_has_retransmits|retransmits)":)-1\b/g, `$1${UNSIGNED_MINUS_ONE}`);
    const bytes = encodeText(text);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    return (yield* this.send(length)) && (yield* this.send(bytes));
  }

  *readJson(): Sys<Readonly<Record<string, unknown>> | undefined> {
    const header = yield* this.readBytes(4);
    if (header === undefined) return undefined;
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
    if (length > MAX_JSON) return undefined;
    const bytes = yield* this.readBytes(length);
    if (bytes === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(decodeText(bytes));
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Thirty-six letters that no other test has, and the byte that ends them. */
export function makeCookie(p: Process): Uint8Array {
  const cookie = new Uint8Array(COOKIE_SIZE);
  for (let i = 0; i < COOKIE_SIZE - 1; i++) cookie[i] = COOKIE_LETTERS.charCodeAt(p.machine.random.int(COOKIE_LETTERS.length));
  return cookie;
}

export function cookieText(cookie: Uint8Array): string {
  return decodeText(cookie.subarray(0, COOKIE_SIZE - 1));
}

/** The other side's account of its streams, with what it left out as 0. */
export function resultsOf(json: Readonly<Record<string, unknown>>): Results {
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const retransmits = (value: unknown): number => (number(value) > Number.MAX_SAFE_INTEGER ? -1 : number(value));
  const streams = Array.isArray(json.streams) ? (json.streams as Record<string, unknown>[]) : [];
  return {
    cpu_util_total: number(json.cpu_util_total),
    cpu_util_user: number(json.cpu_util_user),
    cpu_util_system: number(json.cpu_util_system),
    sender_has_retransmits: retransmits(json.sender_has_retransmits),
    ...(typeof json.congestion_used === 'string' ? { congestion_used: json.congestion_used } : {}),
    ...(typeof json.server_output_text === 'string' ? { server_output_text: json.server_output_text } : {}),
    streams: streams.map((stream) => ({
      id: number(stream.id),
      bytes: number(stream.bytes),
      retransmits: retransmits(stream.retransmits),
      jitter: number(stream.jitter),
      errors: number(stream.errors),
      packets: number(stream.packets),
      start_time: number(stream.start_time),
      end_time: number(stream.end_time),
    })),
  };
}
