// ngx_http_proxy_module.c over ngx_http_upstream.c. An answer is taken whole before it is passed on.

import { concat } from '../../base/bytes.ts';
import { ERRNO_NUMBER, strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import {
  encodeRequestHead,
  fieldValue,
  HttpBody,
  type HttpField,
  HttpLines,
  type HttpResponse,
  lineText,
  parseField,
  parseStatusLine,
  responseFraming,
} from '../../wire/http.ts';
import { OUT_OF_TIME, within } from '../net-lib/deadline.ts';
import { getaddrinfo, LookupError, numericAddress, socketAddress } from '../net-lib/getaddrinfo.ts';
import { connectStream, installStream } from '../net-lib/stream-file.ts';
import type { Directive } from './config.ts';
import { parseTime } from './directives.ts';
import { listenKey } from './listen.ts';
import { type ProxyTarget, parseProxyTarget } from './proxy-target.ts';
import type { Request, Response } from './request.ts';
import { type Group, groupOf, nextPeer, noteFailure, noteSuccess, type Peer } from './upstream.ts';

/** Why an upstream gave no answer: the status for the client, the line for the log. */
interface Failed {
  readonly status: number;
  readonly log: string;
}

export interface ProxyContext {
  readonly p: Process;
  readonly groups: Map<string, Group>;
  readonly expand: (value: string) => string;
  readonly log: (message: string, upstream?: string) => Sys<void>;
}

/** Passes a request on; a number is the status of what went wrong. */
export function* proxy(x: ProxyContext, r: Request, directive: Directive): Sys<Response | number> {
  let target = directive.proxy as ProxyTarget;
  if (target.variable) {
    const url = x.expand(directive.args[0] as string);
    const known = parseProxyTarget(url);
    if (!known) {
      yield* x.log(`invalid URL prefix in "${url}"`);
      return 500;
    }
    target = known;
  }
  const group = yield* groupFor(x, target, directive);
  if (group === undefined) {
    yield* x.log(`no resolver defined to resolve ${target.host}`);
    return 502;
  }
  const path = upstreamPath(r, target, directive);
  const tried = new Set<Peer>();
  let status = 502;
  for (;;) {
    const peer = nextPeer(group, tried, x.p.wallClockMs);
    if (!peer) {
      if (tried.size === 0) yield* x.log('no live upstreams while connecting to upstream', `http://${target.authority}${path}`);
      return status;
    }
    tried.add(peer);
    const address = listenKey(peer.address);
    r.upstreamAddress = r.upstreamAddress === '' ? address : `${r.upstreamAddress}, ${address}`;
    const answer = yield* ask(x, r, peer, target, path);
    if ('log' in answer) {
      noteFailure(peer, x.p.wallClockMs);
      yield* x.log(answer.log, `http://${address}${path}`);
      status = answer.status;
      continue;
    }
    noteSuccess(peer);
    return redirected(answer, r, target, directive);
  }
}

function* groupFor(x: ProxyContext, target: ProxyTarget, directive: Directive): Sys<Group | undefined> {
  const key = directive.addresses ? (directive.args[0] as string) : target.host;
  const known = x.groups.get(key);
  if (known) return known;
  let addresses = directive.addresses;
  if (!addresses) {
    if (!numericAddress(x.p, target.host)) return undefined;
    const found = yield* getaddrinfo(x.p, target.host);
    if (found instanceof LookupError) return undefined;
    addresses = found.addresses.map((address) => socketAddress(address, target.port ?? 80));
  }
  const group = groupOf(addresses);
  if (directive.addresses) x.groups.set(key, group);
  return group;
}

/** What is asked for there: the URI of proxy_pass in place of the location's path, or what the client asked for. */
function upstreamPath(r: Request, target: ProxyTarget, directive: Directive): string {
  const query = r.query === '' ? '' : `?${r.query}`;
  if (target.uri === undefined) return r.redirects === 0 ? r.target : encodeURI(r.uri) + query;
  if ((directive.proxy as ProxyTarget).variable) return target.uri;
  return encodeURI(target.uri + r.uri.slice((r.location?.args.at(-1) ?? '').length)) + query;
}

/** What a client's request has that the upstream's does not: it is about this connection. */
const OWN_FIELDS = new Set(['host', 'connection', 'keep-alive', 'expect', 'upgrade', 'content-length', 'transfer-encoding', 'te']);

function requestFields(x: ProxyContext, r: Request, target: ProxyTarget): HttpField[] {
  const set = r.scope.all('proxy_set_header').map(({ args }) => ({ name: args[0] as string, value: x.expand(args[1] as string) }));
  const names = new Set(set.map(({ name }) => name.toLowerCase()));
  const fields: HttpField[] = [...set];
  if (!names.has('host')) fields.push({ name: 'Host', value: target.authority });
  if (!names.has('connection')) fields.push({ name: 'Connection', value: 'close' });
  if (r.body.length > 0 || fieldValue(r.fields, 'Content-Length') !== undefined) {
    fields.push({ name: 'Content-Length', value: String(r.body.length) });
  }
  const passed = r.fields.filter(({ name }) => !OWN_FIELDS.has(name.toLowerCase()) && !names.has(name.toLowerCase()));
  return [...fields.filter(({ value }) => value !== ''), ...passed];
}

function* ask(x: ProxyContext, r: Request, peer: Peer, target: ProxyTarget, path: string): Sys<Response | Failed> {
  const { p } = x;
  const seconds = (name: string): number => parseTime(r.scope.value(name) ?? '60') ?? 60;
  const socket = p.sockets.tcp(peer.address.family);
  const fd = installStream(p, socket);
  if (isError(fd)) return { status: 500, log: `socket() failed (${ERRNO_NUMBER[fd.errno]}: ${strerror(fd.errno)})` };
  const refused = yield* connectStream(p, socket, peer.address, p.nowNs + seconds('proxy_connect_timeout') * NS_PER_S);
  if (refused !== undefined) {
    p.close(fd);
    if (refused === 'time') return { status: 504, log: 'upstream timed out (110: Connection timed out) while connecting to upstream' };
    const why = `connect() failed (${ERRNO_NUMBER[refused.errno]}: ${strerror(refused.errno)}) while connecting to upstream`;
    return { status: refused.errno === 'ETIMEDOUT' ? 504 : 502, log: why };
  }
  const version = r.scope.value('proxy_http_version') ?? '1.0';
  const head = encodeRequestHead({ method: r.method, target: path, version, fields: requestFields(x, r, target) });
  yield* p.write(fd, concat(head, r.body));
  const answer = yield* within(p, p.nowNs + seconds('proxy_read_timeout') * NS_PER_S, readAnswer(p, fd, r.method));
  p.close(fd);
  if (answer === OUT_OF_TIME) {
    return { status: 504, log: 'upstream timed out (110: Connection timed out) while reading response header from upstream' };
  }
  return answer;
}

const NOT_PASSED = new Set([
  'date',
  'server',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-type',
  'location',
  'x-pad',
  'x-accel-expires',
  'x-accel-redirect',
  'x-accel-limit-rate',
  'x-accel-buffering',
  'x-accel-charset',
]);

function* readAnswer(p: Process, fd: number, method: string): Sys<Response | Failed> {
  const lines = new HttpLines();
  const fields: HttpField[] = [];
  let start: Omit<HttpResponse, 'fields'> | undefined;
  for (let complete = false; !complete; ) {
    const line = lines.next();
    if (!line) {
      const data = yield* p.read(fd);
      if (isError(data) && data.errno !== 'EAGAIN') {
        const why = `${ERRNO_NUMBER[data.errno]}: ${strerror(data.errno)}`;
        return { status: 502, log: `recv() failed (${why}) while reading response header from upstream` };
      }
      if (isError(data) || data.length === 0) {
        return { status: 502, log: 'upstream prematurely closed connection while reading response header from upstream' };
      }
      lines.push(data);
      continue;
    }
    const text = lineText(line);
    if (!start) {
      start = parseStatusLine(text);
      if (!start) return { status: 502, log: 'upstream sent no valid HTTP/1.0 header while reading response header from upstream' };
    } else if (text === '') complete = true;
    else {
      const field = parseField(text);
      if (field) fields.push(field);
    }
  }
  const whole: HttpResponse = { ...(start as Omit<HttpResponse, 'fields'>), fields };
  const body = new HttpBody(responseFraming(whole, method));
  const parts = [body.push(lines.takeRest())];
  while (!body.done) {
    const data = yield* p.read(fd);
    if (isError(data) || data.length === 0) break;
    parts.push(body.push(data));
  }
  const length = fieldValue(fields, 'Content-Length');
  const location = fieldValue(fields, 'Location');
  return {
    status: whole.status,
    type: fieldValue(fields, 'Content-Type'),
    body: concat(...parts),
    fields: fields.filter(({ name }) => !NOT_PASSED.has(name.toLowerCase())),
    streamed: true,
    ...(length === undefined ? {} : { length: Number(length) }),
    ...(location === undefined ? {} : { location }),
  };
}

/** proxy_redirect default: a Location that begins as proxy_pass does, begins as the location here. */
function redirected(answer: Response, r: Request, target: ProxyTarget, directive: Directive): Response {
  const { location } = answer;
  if (location === undefined || r.scope.value('proxy_redirect') === 'off') return answer;
  const from = directive.args[0] as string;
  const here = r.location?.args.at(-1) ?? '/';
  const prefix = target.uri === undefined ? `${from}/` : from;
  const to = target.uri === undefined ? '/' : here;
  return location.startsWith(prefix) ? { ...answer, location: to + location.slice(prefix.length) } : answer;
}
