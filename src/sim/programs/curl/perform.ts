// A transfer with the redirects it follows: lib/multi.c, lib/transfer.c (Curl_follow), lib/url.c.

import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { fieldValue, type HttpResponse } from '../../wire/http.ts';
import { reason } from '../lib/command.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { type Connection, type Destination, openConnection, type Times } from './connection.ts';
import { failed, TransferError } from './errors.ts';
import type { Config } from './options.ts';
import type { Progress } from './progress.ts';
import { buildRequest, type Hop } from './request.ts';
import type { Session } from './session.ts';
import type { Sink } from './sink.ts';
import { type Exchange, exchangeMessages } from './transfer.ts';
import { isUrlProblem, parseUrl, portOf, resolveReference, type Url, urlText } from './url.ts';

/** What came of a transfer, whether or not it failed. */
export interface Outcome {
  error: TransferError | undefined;
  url: Url | undefined;
  readonly exchange: Exchange;
  times: Times;
  readonly startNs: number;
  /** When the last redirect was over, ns. */
  redirectedNs: number | undefined;
  redirects: number;
  connects: number;
  redirectUrl: string | undefined;
  connection: Connection | undefined;
  method: string;
}

const noTimes = (startNs: number): Times => ({
  startNs,
  nameLookupNs: undefined,
  connectNs: undefined,
  preTransferNs: undefined,
  startTransferNs: undefined,
});

/** Does a transfer to its end. */
export function* perform(
  s: Session,
  config: Config,
  urlGiven: string,
  upload: string | undefined,
  resumeFrom: number,
  sink: Sink,
  progress: Progress,
): Sys<Outcome> {
  const startNs = s.p.nowNs;
  const exchange: Exchange = {
    response: undefined,
    headerBytes: 0,
    requestBytes: 0,
    headerCount: 0,
    fields: [],
    reusable: false,
    stale: false,
  };
  const outcome: Outcome = {
    error: undefined,
    url: undefined,
    exchange,
    times: noTimes(startNs),
    startNs,
    redirectedNs: undefined,
    redirects: 0,
    connects: 0,
    redirectUrl: undefined,
    connection: undefined,
    method:
      config.method ??
      (config.head
        ? 'HEAD'
        : upload !== undefined
          ? 'PUT'
          : (config.body !== undefined && !config.get) || config.form.length > 0
            ? 'POST'
            : 'GET'),
  };
  outcome.error = yield* follow(s, config, urlGiven, upload, resumeFrom, sink, progress, outcome);
  return outcome;
}

function* follow(
  s: Session,
  config: Config,
  urlGiven: string,
  upload: string | undefined,
  resumeFrom: number,
  sink: Sink,
  progress: Progress,
  outcome: Outcome,
): Sys<TransferError | undefined> {
  const deadlineNs = config.maxTime === undefined || config.maxTime === 0 ? undefined : s.p.nowNs + config.maxTime * NS_PER_S;
  const resolveError = yield* fillDnsCache(s, config);
  if (resolveError) return resolveError;
  let url = parseUrl(urlGiven, config.pathAsIs);
  let switchedToGet = false;
  const firstHost = isUrlProblem(url) ? '' : url.host;
  yield* progress.update();
  for (;;) {
    if (isUrlProblem(url)) {
      const error =
        url.kind === 'malformed'
          ? new TransferError(3)
          : new TransferError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
      if (url.kind === 'scheme') yield* s.info(error.message);
      yield* s.info('Closing connection -1');
      return error;
    }
    outcome.url = url;
    if (url.scheme === 'file') return yield* readFileUrl(s, url, sink, progress);
    const proxy = proxyFor(s, config, url);
    const hop: Hop = { url, switchedToGet, foreign: url.host !== firstHost, proxied: proxy !== undefined };
    outcome.redirectUrl = undefined;
    const current: Url = url;
    const error = yield* once(s, config, hop, proxy, upload, resumeFrom, sink, progress, outcome, deadlineNs, (response) => {
      const location = redirectOf(response);
      return config.location && location !== undefined;
    });
    if (error) return error;
    const response = outcome.exchange.response as HttpResponse;
    const location = redirectOf(response);
    if (location === undefined) return undefined;
    const target = resolveReference(current, location);
    if (!config.location) {
      outcome.redirectUrl = target;
      return undefined;
    }
    if (outcome.redirects >= config.maxRedirects) return new TransferError(47, `Maximum (${config.maxRedirects}) redirects followed`);
    outcome.redirects++;
    outcome.redirectedNs = s.p.nowNs;
    url = parseUrl(target, config.pathAsIs);
    if (!isUrlProblem(url) && portOf(url) !== portOf(current)) {
      yield* s.info(`Clear auth, redirects to port from ${portOf(current)} to ${portOf(url)}`);
    }
    yield* s.info(`Issue another request to this URL: '${isUrlProblem(url) ? target : urlText(url)}'`);
    const posts = config.method === undefined && !switchedToGet && (config.body !== undefined || config.form.length > 0) && !config.get;
    if (posts && (response.status === 301 || response.status === 302 || response.status === 303)) {
      yield* s.info('Switch from POST to GET');
      switchedToGet = true;
    }
  }
}

