// Transfer after transfer: src/tool_operate.c.

import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { Exit } from '../lib/command.ts';
import { TransferError } from './errors.ts';
import { expandGlob } from './glob.ts';
import { type Config, type OutputTarget, refuse, type UrlItem } from './options.ts';
import { type Outcome, perform } from './perform.ts';
import { Progress } from './progress.ts';
import type { Session } from './session.ts';
import { Sink } from './sink.ts';
import { isUrlProblem, parseUrl, urlText } from './url.ts';
import { type Report, writeOut } from './write-out.ts';

/** Statuses after which another try may help. */
const TRANSIENT = [408, 429, 500, 502, 503, 504];
const MAX_RETRY_DELAY_S = 600;

/** Everything the command line asks for; the exit status is the last transfer's. */
export function* operate(s: Session): Sys<number> {
  let status = 0;
  let index = 0;
  for (const config of s.settings.configs) {
    if (!config.items.some((item) => item.url !== undefined)) yield* noUrl(s);
    if (config.head && (config.body !== undefined || config.form.length > 0)) {
      const other = config.form.length > 0 ? '(-F, --form)' : '(-d, --data)';
      yield* s.warn('You can only select one HTTP request method! You asked for both POST ');
      yield* s.warn(`${other} and HEAD (-I, --head).`);
      return 2;
    }
    yield* readCookies(s, config);
    for (const item of config.items) {
      if (item.url === undefined) continue;
      const glob = config.globOff ? { urls: [{ url: item.url, parts: [] }] } : expandGlob(item.url);
      if ('message' in glob) {
        status = 3;
        yield* complain(s, 3, `${glob.message} in URL position ${glob.position}:\n${item.url}\n${' '.repeat(glob.position - 1)}^`);
        return status;
      }
      for (const { url, parts } of glob.urls) {
        status = yield* transferWithRetries(s, config, item, url, parts, index++);
        if (status !== 0 && s.settings.failEarly) return status;
      }
    }
    yield* writeCookies(s, config);
  }
  yield* s.stdout.flush();
  return status;
}

function* noUrl(s: Session): Sys<never> {
  if (s.settings.configs.length > 1 || s.c.args.length > 0) yield* refuse(s.c, 'no URL specified!');
  yield* s.c.error("curl: try 'curl --help' or 'curl --manual' for more information\n");
  throw new Exit(2);
}

function* complain(s: Session, code: number, message: string): Sys<void> {
  if (!s.settings.silent || s.settings.showError) yield* s.p.write(2, encodeText(`curl: (${code}) ${message}\n`));
}

function* transferWithRetries(
  s: Session,
  config: Config,
  item: UrlItem,
  url: string,
  parts: readonly string[],
  index: number,
): Sys<number> {
  let delayS = config.retryDelay ?? 1;
  const startNs = s.p.nowNs;
  for (let left = config.retries; ; left--) {
    const outcome = yield* transfer(s, config, item, url, parts, index);
    const problem = left > 0 ? retryReason(config, outcome) : undefined;
    const tooLate = config.retryMaxTime !== undefined && s.p.nowNs - startNs >= config.retryMaxTime * NS_PER_S;
    if (problem === undefined || tooLate) return outcome.error?.code ?? 0;
    yield* s.warn(`Problem: ${problem}. Will retry in ${delayS} seconds. ${left} retr${left === 1 ? 'y' : 'ies'} left.`);
    yield* s.p.sleep(delayS * NS_PER_S);
    if (config.retryDelay === undefined) delayS = Math.min(delayS * 2, MAX_RETRY_DELAY_S);
  }
}

function retryReason(config: Config, { error, exchange }: Outcome): string | undefined {
  if (error?.code === 28 || error?.code === 6) return 'timeout';
  if (error?.code === 7 && config.retryConnRefused && error.message.endsWith("Couldn't connect to server")) return 'connection refused';
  const status = exchange.response?.status ?? 0;
  if ((error === undefined || error.code === 22) && TRANSIENT.includes(status)) return 'HTTP error';
  return error && config.retryAllErrors ? '(retrying all errors)' : undefined;
}

