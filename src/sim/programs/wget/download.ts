// One document with its redirects and tries: src/http.c, http_loop() and gethttp().

import { concat, utf8 } from '../../base/bytes.ts';
import { strerror } from '../../base/errno.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import {
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
import { base64 } from '../curl/request.ts';
import { hostField, isUrlProblem, parseUrl, portOf, resolveReference, type Url, urlText } from '../curl/url.ts';
import { type Command, reason } from '../lib/command.ts';
import { OUT_OF_TIME, within } from '../net-lib/deadline.ts';
import { getaddrinfo, type HostAddress, LookupError, numericAddress, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { connectStream, installStream, poll } from '../net-lib/stream-file.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';
import { Bar, Dots, type Gauge, rateText, roughSize } from './progress.ts';

const READ_SIZE = 16_384;
const NOTHING = new Uint8Array(0);
const TIMED_OUT = fail('ETIMEDOUT');

export const NETWORK_FAILURE = 4;
export const SERVER_ERROR = 8;
const GENERIC_FAILURE = 1;

/** What came of one try. */
type Attempt =
  | { readonly kind: 'done'; readonly status: number }
  | { readonly kind: 'retry' }
  | { readonly kind: 'redirect'; readonly to: string };

interface Open {
  readonly fd: number;
  readonly key: string;
  readonly socket: StreamSocket;
}

/** Tells of all that was fetched, for the last lines. */
export interface Totals {
  files: number;
  bytes: number;
  seconds: number;
}

export class Downloader {
  private readonly c: Command;
  private readonly options: WgetOptions;
  private readonly log: Log;
  readonly totals: Totals = { files: 0, bytes: 0, seconds: 0 };
  /** A connection that was kept. */
  private kept: Open | undefined;
  private outputFd: number | undefined;

  constructor(c: Command, options: WgetOptions, log: Log) {
    this.c = c;
    this.options = options;
    this.log = log;
  }

  /** Opens the file of -O, which all documents go to; false if that fails. */
  *openOutput(): Sys<boolean> {
    const { output, resume, noClobber } = this.options;
    if (output === undefined || output === '-' || this.options.spider) return true;
    if (noClobber && !isError(this.c.p.machine.files.stat(this.c.p, output))) {
      yield* this.log.notQuiet(`File ‘${output}’ already there; not retrieving.\n`);
      return false;
    }
    const fd = this.c.p.open(output, { write: true, create: true, truncate: !resume, append: resume });
    if (isError(fd)) {
      yield* this.c.error(`${output}: ${reason(fd)}\n`);
      return false;
    }
    this.outputFd = fd;
    return true;
  }

  /** Fetches one URL; its exit status. */
  *fetch(urlGiven: string): Sys<number> {
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(urlGiven)?.[1];
    if (scheme !== undefined && !['http', 'https', 'ftp', 'ftps'].includes(scheme.toLowerCase())) {
      yield* this.log.always(`${urlGiven}: Unsupported scheme ‘${scheme}’.\n`);
      return GENERIC_FAILURE;
    }
    let text = urlGiven.replaceAll(' ', '%20');
    const first = parseUrl(text);
    if (isUrlProblem(first)) {
      const badPort = /:\d+(\/|$)/.test(text.replace(/^[a-z]+:\/\//, ''));
      yield* this.log.always(`${urlGiven}: ${badPort ? 'Bad port number' : 'Invalid host name'}.\n`);
      return GENERIC_FAILURE;
    }
    const path = this.localName(first);
    if (this.options.noClobber && this.options.output === undefined && !isError(this.c.p.machine.files.stat(this.c.p, path))) {
      yield* this.log.verbose(`File ‘${path}’ already there; not retrieving.\n\n`);
      return 0;
    }
    if (this.options.spider) yield* this.log.verbose('Spider mode enabled. Check if remote file exists.\n');
    for (let redirects = 0; ; redirects++) {
      const url = parseUrl(text);
      if (isUrlProblem(url)) return GENERIC_FAILURE;
      const attempt = yield* this.tries(url, path);
      if (attempt.kind !== 'redirect') return attempt.kind === 'done' ? attempt.status : NETWORK_FAILURE;
      if (redirects >= this.options.maxRedirects) {
        yield* this.log.notQuiet(`${this.options.maxRedirects} redirections exceeded.\n`);
        return SERVER_ERROR;
      }
      text = attempt.to;
    }
  }

  private *tries(url: Url, path: string): Sys<Attempt> {
    for (let count = 1; ; count++) {
      const attempt = yield* this.attempt(url, path, count);
      if (attempt.kind !== 'retry') return attempt;
      if (this.options.tries !== 0 && count >= this.options.tries) {
        yield* this.log.notQuiet('Giving up.\n\n');
        return { kind: 'done', status: NETWORK_FAILURE };
      }
      yield* this.log.notQuiet('Retrying.\n\n');
      yield* this.c.p.sleep(Math.min(count, this.options.waitRetry) * NS_PER_S);
    }
  }

  private now(): string {
    const iso = new Date(this.c.p.wallClockMs).toISOString();
    return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  }

  private *attempt(url: Url, path: string, count: number): Sys<Attempt> {
    const { log, c } = this;
    const tried = count > 1 ? `  (try:${String(count).padStart(2)})` : '';
    yield* log.verbose(`--${this.now()}--${tried}  ${urlText(url)}\n`);
    const open = yield* this.connection(url);
    if (typeof open === 'number') return { kind: 'done', status: open };
    if (open === 'retry') return { kind: 'retry' };
    if (url.scheme !== 'http') {
      yield* log.notQuiet(`wget: connected, but vethlab has no TLS and no FTP: this wget speaks http:// only\n`);
      c.p.close(open.fd);
      return { kind: 'done', status: url.scheme === 'https' ? 5 : NETWORK_FAILURE };
    }
    const existing = c.p.machine.files.stat(c.p, this.options.output ?? path);
    const resumeFrom = this.options.resume && !isError(existing) ? existing.size : 0;
    yield* c.p.write(open.fd, this.request(url, resumeFrom));
    yield* log.verbose('HTTP request sent, awaiting response... ');
    const lines = new HttpLines();
    const response = yield* this.head(open.fd, lines);
    if (response === 'retry') {
      c.p.close(open.fd);
      return { kind: 'retry' };
    }
    return yield* this.answer(url, path, open, lines, response, resumeFrom);
  }

  /** A connection to the host, the one that was kept if it leads there; an exit status, or `retry`. */
  private *connection(url: Url): Sys<Open | number | 'retry'> {
    const { log, c, options } = this;
    const { p } = c;
    const port = portOf(url);
    const key = `${url.host}:${port}`;
    const numeric = numericAddress(p, url.host) !== undefined;
    if (this.kept && this.kept.key === key && !this.kept.socket.poll().readable) {
      yield* log.verbose(`Reusing existing connection to ${key}.\n`);
      const { kept } = this;
      this.kept = undefined;
      return kept;
    }
    if (this.kept) p.close(this.kept.fd);
    this.kept = undefined;
    const shown = url.host;
    if (!numeric) yield* log.verbose(`Resolving ${shown} (${shown})... `);
    const until = options.dnsTimeout === undefined ? undefined : p.nowNs + options.dnsTimeout * NS_PER_S;
    const found = yield* within(p, until, getaddrinfo(p, url.host, options.family));
    if (found === OUT_OF_TIME || found instanceof LookupError) {
      yield* log.verbose(`failed: ${found === OUT_OF_TIME ? 'Connection timed out' : found.text}.\n`);
      yield* log.notQuiet(`wget: unable to resolve host address ‘${url.host}’\n`);
      return NETWORK_FAILURE;
    }
    const texts = found.addresses.map((address) => numericHost(p.netns, address));
    if (!numeric) yield* log.verbose(`${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ', ...' : ''}\n`);
    let error: KernelError | 'time' | undefined;
    for (const [i, address] of found.addresses.entries()) {
      const text = address.family === 'inet6' ? `[${texts[i]}]` : texts[i];
      yield* log.verbose(numeric ? `Connecting to ${text}:${port}... ` : `Connecting to ${shown} (${shown})|${text}|:${port}... `);
      const opened = yield* this.connect(address, port, key);
      if (opened !== 'time' && !isError(opened)) {
        yield* log.verbose('connected.\n');
        return opened;
      }
      error = opened;
      yield* log.notQuiet(`failed: ${error === 'time' ? strerror('ETIMEDOUT') : reason(error)}.\n`);
    }
    // What another try will not change.
    const final =
      error !== 'time' &&
      (error?.errno === 'ECONNREFUSED' ? !options.retryRefused : error?.errno === 'ENETUNREACH' || error?.errno === 'EHOSTUNREACH');
    return final ? NETWORK_FAILURE : 'retry';
  }

  private *connect(address: HostAddress, port: number, key: string): Sys<Open | KernelError | 'time'> {
    const { p } = this.c;
    const { bindAddress, connectTimeout } = this.options;
    const socket = p.sockets.tcp(address.family);
    if (bindAddress !== undefined) {
      const local = yield* getaddrinfo(p, bindAddress, address.family);
      const refused = local instanceof LookupError ? undefined : socket.bind(socketAddress(local.addresses[0] as HostAddress, 0));
      if (refused) {
        socket.close();
        return refused;
      }
    }
    const fd = installStream(p, socket);
    if (isError(fd)) return fd;
    const until = connectTimeout === undefined || connectTimeout === 0 ? undefined : p.nowNs + connectTimeout * NS_PER_S;
    const failure = yield* connectStream(p, socket, socketAddress(address, port), until);
    if (failure === undefined) return { fd, key, socket };
    p.close(fd);
    return failure;
  }

  private request(url: Url, resumeFrom: number): Uint8Array {
    const { options } = this;
    const fields: [string, string][] = [['Host', hostField(url)]];
    if (options.agent !== undefined) fields.push(['User-Agent', options.agent]);
    fields.push(['Accept', '*/*'], ['Accept-Encoding', 'identity']);
    if (options.referer !== undefined) fields.push(['Referer', options.referer]);
    if (options.noCache) fields.push(['Cache-Control', 'no-cache'], ['Pragma', 'no-cache']);
    if (resumeFrom > 0) fields.push(['Range', `bytes=${resumeFrom}-`]);
    const user = url.user ?? (options.preemptiveAuth ? options.user : undefined);
    if (user !== undefined)
      fields.push(['Authorization', `Basic ${base64(encodeText(`${user}:${url.password ?? options.password ?? ''}`))}`]);
    fields.push(['Connection', options.keepAlive ? 'Keep-Alive' : 'Close']);
    if (options.body) fields.push(['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Length', String(options.body.length)]);
    for (const header of options.headers) {
      const colon = header.indexOf(':');
      const name = header.slice(0, colon);
      const at = fields.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
      const field: [string, string] = [name, header.slice(colon + 1).trim()];
      if (at < 0) fields.push(field);
      else fields[at] = field;
    }
    const method = options.method ?? (options.spider ? 'HEAD' : 'GET');
    const head = `${method} ${url.path}${url.query} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    return concat(utf8(head), options.body ?? new Uint8Array(0));
  }

  private *head(fd: number, lines: HttpLines): Sys<HttpResponse | 'retry'> {
    const { log, options } = this;
    let response: HttpResponse | undefined;
    const fields: HttpField[] = [];
    const shown: string[] = [];
    for (;;) {
      const line = yield* this.line(fd, lines);
      if (line === undefined) {
        yield* log.notQuiet(shown.length === 0 ? 'No data received.\n' : 'Read error (Success) in headers.\n');
        return 'retry';
      }
      if (isError(line)) {
        yield* log.notQuiet(`Read error (${reason(line)}) in headers.\n`);
        return 'retry';
      }
      if (response === undefined) {
        const status = parseStatusLine(line);
        if (!status) {
          yield* log.notQuiet('200 No headers, assuming HTTP/0.9\n');
          return { version: '0.9', status: 200, reason: '', fields };
        }
        response = { ...status, fields };
      } else if (line === '') {
        if (response.status === 100) {
          response = undefined;
          continue;
        }
        if (options.serverResponse)
          yield* log.always(`${options.verbosity === 'full' ? '\n' : ''}${shown.map((text) => `  ${text}\n`).join('')}`);
        else yield* log.verbose(`${response.status} ${response.reason === '' ? '(no description)' : response.reason}\n`);
        return response;
      } else {
        const field = parseField(line);
        if (field) fields.push(field);
      }
      shown.push(line);
    }
  }

  private *line(fd: number, lines: HttpLines): Sys<string | undefined | KernelError> {
    for (;;) {
      const line = lines.next();
      if (line) return lineText(line);
      const data = yield* this.read(fd);
      if (isError(data)) return data;
      if (data.length === 0) return undefined;
      lines.push(data);
    }
  }

  private *read(fd: number): Sys<Uint8Array | KernelError> {
    const { p } = this.c;
    const { readTimeout } = this.options;
    const until = readTimeout === undefined || readTimeout === 0 ? undefined : p.nowNs + readTimeout * NS_PER_S;
    const ready = yield* poll(p, [{ fd, read: true }], until);
    if (ready.length === 0) return TIMED_OUT;
    return yield* p.read(fd, READ_SIZE);
  }

  private *answer(url: Url, path: string, open: Open, lines: HttpLines, response: HttpResponse, resumeFrom: number): Sys<Attempt> {
    const { log, c, options } = this;
    const { status, fields } = response;
    const framing = responseFraming(response, options.spider && !options.method ? 'HEAD' : 'GET');
    const location = fieldValue(fields, 'Location');
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      yield* log.verbose(`Location: ${location} [following]\n`);
      c.p.close(open.fd);
      return { kind: 'redirect', to: resolveReference(url, location) };
    }
    if (options.spider && status < 400) {
      c.p.close(open.fd);
      yield* this.lengthLine(response, framing.kind === 'none' ? Number(fieldValue(fields, 'Content-Length') ?? Number.NaN) : undefined, 0);
      const html = fieldValue(fields, 'Content-Type')?.startsWith('text/html');
      yield* log.verbose(
        html
          ? 'Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n'
          : 'Remote file exists.\n\n',
      );
      return { kind: 'done', status: 0 };
    }
    if (status >= 400 && !options.contentOnError) {
      c.p.close(open.fd);
      if (options.spider) yield* log.notQuiet('Remote file does not exist -- broken link!!!\n\n');
      else {
        yield* log.brief(`${urlText(url)}:\n`);
        yield* log.notQuiet(`${this.now()} ERROR ${status}: ${response.reason === '' ? '(no description)' : response.reason}.\n`);
        yield* log.verbose('\n');
      }
      return { kind: 'done', status: SERVER_ERROR };
    }
    if (status === 416 || (resumeFrom > 0 && status === 200 && Number(fieldValue(fields, 'Content-Length') ?? -1) === resumeFrom)) {
      c.p.close(open.fd);
      yield* log.verbose('\n    The file is already fully retrieved; nothing to do.\n\n');
      return { kind: 'done', status: 0 };
    }
    const offset = status === 206 ? resumeFrom : 0;
    return yield* this.receive(url, path, open, lines, response, offset);
  }

  private *lengthLine(response: HttpResponse, length: number | undefined, offset: number): Sys<void> {
    const type = fieldValue(response.fields, 'Content-Type')?.split(';')[0]?.trim();
    let text = 'unspecified';
    if (length !== undefined && !Number.isNaN(length)) {
      const total = length + offset;
      text = total < 1024 ? String(total) : `${total} (${roughSize(total)})`;
      if (offset > 0) text += `, ${length}${length < 1024 ? '' : ` (${roughSize(length)})`} remaining`;
    }
    yield* this.log.verbose(`Length: ${text}${type === undefined || type === '' ? '' : ` [${type}]`}\n`);
  }

  private *receive(url: Url, path: string, open: Open, lines: HttpLines, response: HttpResponse, offset: number): Sys<Attempt> {
    const { log, c, options } = this;
    const { p } = c;
    const framing = responseFraming(response, 'GET');
    const length = framing.kind === 'length' ? framing.length : undefined;
    yield* this.lengthLine(response, length, offset);
    const name = options.output === '-' ? 'STDOUT' : (options.output ?? this.freeName(path, offset > 0));
    const out = yield* this.destination(name, offset);
    if (isError(out)) {
      yield* log.notQuiet(`${name}: ${reason(out)}\n\nCannot write to ‘${name}’ (${reason(out)}).\n`);
      p.close(open.fd);
      return { kind: 'done', status: 3 };
    }
    yield* log.verbose(`Saving to: ‘${name}’\n`);
    const gauge = yield* this.gauge(options.output === '-' ? '-' : name, offset, length === undefined ? undefined : length + offset);
    const startNs = p.nowNs;
    const body = new HttpBody(framing);
    let failure: KernelError | undefined;
    let pending = lines.takeRest();
    while (!body.done) {
      const data = pending.length > 0 ? pending : yield* this.read(open.fd);
      pending = NOTHING;
      if (isError(data)) {
        failure = data;
        break;
      }
      if (data.length === 0) break;
      const chunk = body.push(data);
      if (isError(yield* p.write(out, chunk))) break;
      if (gauge) yield* gauge.update(body.received);
      if (options.limitRate) yield* this.slowDown(startNs, body.received, options.limitRate);
    }
    const seconds = (p.nowNs - startNs) / NS_PER_S;
    if (gauge) yield* gauge.finish(body.received, seconds);
    if (out !== 1 && out !== this.outputFd) {
      p.close(out);
      const modified = Date.parse(fieldValue(response.fields, 'Last-Modified') ?? '');
      if (options.serverTimestamps && !Number.isNaN(modified)) p.machine.files.setTimes(p, name, modified);
    }
    const complete = body.done || (framing.kind === 'close' && failure === undefined);
    if (complete && keepsAlive(response) && framing.kind !== 'close' && options.keepAlive) this.kept = open;
    else p.close(open.fd);
    return yield* this.verdict(
      url,
      name,
      body.received + offset,
      length === undefined ? undefined : length + offset,
      seconds,
      complete,
      failure,
      body.received,
    );
  }

  private *verdict(
    url: Url,
    name: string,
    size: number,
    total: number | undefined,
    seconds: number,
    complete: boolean,
    failure: KernelError | undefined,
    received: number,
  ): Sys<Attempt> {
    const { log, options } = this;
    const rate = rateText(received, seconds);
    if (!complete) {
      const why = failure
        ? `Read error at byte ${size}${total === undefined ? '' : `/${total}`} (${reason(failure)})`
        : `Connection closed at byte ${size}`;
      yield* log.notQuiet(`${this.now()} (${rate}) - ${why}. `);
      return { kind: 'retry' };
    }
    this.totals.files++;
    this.totals.bytes += received;
    this.totals.seconds += seconds;
    const of = total === undefined ? `[${size}]` : `[${size}/${total}]`;
    const toStdout = options.output === '-';
    yield* log.verbose(`${this.now()} (${rate}) - ${toStdout ? 'written to stdout' : `‘${name}’ saved`} ${of}\n\n`);
    yield* log.brief(`${this.now()} URL:${urlText(url)} ${of} -> "${toStdout ? '-' : name}" [1]\n`);
    return { kind: 'done', status: 0 };
  }

  private *gauge(name: string, before: number, total: number | undefined): Sys<Gauge | undefined> {
    const { p } = this.c;
    const { verbosity, progress, showProgress } = this.options;
    if (verbosity !== 'full' && !showProgress) return undefined;
    const terminal = p.terminal(this.log.fd) !== undefined;
    if (progress === 'dot' || !terminal) return new Dots(p, this.log.fd, before, total);
    yield* this.log.always('\n');
    const bar = new Bar(p, this.log.fd, name.slice(name.lastIndexOf('/dev/null') === 0 ? 0 : name.lastIndexOf('/') + 1), before, total);
    yield* bar.update(0);
    return bar;
  }

  private *slowDown(startNs: number, received: number, rate: number): Sys<void> {
    const due = startNs + (received / rate) * NS_PER_S;
    if (due > this.c.p.nowNs) yield* this.c.p.wait([], due, 'limit rate');
  }

  private *destination(name: string, offset: number): Sys<number | KernelError> {
    const { p } = this.c;
    if (this.options.output === '-') return 1;
    if (this.outputFd !== undefined) return this.outputFd;
    const slash = name.lastIndexOf('/');
    if (slash > 0)
      for (let at = name.indexOf('/', 1); at > 0; at = name.indexOf('/', at + 1)) p.machine.files.makeDirectory(p, name.slice(0, at));
    return p.open(name, { write: true, create: true, truncate: offset === 0, append: offset > 0 });
  }

  private localName(url: Url): string {
    const base = url.path.slice(url.path.lastIndexOf('/') + 1);
    const name = `${base === '' ? 'index.html' : decodeURIComponent(base)}${url.query}`;
    return this.options.prefix === undefined ? name : `${this.options.prefix.replace(/\/$/, '')}/${name}`;
  }

  /** NAME, NAME.1, NAME.2…: what is there stays, unless it is to be continued. */
  private freeName(path: string, resumes: boolean): string {
    const taken = (name: string): boolean => !isError(this.c.p.machine.files.stat(this.c.p, name));
    if (resumes || !taken(path)) return path;
    for (let n = 1; ; n++) if (!taken(`${path}.${n}`)) return `${path}.${n}`;
  }
}
