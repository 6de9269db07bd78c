// One request and its answer on a connection: lib/transfer.c, lib/http.c.

import { concat, utf8 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import {
  encodeChunk,
  encodeRequestHead,
  fieldValue,
  HttpBody,
  type HttpField,
  HttpLines,
  type HttpResponse,
  keepsAlive,
  lineText,
  parseField,
  parseStatusLine,
  responseFraming,
} from '../../wire/http.ts';
import { reason } from '../lib/command.ts';
import { poll } from '../net-lib/stream-file.ts';
import type { Connection, Times } from './connection.ts';
import { parseSetCookie } from './cookies.ts';
import { failed, TransferError } from './errors.ts';
import type { Config } from './options.ts';
import type { Progress } from './progress.ts';
import type { Request } from './request.ts';
import type { Session } from './session.ts';
import type { Sink } from './sink.ts';
import type { Url } from './url.ts';

const READ_SIZE = 16_384;
const WRITE_SIZE = 65_536;

/** What is known of an answer so far. */
export interface Exchange {
  response: HttpResponse | undefined;
  /** Bytes of heads received, of request sent. */
  headerBytes: number;
  requestBytes: number;
  headerCount: number;
  readonly fields: HttpField[];
  /** The connection can be used again. */
  reusable: boolean;
  /** Nothing at all came on a connection that was used before: worth another try on a new one. */
  stale: boolean;
}

export interface Rules {
  readonly config: Config;
  readonly url: Url;
  readonly deadlineNs: number | undefined;
  readonly resumeFrom: number;
  /** Where this answer leads, if it is followed. */
  follows(response: HttpResponse): boolean;
}

/** Sends the request and passes the answer on. What was learnt is in `exchange` also after a failure. */
export function* exchangeMessages(
  s: Session,
  connection: Connection,
  request: Request,
  rules: Rules,
  sink: Sink,
  times: Times,
  progress: Progress,
  exchange: Exchange,
): Sys<undefined | TransferError> {
  const transfer = new Transfer(s, connection, request, rules, sink, times, progress, exchange);
  return (yield* transfer.send()) ?? (yield* transfer.receive());
}

class Transfer {
  private readonly lines = new HttpLines();
  private ended = false;
  private unsent: Uint8Array | undefined;
  private bodySent = false;
  private readonly s: Session;
  private readonly connection: Connection;
  private readonly request: Request;
  private readonly rules: Rules;
  private readonly sink: Sink;
  private readonly times: Times;
  private readonly progress: Progress;
  private readonly exchange: Exchange;

  constructor(
    s: Session,
    connection: Connection,
    request: Request,
    rules: Rules,
    sink: Sink,
    times: Times,
    progress: Progress,
    exchange: Exchange,
  ) {
    this.s = s;
    this.connection = connection;
    this.request = request;
    this.rules = rules;
    this.sink = sink;
    this.times = times;
    this.progress = progress;
    this.exchange = exchange;
  }

  *send(): Sys<undefined | TransferError> {
    const { s, request } = this;
    this.times.preTransferNs ??= s.p.nowNs;
    const head = encodeRequestHead(request);
    const body = request.body ?? new Uint8Array(0);
    const together = request.bodyWithHead ? concat(head, body) : head;
    const written = yield* s.p.write(this.connection.fd, together);
    if (isError(written)) return this.sendFailure(written);
    this.exchange.requestBytes += together.length;
    for (const line of splitLines(head)) yield* s.header('>', line);
    if (request.bodyWithHead) this.progress.up += body.length;
    this.unsent = request.bodyWithHead || request.body === undefined ? undefined : request.chunked ? chunks(body) : body;
    if (this.unsent && request.expectContinue) return yield* this.awaitContinue();
    return undefined;
  }

  /** Waits for the server to agree to a body, or for it to say nothing. */
  private *awaitContinue(): Sys<undefined | TransferError> {
    const { s, rules } = this;
    const until = s.p.nowNs + rules.config.expect100Timeout * NS_PER_S;
    const ready = yield* poll(s.p, [{ fd: this.connection.fd, read: true }], until);
    if (ready.length === 0) {
      yield* s.info('Done waiting for 100-continue');
      return yield* this.sendBody();
    }
    return undefined;
  }

  private *sendBody(): Sys<undefined | TransferError> {
    const { s } = this;
    while (this.unsent && this.unsent.length > 0) {
      const ready = yield* poll(s.p, [{ fd: this.connection.fd, read: true, write: true }], this.rules.deadlineNs);
      if (ready.length === 0) return this.timedOut(0, undefined);
      // A server that answers before it has everything does not want the rest.
      if (ready[0]?.read && !ready[0].write) break;
      const written = yield* s.p.write(this.connection.fd, this.unsent.subarray(0, WRITE_SIZE));
      if (isError(written)) return this.sendFailure(written);
      yield* s.data('}', written);
      this.progress.up += written;
      this.unsent = this.unsent.subarray(written);
      yield* this.progress.update();
    }
    if (this.unsent?.length === 0) {
      this.bodySent = true;
      yield* s.info('We are completely uploaded and fine');
    }
    return undefined;
  }

  private sendFailure(error: KernelError): TransferError {
    this.exchange.stale = true;
    return new TransferError(55, `Send failure: ${reason(error)}`);
  }

  *receive(): Sys<undefined | TransferError> {
    if (this.unsent && !this.request.expectContinue) {
      const error = yield* this.sendBody();
      if (error) return error;
    }
    for (;;) {
      const response = yield* this.receiveHead();
      if (failed(response)) return response;
      if (response.status === 100 && this.unsent && !this.bodySent) {
        const error = yield* this.sendBody();
        if (error) return error;
      }
      if (response.status >= 200 || response.status === 101) return yield* this.receiveBody(response);
    }
  }

  /** A head line by line, as each arrives. */
  private *receiveHead(): Sys<HttpResponse | TransferError> {
    const { s, exchange, rules } = this;
    const { config } = rules;
    let response: HttpResponse | undefined;
    for (;;) {
      const line = yield* this.nextLine(response !== undefined);
      if (failed(line)) return line;
      const text = lineText(line);
      if (response === undefined) {
        const status = parseStatusLine(text);
        if (!status) return new TransferError(1, 'Received HTTP/0.9 when not allowed');
        exchange.fields.length = 0;
        response = { ...status, fields: exchange.fields };
        exchange.response = response;
        exchange.headerCount = 0;
        if (status.version === '1.0') yield* s.info('HTTP 1.0, assume close after body');
      } else if (text === '') {
        if (response.status >= 200) {
          const framing = responseFraming(response, this.request.method);
          const closes = !keepsAlive(response);
          if (framing.kind === 'close' && !closes && !/^(HEAD|CONNECT)$/.test(this.request.method)) {
            yield* s.info('no chunk, no close, no size. Assume close to signal end');
          }
          exchange.reusable = !closes && framing.kind !== 'close';
          if (config.fail === 'fail' && response.status >= 400) {
            exchange.reusable = false;
            return new TransferError(22, `The requested URL returned error: ${response.status}`);
          }
        }
        yield* this.headerLine(line, text);
        return response;
      } else {
        const field = parseField(text);
        if (!field) return new TransferError(8, 'Header without colon');
        exchange.fields.push(field);
        exchange.headerCount++;
        yield* this.takeCookie(field);
        const length = field.name.toLowerCase() === 'content-length' ? Number(field.value) : undefined;
        if (length !== undefined && config.maxFileSize !== undefined && length > config.maxFileSize)
          return new TransferError(63, 'Maximum file size exceeded');
      }
      const refused = yield* this.headerLine(line, text);
      if (refused) return refused;
    }
  }

  private *headerLine(line: Uint8Array, text: string): Sys<undefined | TransferError> {
    this.exchange.headerBytes += line.length;
    yield* this.s.header('<', line);
    return yield* this.sink.header(line, text, this.rules.url);
  }

  private *takeCookie(field: HttpField): Sys<void> {
    const { s, rules } = this;
    if (!s.cookies.enabled || field.name.toLowerCase() !== 'set-cookie') return;
    const nowS = Math.floor(s.p.wallClockMs / 1000);
    const cookie = parseSetCookie(field.value, rules.url.host, rules.url.path, nowS);
    if (!cookie) return;
    const replaced = s.cookies.add(cookie, nowS);
    yield* s.info(
      `${replaced ? 'Replaced' : 'Added'} cookie ${cookie.name}="${cookie.value}" for domain ${cookie.domain}, path ${cookie.path}, expire ${cookie.expires}`,
    );
  }

  private *nextLine(begun: boolean): Sys<Uint8Array | TransferError> {
    for (;;) {
      const line = this.lines.next();
      if (line) return line;
      if (this.ended) {
        if (this.exchange.headerBytes === 0 && this.lines.rest.length > 0)
          return new TransferError(1, 'Received HTTP/0.9 when not allowed');
        if (!begun && this.exchange.headerBytes === 0) {
          this.exchange.stale = true;
          return new TransferError(52, 'Empty reply from server');
        }
        return new TransferError(56, 'Connection closed abruptly');
      }
      const data = yield* this.read(0, undefined);
      if (failed(data)) return data;
      if (data.length === 0) this.ended = true;
      else this.lines.push(data);
    }
  }

  private *receiveBody(response: HttpResponse): Sys<undefined | TransferError> {
    const { s, rules, progress, sink, exchange } = this;
    const { config } = rules;
    const framing = responseFraming(response, this.request.method);
    const body = new HttpBody(config.ignoreContentLength && framing.kind === 'length' ? { kind: 'close' } : framing);
    if (framing.kind === 'length') progress.expectedDown = framing.length;
    const follows = rules.follows(response);
    if (rules.resumeFrom > 0 && response.status === 200)
      return new TransferError(33, "HTTP server doesn't seem to support byte ranges. Cannot resume.");
    // A document that is as old as the one we have is not wanted.
    const unwanted = response.status === 304 || (config.timeCondition !== undefined && isNotNewer(config, response));
    let first = true;
    let ignored = false;
    let pending = this.lines.takeRest();
    while (!body.done) {
      let data = pending;
      pending = new Uint8Array(0);
      if (data.length === 0) {
        if (this.ended) break;
        const read = yield* this.read(body.received, framing.kind === 'length' ? framing.length : undefined);
        if (failed(read)) return read;
        data = read;
        if (data.length === 0) {
          this.ended = true;
          if (first) yield* s.data('{', 0);
          break;
        }
      }
      const chunk = body.push(data);
      if (body.malformed) return new TransferError(56, `chunk hex-length char not a hex digit: 0x${(data[0] ?? 0).toString(16)}`);
      if (first && follows) {
        if (!exchange.reusable) return undefined;
        ignored = true;
        yield* s.info('Ignoring the response-body');
      }
      if (first && unwanted) {
        exchange.reusable = false;
        return undefined;
      }
      yield* s.data('{', framing.kind === 'chunked' ? data.length : chunk.length);
      first = false;
      progress.down += chunk.length;
      if (!ignored) {
        const refused = yield* sink.body(chunk);
        if (refused) return refused;
      }
      yield* progress.update();
      yield* this.limitRate();
    }
    if (body.done) return undefined;
    if (framing.kind === 'length') return new TransferError(18, `transfer closed with ${body.missing} bytes remaining to read`);
    if (framing.kind === 'chunked') return new TransferError(18, 'transfer closed with outstanding read data remaining');
    return undefined;
  }

  /** Bytes from the connection, none at its end; shows the progress while it waits. */
  private *read(received: number, expected: number | undefined): Sys<Uint8Array | TransferError> {
    const { s, rules, progress } = this;
    const { fd } = this.connection;
    for (;;) {
      const next = progress.nextNs;
      const until = rules.deadlineNs === undefined ? next : Math.min(rules.deadlineNs, next ?? Number.POSITIVE_INFINITY);
      const ready = yield* poll(s.p, [{ fd, read: true }], until);
      if (ready.length === 0) {
        yield* progress.update();
        if (rules.deadlineNs !== undefined && s.p.nowNs >= rules.deadlineNs) return this.timedOut(received, expected);
        continue;
      }
      const data = yield* s.p.read(fd, READ_SIZE);
      if (isError(data)) return new TransferError(56, `Recv failure: ${reason(data)}`);
      this.times.startTransferNs ??= s.p.nowNs;
      return data;
    }
  }

  private timedOut(received: number, expected: number | undefined): TransferError {
    const ms = Math.floor((this.s.p.nowNs - this.times.startNs) / NS_PER_MS);
    const of = expected === undefined ? '' : ` out of ${expected}`;
    return new TransferError(28, `Operation timed out after ${ms} milliseconds with ${received}${of} bytes received`);
  }

  /** --limit-rate: sleeps until the average is low enough. */
  private *limitRate(): Sys<void> {
    const { limitRate } = this.rules.config;
    if (limitRate === undefined || limitRate === 0) return;
    const { p } = this.s;
    const due = (this.times.preTransferNs ?? 0) + (this.progress.down / limitRate) * NS_PER_S;
    while (p.nowNs < due) {
      yield* p.wait([], Math.min(due, this.progress.nextNs ?? due), 'limit rate');
      yield* this.progress.update();
    }
  }
}

function isNotNewer(config: Config, response: HttpResponse): boolean {
  const modified = Date.parse(fieldValue(response.fields, 'Last-Modified') ?? '');
  const wanted = Date.parse(config.timeCondition?.replace(/^[-+=]/, '') ?? '');
  if (Number.isNaN(modified) || Number.isNaN(wanted)) return false;
  return config.timeCondition?.startsWith('-') ? modified > wanted : modified <= wanted;
}

function splitLines(head: Uint8Array): Uint8Array[] {
  const lines = new HttpLines();
  lines.push(head);
  const out: Uint8Array[] = [];
  for (let line = lines.next(); line; line = lines.next()) out.push(line);
  return out;
}

function chunks(body: Uint8Array): Uint8Array {
  return concat(body.length > 0 ? encodeChunk(body) : utf8(''), utf8('0\r\n\r\n'));
}