function* transfer(s: Session, config: Config, item: UrlItem, urlGiven: string, parts: readonly string[], index: number): Sys<Outcome> {
  const url = withQuery(config, item, urlGiven);
  const target = outputOf(config, item, url, parts);
  if (target === 'no-name') {
    yield* s.p.printError('curl: Remote file name has no length!\n');
    const error = new TransferError(23);
    yield* complain(s, 23, error.message);
    return emptyOutcome(s, error);
  }
  let path = target;
  if (path !== undefined && config.noClobber) path = freeName(s, path);
  const existing = path === undefined ? undefined : s.p.machine.files.stat(s.p, path);
  const size = existing === undefined || isError(existing) ? 0 : existing.size;
  const resumeFrom = config.resumeFrom === 'file' ? size : (config.resumeFrom ?? 0);
  const sink = new Sink(s, config, path, config.resumeFrom !== undefined);
  const toTerminal = path === undefined && s.stdout.isTerminal;
  s.outputIsTerminal = toTerminal;
  const quiet = s.settings.silent || s.settings.noProgressMeter || toTerminal;
  const progress = new Progress(s.p, quiet ? 'none' : s.settings.progressBar ? 'bar' : 'meter');
  const outcome = yield* perform(s, config, url, item.upload, resumeFrom, sink, progress);
  if (outcome.error && outcome.connection === undefined) yield* progress.done();
  const refused = yield* sink.close(outcome.error === undefined);
  outcome.error ??= refused;
  const status = outcome.exchange.response?.status ?? 0;
  if (outcome.error === undefined && config.fail === 'with-body' && status >= 400) {
    outcome.error = new TransferError(22, `The requested URL returned error: ${status}`);
  }
  if (outcome.error && config.removeOnError && path !== undefined) s.p.machine.files.unlink(s.p, path);
  if (config.remoteTime && outcome.error === undefined && path !== undefined) {
    const modified = Date.parse(outcome.exchange.fields.find(({ name }) => name.toLowerCase() === 'last-modified')?.value ?? '');
    if (!Number.isNaN(modified)) s.p.machine.files.setTimes(s.p, path, modified);
  }
  if (outcome.error && !sinkOnTerminal(s, path)) yield* s.stdout.flush();
  if (outcome.error) yield* complain(s, outcome.error.code, outcome.error.message);
  if (config.writeOut !== undefined) yield* report(s, config, url, path, index, outcome, progress);
  return outcome;
}

const sinkOnTerminal = (s: Session, path: string | undefined): boolean => path === undefined && s.stdout.isTerminal;

function emptyOutcome(s: Session, error: TransferError): Outcome {
  const startNs = s.p.nowNs;
  return {
    error,
    url: undefined,
    exchange: { response: undefined, headerBytes: 0, requestBytes: 0, headerCount: 0, fields: [], reusable: false, stale: false },
    times: { startNs, nameLookupNs: undefined, connectNs: undefined, preTransferNs: undefined, startTransferNs: undefined },
    startNs,
    redirectedNs: undefined,
    redirects: 0,
    connects: 0,
    redirectUrl: undefined,
    connection: undefined,
    method: 'GET',
  };
}

/** -G puts the data in the query; an upload to a folder gets the file's name. */
function withQuery(config: Config, item: UrlItem, url: string): string {
  const queries = [...config.urlQuery, ...(config.get && config.body !== undefined ? [decodeText(config.body)] : [])];
  let out = url;
  if (queries.length > 0) {
    const hash = out.indexOf('#');
    const base = hash < 0 ? out : out.slice(0, hash);
    const withPath = /^([a-z]+:\/\/)?[^/?]+$/i.test(base) ? `${base}/` : base;
    out = `${withPath}${withPath.includes('?') ? '&' : '?'}${queries.join('&')}`;
  }
  if (item.upload !== undefined && item.upload !== '-' && item.upload !== '.' && /^([a-z]+:\/\/)?[^/]+\/$|\/$/i.test(out)) {
    out += item.upload.slice(item.upload.lastIndexOf('/') + 1);
  }
  return out;
}

