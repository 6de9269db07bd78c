// From a connection's first byte to the reply: networking/httpd.c, handle_incoming_and_exit.

import { decodeBase64 } from '../../../base/base64.ts';
import { isError } from '../../../base/result.ts';
import { NS_PER_S } from '../../../base/time.ts';
import type { Sys } from '../../../machine/process.ts';
import { latin1, lineText, parseField } from '../../../wire/http.ts';
import { poll } from '../../net-lib/stream-file.ts';
import { runCgi } from './cgi.ts';
import { isAllowed, readConfig } from './config.ts';
import { KNOWN_STATUSES, sendFile, sendStatus } from './reply.ts';
import type { Visit } from './visit.ts';

/** Seconds a client has to send its request. */
const HEADER_READ_TIMEOUT_S = 60;

/** Reads a request and answers it. */
export function* handleVisit(v: Visit): Sys<void> {
  if (!isAllowed(v.config, v.client.replace(/:\d+$/, ''))) {
    yield* sendStatus(v, 403);
    return;
  }
  const deadline = v.p.nowNs + HEADER_READ_TIMEOUT_S * NS_PER_S;
  const first = yield* readLine(v, deadline);
  // A browser may open a connection and say nothing on it.
  if (first === undefined || first === '') return;
  const status = first === 'time' ? 408 : parseRequest(v, first);
  if (status !== undefined) {
    yield* sendStatus(v, status);
    return;
  }
  if (v.verbose > 1) yield* v.log(`url:${v.url}`);
  const moved = !v.url.endsWith('/') && isDirectory(v, v.url);
  if (!readDirectoryConfigs(v)) {
    yield* sendStatus(v, 403);
    return;
  }
  const authorization = yield* readFields(v, deadline);
  if (authorization === 'time') {
    yield* sendStatus(v, 408);
    return;
  }
  yield* answer(v, moved, authorization);
}

function* answer(v: Visit, moved: boolean, authorization: string | undefined): Sys<void> {
  const { url } = v;
  if (url.slice(url.lastIndexOf('/') + 1) === 'httpd.conf') return yield* sendStatus(v, 403);
  if (!isAuthorized(v, authorization)) return yield* sendStatus(v, 401);
  if (moved) return yield* sendStatus(v, 302);
  const method = v.method.toUpperCase();
  if (url.startsWith('/cgi-bin/')) {
    if (url === '/cgi-bin/') return yield* sendStatus(v, 403);
    return yield* runCgi(v, url, undefined);
  }
  let file = `.${url}`;
  if (url.endsWith('/')) {
    file += v.config.indexPage;
    const missing = isError(v.p.machine.files.stat(v.p, file));
    if (missing && !isError(v.p.machine.files.executable(v.p, './cgi-bin/index.cgi'))) {
      return yield* runCgi(v, '/cgi-bin/index.cgi', undefined);
    }
  }
  const interpreter = v.config.interpreters.get(file.slice(file.lastIndexOf('.')));
  if (interpreter !== undefined && !url.endsWith('/')) return yield* runCgi(v, url, interpreter);
  if (method !== 'GET' && method !== 'HEAD') return yield* sendStatus(v, 501);
  yield* sendFile(v, file);
}

/** The next line; undefined at the end of the stream, `'time'` after the deadline. */
function* readLine(v: Visit, deadlineNs: number): Sys<string | undefined | 'time'> {
  const { p } = v;
  for (;;) {
    const line = v.lines.next();
    if (line) return lineText(line);
    const ready = yield* poll(p, [{ fd: v.in, read: true }], deadlineNs);
    if (ready.length === 0) return 'time';
    const data = yield* p.read(v.in);
    if (isError(data) || data.length === 0) return undefined;
    v.lines.push(data);
  }
}

/** Takes the first line apart; a status if it is refused. */
function parseRequest(v: Visit, line: string): number | undefined {
  const match = /^([^ \t]+)[ \t]+(\/[^ ]*) HTTP\//.exec(line);
  if (!match) return 400;
  v.method = match[1] as string;
  const [path = '', ...query] = (match[2] as string).split('?');
  if (query.length > 0) v.query = query.join('?');
  const decoded = percentDecode(path);
  if (decoded === undefined) return 400;
  if (decoded === null) return 404;
  const url = simplify(decoded);
  if (url === undefined) return 400;
  v.url = url;
  return undefined;
}

/** Undefined for `%` that no two digits follow; null for an encoded slash or NUL, which no file's name has. */
function percentDecode(path: string): string | undefined | null {
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  if (/%(2f|00)/i.test(path)) return null;
  return path.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Double slashes, `.` and `..` resolved; undefined where `..` leads above the root. */
function simplify(path: string): string | undefined {
  const out: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part === '..') {
      if (out.length === 0) return undefined;
      out.pop();
    } else if (part !== '.' && part !== '') {
      out.push(part);
      continue;
    }
    if (last) out.push('');
  }
  return `/${out.join('/')}`;
}

function isDirectory(v: Visit, url: string): boolean {
  const stat = v.p.machine.files.stat(v.p, `.${url}`);
  return !isError(stat) && stat.kind === 'directory';
}

/** A directory on the way may have an httpd.conf of its own; whether the client may still come in. */
function readDirectoryConfigs(v: Visit): boolean {
  for (let slash = v.url.indexOf('/', 1); slash > 0; slash = v.url.indexOf('/', slash + 1)) {
    const directory = v.url.slice(0, slash);
    if (!isDirectory(v, directory)) continue;
    readConfig(v.p, `.${directory}/httpd.conf`, v.config, KNOWN_STATUSES);
    if (!isAllowed(v.config, v.client.replace(/:\d+$/, ''))) return false;
  }
  return true;
}

/** Reads the header fields; the credentials of `Authorization: Basic`, if there are any. */
function* readFields(v: Visit, deadlineNs: number): Sys<string | undefined | 'time'> {
  let credentials: string | undefined;
  for (;;) {
    const line = yield* readLine(v, deadlineNs);
    if (line === 'time') return 'time';
    if (line === undefined || line === '') return credentials;
    const field = parseField(line);
    if (!field) continue;
    const name = field.name.toLowerCase();
    if (name === 'content-length') {
      if (v.method.toUpperCase() === 'POST') v.postLength = Number.parseInt(field.value, 10) || 0;
    } else if (name === 'range') v.range = parseRange(field.value);
    else if (name === 'if-none-match') v.ifNoneMatch = field.value;
    else if (name === 'authorization') {
      const basic = /^Basic +(.*)$/i.exec(field.value);
      if (basic) credentials = latin1(decodeBase64(basic[1] as string));
    } else if (name === 'content-type') v.environment.set('CONTENT_TYPE', field.value);
    else v.environment.set(`HTTP_${field.name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`, field.value);
  }
}

function parseRange(value: string): Visit['range'] {
  const match = /^bytes=(\d+)-(\d*)/.exec(value);
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? undefined : Number(match[2]);
  return end !== undefined && end < start ? undefined : { start, end };
}

/** Whether the path is open, or the user and password are those of the line that guards it (check_user_passwd). */
function isAuthorized(v: Visit, credentials: string | undefined): boolean {
  const guards = v.config.guards.filter(({ path }) => isBelow(v.url, path));
  const longest = guards[0]?.path;
  if (longest === undefined) return true;
  const found = guards.some(({ path, userPassword }) => path === longest && userPassword === (credentials ?? ''));
  if (found) v.remoteUser = credentials?.split(':')[0];
  return found;
}

function isBelow(url: string, path: string): boolean {
  return path === '/' || url === path || url.startsWith(path.endsWith('/') ? path : `${path}/`);
}
