import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { fieldValue, HttpBody, HttpLines, type HttpResponse, keepsAlive, responseFraming } from '../../wire/http.ts';
import { isUrlProblem, parseUrl, resolveReference, type Url, urlText } from '../curl/url.ts';
import { type Command, reason } from '../lib/command.ts';
import { Connections, NETWORK_FAILURE, type Open } from './connections.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';
import { Bar, Dots, type Gauge, rateText, roughSize } from './progress.ts';
import { wgetRequest } from './request.ts';
import { readHead, readSome } from './response.ts';

const NOTHING = new Uint8Array(0);

export const SERVER_ERROR = 8;
const GENERIC_FAILURE = 1;

/** What came of one try. */
type Attempt =
  | { readonly kind: 'done'; readonly status: number }
  | { readonly kind: 'retry' }
  | { readonly kind: 'redirect'; readonly to: string };

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
  private readonly connections: Connections;
  private outputFd: number | undefined;

  constructor(c: Command, options: WgetOptions, log: Log) {
    this.c = c;
    this.options = options;
    this.log = log;
    this.connections = new Connections(c, options, log);
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
    const { log, c, options } = this;
    const tried = count > 1 ? `  (try:${String(count).padStart(2)})` : '';
    yield* log.verbose(`--${this.now()}--${tried}  ${urlText(url)}\n`);
    const open = yield* this.connections.to(url);
    if (typeof open === 'number') return { kind: 'done', status: open };
    if (open === 'retry') return { kind: 'retry' };
    if (url.scheme !== 'http') {
      yield* log.notQuiet(`wget: connected, but vethlab has no TLS and no FTP: this wget speaks http:// only\n`);
      c.p.close(open.fd);
      return { kind: 'done', status: url.scheme === 'https' ? 5 : NETWORK_FAILURE };
    }
    const existing = c.p.machine.files.stat(c.p, options.output ?? path);
    const resumeFrom = options.resume && !isError(existing) ? existing.size : 0;
    yield* c.p.write(open.fd, wgetRequest(url, options, resumeFrom));
    yield* log.verbose('HTTP request sent, awaiting response... ');
    const lines = new HttpLines();
    const response = yield* readHead(c.p, options, log, open.fd, lines);
    if (response === 'retry') {
      c.p.close(open.fd);
      return { kind: 'retry' };
    }
    return yield* this.answer(url, path, open, lines, response, resumeFrom);
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
      const data = pending.length > 0 ? pending : yield* readSome(p, options, open.fd);
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
    if (complete && keepsAlive(response) && framing.kind !== 'close' && options.keepAlive) this.connections.keep(open);
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