/** One request on one connection, and on another one if an old connection had died. */
function* once(
  s: Session,
  config: Config,
  hop: Hop,
  proxy: Url | undefined,
  upload: string | undefined,
  resumeFrom: number,
  sink: Sink,
  progress: Progress,
  outcome: Outcome,
  deadlineNs: number | undefined,
  follows: (response: HttpResponse) => boolean,
): Sys<TransferError | undefined> {
  const { exchange } = outcome;
  for (;;) {
    outcome.times = noTimes(outcome.startNs);
    const destination = yield* destinationOf(s, config, hop.url, proxy);
    const old = yield* reusable(s, destination.key);
    const id = old?.id ?? s.connectionCount++;
    const connection = old ?? (yield* openConnection(s, config, destination, id, outcome.times, deadlineNs));
    if (failed(connection)) return yield* giveUp(s, connection, id);
    outcome.connection = connection;
    if (old) yield* sayReused(s, connection);
    else {
      outcome.connects++;
      yield* s.info(
        `Connected to ${destination.displayName ?? destination.host} (${connection.remoteAddress}) port ${connection.remotePort} (#${id})`,
      );
    }
    if (hop.url.scheme !== 'http') return yield* cannotSpeak(s, hop.url, connection);
    const request = yield* buildRequest(s, config, hop, upload, resumeFrom);
    if (failed(request)) {
      s.p.close(connection.fd);
      return request;
    }
    outcome.method = request.method;
    const authorization = fieldValue(request.fields, 'Authorization');
    if (authorization?.startsWith('Basic ')) {
      yield* s.info(`Server auth using Basic with user '${(config.user ?? hop.url.user ?? '').split(':')[0]}'`);
    }
    exchange.response = undefined;
    exchange.reusable = false;
    exchange.stale = false;
    exchange.fields.length = 0;
    const bytesBefore = exchange.headerBytes;
    exchange.headerBytes = 0;
    const error = yield* exchangeMessages(
      s,
      connection,
      request,
      { config, url: hop.url, deadlineNs, resumeFrom, follows },
      sink,
      outcome.times,
      progress,
      exchange,
    );
    exchange.headerBytes += bytesBefore;
    if (error && old && exchange.stale && exchange.response === undefined) {
      yield* s.info('Connection died, retrying a fresh connect (retry count: 1)');
      yield* s.info(`Closing connection ${id}`);
      s.p.close(connection.fd);
      continue;
    }
    if (error) {
      yield* progress.done();
      yield* s.info(error.message);
      yield* s.info(`Closing connection ${id}`);
      s.p.close(connection.fd);
      return error;
    }
    const last = !follows(exchange.response as unknown as HttpResponse);
    if (last) yield* progress.done();
    if (exchange.reusable) {
      s.connections.push(connection);
      yield* s.info(`Connection #${id} to host ${destination.displayName ?? destination.host} left intact`);
    } else {
      yield* s.info(`Closing connection ${id}`);
      s.p.close(connection.fd);
    }
    return undefined;
  }
}

function* giveUp(s: Session, error: TransferError, id: number): Sys<TransferError> {
  // An address family without addresses is found out before anything is said.
  if (error.code !== 7 || error.message.startsWith('Failed')) yield* s.info(error.message);
  yield* s.info(`Closing connection ${id}`);
  return error;
}

/** What other protocols than HTTP get: the connection is real, what should follow is not there. */
function* cannotSpeak(s: Session, url: Url, connection: Connection): Sys<TransferError> {
  const tls = url.scheme === 'https';
  const error = tls
    ? new TransferError(35, 'connected, but vethlab has no TLS: this curl speaks http:// only')
    : new TransferError(1, `connected, but this curl of vethlab's speaks http:// only, not ${url.scheme}://`);
  yield* s.info(error.message);
  yield* s.info(`Closing connection ${connection.id}`);
  s.p.close(connection.fd);
  return error;
}

/** A connection to the same place that is still open. */
function* reusable(s: Session, key: string): Sys<Connection | undefined> {
  const at = s.connections.findIndex((connection) => connection.key === key);
  if (at < 0) return undefined;
  const [connection] = s.connections.splice(at, 1) as [Connection];
  if (!connection.socket.poll().readable) return connection;
  yield* s.info(`Connection ${connection.id} seems to be dead`);
  yield* s.info(`Closing connection ${connection.id}`);
  s.p.close(connection.fd);
  return undefined;
}

