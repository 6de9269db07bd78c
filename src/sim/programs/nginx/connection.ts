import { formatIpv4 } from '../../base/address.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import {
  encodeChunk,
  encodeResponseHead,
  fieldValue,
  HttpBody,
  type HttpField,
  HttpLines,
  httpDate,
  keepsAlive,
  lineText,
  parseField,
  requestFraming,
} from '../../wire/http.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { poll } from '../net-lib/stream-file.ts';
import type { Block } from './config.ts';
import { parseTime } from './directives.ts';
import { builtInPage, statusLine } from './pages.ts';
import { answer } from './phases.ts';
import type { Request, Response } from './request.ts';
import { type Site, serverFor, siteFor } from './sites.ts';
import { lastModified } from './static-file.ts';
import { hostOf } from './variables.ts';
import type { Worker } from './worker.ts';

const COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const LONGEST_HEAD = 32_768;

/** A client's connection: its requests one after another. */
export class Connection {
  readonly #w: Worker;
  readonly #p: Process;
  readonly #fd: number;
  readonly #id: number;
  readonly #remote: SockAddr;
  readonly #local: SockAddr;
  readonly #site: Site | undefined;
  readonly #lines = new HttpLines();
  #requests = 0;

  constructor(w: Worker, socket: StreamSocket, fd: number, id: number) {
    this.#w = w;
    this.#p = w.p;
    this.#fd = fd;
    this.#id = id;
    const peer = socket.peerAddress();
    this.#local = socket.localAddress();
    this.#remote = isError(peer) ? this.#local : peer;
    this.#site = siteFor(w.sites, this.#local);
  }