/** The file of a document; undefined for standard output. */
function outputOf(config: Config, item: UrlItem, url: string, parts: readonly string[]): string | undefined | 'no-name' {
  const output: OutputTarget = item.output ?? (config.remoteNameAll ? { kind: 'remote' } : { kind: 'stdout' });
  if (output.kind === 'stdout') return undefined;
  let name: string;
  if (output.kind === 'remote') {
    const parsed = parseUrl(url);
    const path = isUrlProblem(parsed) ? '' : parsed.path;
    name = path.slice(path.lastIndexOf('/') + 1);
    if (name === '') return 'no-name';
  } else name = output.name.replace(/#(\d)/g, (all, digit: string) => parts[Number(digit) - 1] ?? all);
  return config.outputDir === undefined ? name : `${config.outputDir}/${name}`;
}

/** --no-clobber: NAME.1, NAME.2… */
function freeName(s: Session, path: string): string {
  const taken = (name: string): boolean => !isError(s.p.machine.files.stat(s.p, name));
  if (!taken(path)) return path;
  for (let n = 1; ; n++) if (!taken(`${path}.${n}`)) return `${path}.${n}`;
}

function* report(
  s: Session,
  config: Config,
  url: string,
  path: string | undefined,
  index: number,
  outcome: Outcome,
  progress: Progress,
): Sys<void> {
  const format = yield* writeOutFormat(s, config.writeOut as string);
  const { exchange, times, connection } = outcome;
  const since = (ns: number | undefined): number => (ns === undefined ? 0 : ns - outcome.startNs);
  const facts: Report = {
    url,
    effectiveUrl: outcome.url ? urlText(outcome.url) : url,
    scheme: outcome.url?.scheme ?? '',
    method: outcome.method,
    status: exchange.response?.status ?? 0,
    version: exchange.response?.version ?? '',
    fields: exchange.fields,
    headerCount: exchange.headerCount,
    redirects: outcome.redirects,
    connects: outcome.connects,
    redirectUrl: outcome.redirectUrl,
    remoteAddress: connection?.remoteAddress ?? '',
    remotePort: connection?.remotePort ?? 0,
    localAddress: connection?.localAddress ?? '',
    localPort: connection?.localPort ?? 0,
    fileName: path ?? '',
    exitCode: outcome.error?.code ?? 0,
    error: outcome.error?.message,
    index,
    referer: config.referer,
    headerBytes: exchange.headerBytes,
    requestBytes: exchange.requestBytes,
    downBytes: progress.down,
    upBytes: progress.up,
    nameLookupNs: since(times.nameLookupNs),
    connectNs: since(times.connectNs),
    preTransferNs: since(times.preTransferNs),
    startTransferNs: since(times.startTransferNs),
    redirectNs: since(outcome.redirectedNs),
    totalNs: s.p.nowNs - outcome.startNs,
  };
  for (const { to, text } of writeOut(format, facts)) {
    if (to === 'stdout') yield* s.stdout.write(encodeText(text));
    else yield* s.p.write(2, encodeText(text));
  }
}

/** Of a file's text, the ends of lines are not part of the format: `file2string()` leaves them out. */
function* writeOutFormat(s: Session, format: string): Sys<string> {
  if (!format.startsWith('@')) return format;
  const name = format.slice(1);
  const contents = name === '-' ? yield* s.p.readAll(0) : s.p.machine.files.readFile(s.p, name);
  return isError(contents) ? '' : decodeText(contents).replace(/[\r\n\0]/g, '');
}

function* readCookies(s: Session, config: Config): Sys<void> {
  if (config.cookieJar !== undefined) s.cookies.enabled = true;
  for (const cookie of config.cookies) {
    if (cookie.includes('=')) continue;
    s.cookies.enabled = true;
    const contents = cookie === '-' ? yield* s.p.readAll(0) : s.p.machine.files.readFile(s.p, cookie);
    if (!isError(contents)) s.cookies.readFile(decodeText(contents), Math.floor(s.p.wallClockMs / 1000));
  }
}

function* writeCookies(s: Session, config: Config): Sys<void> {
  if (config.cookieJar === undefined) return;
  const text = encodeText(s.cookies.fileText());
  if (config.cookieJar === '-') yield* s.stdout.write(text);
  else s.p.machine.files.writeFile(s.p, config.cookieJar, text);
}