function* sayReused(s: Session, connection: Connection): Sys<void> {
  // The bundle's address in memory is nobody's to know.
  yield* s.info(`Found bundle for host: 0x${(0x55_5555_0000 + connection.id * 0x40).toString(16)} [serially]`);
  yield* s.info('Can not multiplex, even if we wanted to');
  yield* s.info(`Re-using existing connection #${connection.id} with host ${connection.host}`);
}

function* destinationOf(s: Session, config: Config, url: Url, proxy: Url | undefined): Sys<Destination> {
  const target = proxy ?? url;
  const port = proxy ? (proxy.port ?? 1080) : portOf(url);
  const unix = config.unixSocket === undefined ? '' : `${config.unixSocket.path} `;
  const key = `${unix}${target.scheme}://${target.host}:${port}`;
  for (const rule of proxy ? [] : config.connectTo) {
    const match = /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(rule);
    if (!match) continue;
    const [, fromHost = '', fromPort = '', toHost = '', toPort = ''] = match;
    if ((fromHost !== '' && fromHost.toLowerCase() !== url.host.toLowerCase()) || (fromPort !== '' && Number(fromPort) !== port)) continue;
    const host = toHost === '' ? url.host : toHost.replace(/^\[|\]$/g, '');
    if (toHost !== '') yield* s.info(`Connecting to hostname: ${host}`);
    if (toPort !== '') yield* s.info(`Connecting to port: ${toPort}`);
    const to = toPort === '' ? port : Number(toPort);
    return { host, ...(toHost === '' ? {} : { displayName: '(nil)' }), zone: undefined, port: to, key: `${key} ${host}:${to}` };
  }
  return { host: target.host, zone: target.zone, port, key };
}

/** -x, else the environment, unless the host is among those that need none. */
function proxyFor(s: Session, config: Config, url: Url): Url | undefined {
  const { env } = s.p;
  const named =
    config.proxy ??
    (url.scheme === 'http' ? env.get('http_proxy') : env.get('https_proxy')) ??
    env.get('all_proxy') ??
    env.get('ALL_PROXY');
  if (named === undefined || named === '') return undefined;
  const exempt = config.noProxy ?? env.get('no_proxy') ?? env.get('NO_PROXY') ?? '';
  const hosts = exempt.split(/[ ,]+/).filter((host) => host !== '');
  if (hosts.some((host) => host === '*' || url.host === host || url.host.endsWith(`.${host.replace(/^\./, '')}`))) return undefined;
  const proxy = parseUrl(named);
  return isUrlProblem(proxy) ? undefined : proxy;
}

/** --resolve HOST:PORT:ADDRESS[,ADDRESS]…, `-HOST:PORT` takes one out. */
function* fillDnsCache(s: Session, config: Config): Sys<TransferError | undefined> {
  for (const entry of config.resolve.splice(0)) {
    if (entry.startsWith('-')) {
      s.dnsCache.delete(entry.slice(1));
      continue;
    }
    const match = /^\+?(\[[^\]]*\]|[^:]+):(\d+):(.+)$/.exec(entry);
    if (!match) return new TransferError(49, `Couldn't parse CURLOPT_RESOLVE entry '${entry}'`);
    const host = (match[1] as string).replace(/^\[|\]$/g, '');
    const key = `${host}:${match[2]}`;
    const addresses = [];
    for (const text of (match[3] as string).split(',')) {
      const found = yield* getaddrinfo(s.p, text.replace(/^\[|\]$/g, ''));
      if (found instanceof LookupError) return new TransferError(49, `Resolve address '${text}' found illegal`);
      addresses.push(...found.addresses);
    }
    s.dnsCache.set(key, addresses);
    yield* s.info(`Added ${key}:${match[3]} to DNS cache`);
  }
  return undefined;
}

function redirectOf(response: HttpResponse): string | undefined {
  return response.status >= 300 && response.status < 400 ? fieldValue(response.fields, 'Location') : undefined;
}

function* readFileUrl(s: Session, url: Url, sink: Sink, progress: Progress): Sys<TransferError | undefined> {
  const path = decodeURIComponent(url.path);
  const contents = s.p.machine.files.readFile(s.p, path);
  if (isError(contents)) {
    yield* s.info(`Couldn't open file ${path}: ${reason(contents)}`);
    yield* s.info('Closing connection 0');
    return new TransferError(37, `Couldn't open file ${path}`);
  }
  progress.expectedDown = contents.length;
  progress.down = contents.length;
  const refused = yield* sink.body(contents);
  yield* progress.done();
  return refused;
}