  *serve(): Sys<void> {
    if (!this.#site) return;
    while (!this.#w.isQuitting) {
      const alive = yield* this.#one(this.#site);
      if (!alive) return;
    }
  }

  /** Waits for a line; undefined when the client has gone, is silent too long, or the worker ends. */
  *#line(): Sys<string | undefined> {
    for (;;) {
      const line = this.#lines.next();
      if (line) return lineText(line);
      if (this.#lines.rest.length > LONGEST_HEAD) return undefined;
      const data = yield* this.#read();
      if (data === undefined) return undefined;
      this.#lines.push(data);
    }
  }

  *#read(): Sys<Uint8Array | undefined> {
    const server = (this.#site as Site).fallback;
    const seconds =
      parseTime(
        server.value(this.#requests === 0 ? 'client_header_timeout' : 'keepalive_timeout') ?? (this.#requests === 0 ? '60' : '75'),
      ) ?? 75;
    const untilNs = this.#p.nowNs + seconds * NS_PER_S;
    const file = this.#p.file(this.#fd);
    while (file && !file.canRead()) {
      if (this.#p.nowNs >= untilNs || (this.#w.isQuitting && this.#requests > 0)) return undefined;
      yield* this.#p.wait([file.readable, this.#w.quitting], untilNs, 'read');
    }
    const ready = yield* poll(this.#p, [{ fd: this.#fd, read: true }], untilNs);
    if (ready.length === 0) return undefined;
    const data = yield* this.#p.read(this.#fd, 65_536);
    return isError(data) || data.length === 0 ? undefined : data;
  }

  /** One request; false when the connection is to end. */
  *#one(site: Site): Sys<boolean> {
    let line = yield* this.#line();
    if (line === '') line = yield* this.#line();
    if (line === undefined) return false;
    const startMs = this.#p.wallClockMs;
    const fields: HttpField[] = [];
    const start = /^([A-Z_-]+) +(\S.*?)(?: +(HTTP\/(\d)\.(\d)))?$/.exec(line);
    if (start && start[3] !== undefined) {
      for (let text = yield* this.#line(); text !== ''; text = yield* this.#line()) {
        if (text === undefined) return false;
        const field = parseField(text);
        if (field) fields.push(field);
      }
    }
    const [, method = '', target = '', protocol = 'HTTP/0.9'] = start ?? [];
    const r = this.#request(site.fallback, { method, line, protocol, target, fields, startMs });
    const version = protocol.slice(5);
    const wellFormed = start !== null && /^(\/|http:\/\/)/.test(target);
    const hosts = fields.filter(({ name }) => name.toLowerCase() === 'host');
    if (!wellFormed || hosts.length > 1 || (version === '1.1' && hosts.length === 0)) {
      if (hosts.length === 0 && wellFormed) {
        yield* this.#w.log(r, 'info', 'client sent HTTP/1.1 request without "Host" header while reading client request headers');
      }
      return yield* this.#refuse(r, 400);
    }
    r.server = serverFor(site, hostOf(r), r.captures);
    r.scope = r.server;
    const body = yield* this.#body(r);
    if (body === undefined) return false;
    if (typeof body === 'number') return yield* this.#refuse(r, body);
    this.#requests++;
    const whole: Request = Object.assign(r, { body });
    const alive =
      keepsAlive({ version, fields }) &&
      !this.#w.isQuitting &&
      this.#requests < Number(r.server.value('keepalive_requests') ?? 1000) &&
      (parseTime(r.server.value('keepalive_timeout') ?? '75') ?? 75) > 0;
    const asked = r.method;
    const response = yield* answer(this.#w, whole);
    return yield* this.#send(whole, response, asked === 'HEAD', alive);
  }

  #request(server: Block, head: Pick<Request, 'method' | 'line' | 'protocol' | 'target' | 'fields' | 'startMs'>): Request {
    const path = head.target.replace(/^http:\/\/[^/]*/, '') || '/';
    const [raw = '', query = ''] = path.replace(/#.*/, '').split(/\?(.*)/s);
    const local = this.#local;
    return {
      ...head,
      body: utf8(''),
      remote: this.#remote,
      remoteAddress: numericHost(this.#p.netns, this.#remote).replace(/^::ffff:(?=\d+\.)/, ''),
      localAddress: local.family === 'inet' ? formatIpv4(local.address) : local.address,
      localPort: local.port,
      connection: this.#id,
      server,
      scope: server,
      location: undefined,
      uri: normalPath(raw),
      query,
      captures: new Map(),
      set: new Map(),
      errorStatus: undefined,
      redirects: 0,
      status: 0,
      bytesSent: 0,
      bodySent: 0,
      upstreamAddress: '',
    };
  }

  /** A request's body; a number is the status it is refused with. */
  *#body(r: Request): Sys<Uint8Array | number | undefined> {
    const framing = requestFraming({ method: r.method, target: r.target, version: '1.1', fields: r.fields });
    const limit = sizeOf(r.scope.value('client_max_body_size') ?? '1m');
    if (framing.kind === 'length' && limit > 0 && framing.length > limit) {
      yield* this.#w.log(r, 'error', `client intended to send too large body: ${framing.length} bytes`);
      return 413;
    }
    const body = new HttpBody(framing);
    if (!body.done && /100-continue/i.test(fieldValue(r.fields, 'Expect') ?? '')) {
      yield* this.#p.write(this.#fd, utf8('HTTP/1.1 100 Continue\r\n\r\n'));
    }
    const parts = [body.push(this.#lines.takeRest())];
    while (!body.done) {
      const data = yield* this.#read();
      if (data === undefined) return undefined;
      parts.push(body.push(data));
    }
    this.#lines.push(body.rest);
    return concat(...parts);
  }

  *#refuse(r: Request, status: number): Sys<boolean> {
    const body = utf8(builtInPage(status, this.#w.serverToken(r)) ?? '');
    return yield* this.#send(r, { status, type: 'text/html', body, fields: [] }, false, false);
  }

  *#send(r: Request, response: Response, headOnly: boolean, alive: boolean): Sys<boolean> {
    const { status, body } = response;
    const bodiless = status === 204 || status === 304 || status < 200;
    const length = bodiless ? undefined : headOnly && response.streamed ? response.length : body.length;
    const chunked = response.streamed === true && response.length === undefined && !bodiless && r.protocol === 'HTTP/1.1';
    const keep =
      alive &&
      (chunked || length !== undefined || bodiless || headOnly) &&
      !(response.streamed && response.length === undefined && !chunked && !bodiless);
    const fields: HttpField[] = [
      { name: 'Server', value: this.#w.serverToken(r) },
      { name: 'Date', value: httpDate(this.#p.wallClockMs) },
    ];
    const add = (name: string, value: string | undefined): void => {
      if (value !== undefined) fields.push({ name, value });
    };
    if (!bodiless) add('Content-Type', response.type);
    if (!chunked && !(response.streamed && response.length === undefined))
      add('Content-Length', length === undefined ? undefined : String(length));
    add('Last-Modified', lastModified(response));
    add('Location', response.location === undefined ? undefined : this.#absolute(r, response.location));
    if (chunked) add('Transfer-Encoding', 'chunked');
    add('Connection', keep ? 'keep-alive' : 'close');
    fields.push(...response.fields, ...addedFields(this.#w, r, status), ...(response.lateFields ?? []));
    const [code, ...reason] = statusLine(status).split(' ');
    const head = encodeResponseHead({ version: '1.1', status: Number(code), reason: reason.join(' '), fields });
    const content =
      bodiless || headOnly ? utf8('') : chunked ? concat(...(body.length > 0 ? [encodeChunk(body)] : []), utf8('0\r\n\r\n')) : body;
    const sent = yield* this.#p.write(this.#fd, r.protocol === 'HTTP/0.9' && status === 200 ? content : concat(head, content));
    r.status = status;
    r.bytesSent = head.length + content.length;
    r.bodySent = content.length;
    yield* this.#logAccess(r);
    return keep && !isError(sent);
  }

  /** A path in Location becomes a URL (absolute_redirect). */
  #absolute(r: Request, location: string): string {
    if (!location.startsWith('/') || !r.scope.flag('absolute_redirect', true)) return location;
    const port = r.localPort === 80 || !r.scope.flag('port_in_redirect', true) ? '' : `:${r.localPort}`;
    return `http://${hostOf(r) || r.localAddress}${port}${location}`;
  }

  *#logAccess(r: Request): Sys<void> {
    const configured = r.scope.all('access_log');
    const targets = configured.length > 0 ? configured.map(({ args }) => args) : [['/var/log/nginx/access.log']];
    for (const [path = 'off', name = 'combined'] of targets) {
      if (path === 'off') continue;
      const format = formatOf(r.scope, name);
      const fd = this.#w.logs.open(this.#p, path);
      if (!isError(fd)) yield* this.#p.write(fd, utf8(`${this.#w.expand(format, r, '-')}\n`));
    }
  }
}

function formatOf(scope: Block, name: string): string {
  const own = scope.all('log_format').find(({ args }) => args[0] === name);
  if (!own) return COMBINED;
  return own.args.slice(/^escape=/.test(own.args[1] ?? '') ? 2 : 1).join('');
}

/** add_header: for good answers, with `always` for all. A range that cannot be satisfied is found later, when the answer was still a good one. */
function addedFields(w: Worker, r: Request, status: number): HttpField[] {
  const good = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(status) || status === 416;
  return r.scope
    .all('add_header')
    .filter(({ args }) => good || args[2] === 'always')
    .map(({ args }) => ({ name: args[0] as string, value: w.expand(args[1] as string, r) }))
    .filter(({ value }) => value !== '');
}

function sizeOf(text: string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[text.slice(-1).toLowerCase()] ?? 1;
  return Number.parseInt(text, 10) * unit;
}

/** Decoded, without dots and double slashes (ngx_http_parse_complex_uri). */
function normalPath(raw: string): string {
  let path = raw;
  try {
    path = decodeURIComponent(raw);
  } catch {
    // What is no UTF-8 stays as it is written.
  }
  const parts: string[] = [];
  const words = path.split('/').slice(1);
  for (const [i, word] of words.entries()) {
    if (word === '..') parts.pop();
    else if (word !== '.' && (word !== '' || i === words.length - 1)) parts.push(word);
  }
  return `/${parts.join('/')}`;
}
