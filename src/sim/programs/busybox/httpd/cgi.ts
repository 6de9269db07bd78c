// Scripts that httpd runs: networking/httpd.c, send_cgi_and_exit, cgi_io_loop_and_exit; RFC 3875.

import { concat, utf8 } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import type { Sys } from '../../../machine/process.ts';
import { poll } from '../../net-lib/stream-file.ts';
import { sendStatus } from './reply.ts';
import type { Visit } from './visit.ts';

/** The first bytes of a script's output that decide what is put before it. */
const ENOUGH = 8;
const READ_SIZE = 4096;

/** Runs `url`, or what it is a script for, and passes on its output; the request's body is its input. */
export function* runCgi(v: Visit, url: string, interpreter: string | undefined): Sys<void> {
  const { p } = v;
  const script = scriptOf(v, url);
  const toCgi = p.pipe();
  if (isError(toCgi)) return;
  const fromCgi = p.pipe();
  if (isError(fromCgi)) return;
  const directory = script.path.slice(0, script.path.lastIndexOf('/'));
  const name = script.path.slice(script.path.lastIndexOf('/') + 1);
  const child = p.fork(
    function* (self) {
      self.defaultSignal('SIGPIPE');
      const error = yield* self.exec(interpreter === undefined ? [name] : [interpreter, name], {
        file: interpreter ?? `./${name}`,
        env: cgiEnvironment(v, script.path, script.pathInfo),
      });
      // What the script would have said goes where its output would have gone.
      if (isError(error)) yield* sendStatus(v.inChild(self, 1), 404);
      return 242;
    },
    {
      cwd: `${p.cwd === '/' ? '' : p.cwd}${directory}` || '/',
      fds: new Map([
        [0, toCgi.readFd],
        [1, fromCgi.writeFd],
        [2, 2],
      ]),
    },
  );
  p.close(toCgi.readFd);
  p.close(fromCgi.writeFd);
  if (!isError(child)) yield* passOn(v, fromCgi.readFd, toCgi.writeFd);
}

/** Where the script's name ends and PATH_INFO begins: after the first part of the path that is no directory. */
function scriptOf(v: Visit, url: string): { readonly path: string; readonly pathInfo: string } {
  for (let slash = url.indexOf('/', 1); slash > 0; slash = url.indexOf('/', slash + 1)) {
    const path = url.slice(0, slash);
    const stat = v.p.machine.files.stat(v.p, `.${path}`);
    if (isError(stat) || stat.kind !== 'directory') return { path, pathInfo: url.slice(slash) };
  }
  return { path: url, pathInfo: '' };
}

function cgiEnvironment(v: Visit, path: string, pathInfo: string): Map<string, string> {
  const env = new Map([...v.p.env, ...v.environment]);
  const colon = v.client.lastIndexOf(':');
  env.set('PATH_INFO', pathInfo);
  env.set('REQUEST_METHOD', v.method.toUpperCase());
  env.set('REQUEST_URI', `${v.url}${v.query === undefined ? '' : `?${v.query}`}`);
  if (v.home.startsWith('/')) env.set('SCRIPT_FILENAME', `${v.home === '/' ? '' : v.home}${path}`);
  env.set('SCRIPT_NAME', path);
  env.set('QUERY_STRING', v.query ?? '');
  env.set('SERVER_SOFTWARE', 'busybox httpd/1.35.0');
  env.set('SERVER_PROTOCOL', 'HTTP/1.1');
  env.set('GATEWAY_INTERFACE', 'CGI/1.1');
  env.set('REMOTE_ADDR', colon < 0 ? v.client : v.client.slice(0, colon));
  if (colon >= 0) env.set('REMOTE_PORT', v.client.slice(colon + 1));
  if (v.postLength > 0) env.set('CONTENT_LENGTH', String(v.postLength));
  if (v.remoteUser !== undefined) {
    env.set('REMOTE_USER', v.remoteUser);
    env.set('AUTH_TYPE', 'Basic');
  }
  return env;
}

/** Pumps the request's body into the script and its output to the client, both at once, until the output ends. */
function* passOn(v: Visit, fromCgi: number, toCgi: number): Sys<void> {
  const { p } = v;
  p.ignoreSignal('SIGPIPE');
  let body: Uint8Array = v.lines.takeRest().subarray(0, v.postLength);
  let bodyLeft = v.postLength - body.length;
  let input: number | undefined = toCgi;
  let head: Uint8Array | undefined = new Uint8Array(0);
  for (;;) {
    if (input !== undefined && body.length === 0 && bodyLeft === 0) {
      p.close(input);
      input = undefined;
    }
    const waits = [{ fd: fromCgi, read: true }];
    if (bodyLeft > 0 && body.length === 0) waits.push({ fd: v.in, read: true });
    const ready = yield* poll(p, input !== undefined && body.length > 0 ? [...waits, { fd: input, write: true }] : waits);
    for (const entry of ready) {
      if (entry.fd === input && entry.write) {
        const written = yield* p.write(input, body);
        if (isError(written)) bodyLeft = 0;
        body = new Uint8Array(0);
      } else if (entry.fd === v.in) {
        const data = yield* p.read(v.in, Math.min(bodyLeft, READ_SIZE));
        if (isError(data) || data.length === 0) bodyLeft = 0;
        else {
          body = data;
          bodyLeft -= data.length;
        }
      } else if (entry.fd === fromCgi) {
        const data = yield* p.read(fromCgi, READ_SIZE);
        if (isError(data) || data.length === 0) {
          if (head && head.length > 0) yield* p.write(v.out, head);
          return;
        }
        if (head === undefined) {
          if (isError(yield* p.write(v.out, data))) return;
          continue;
        }
        head = concat(head, data);
        if (head.length < ENOUGH) continue;
        yield* sendFirst(v, head);
        head = undefined;
      }
    }
  }
}

/** A script need not know of status lines: `Status: 404 No` becomes one, and what has neither gets a 200. */
function* sendFirst(v: Visit, output: Uint8Array): Sys<void> {
  const { p } = v;
  const start = String.fromCharCode(...output.subarray(0, ENOUGH));
  if (start.startsWith('HTTP')) {
    yield* p.write(v.out, output);
  } else if (start === 'Status: ') {
    yield* p.write(v.out, utf8('HTTP/1.1 '));
    yield* p.write(v.out, output.subarray(ENOUGH));
  } else {
    yield* p.write(v.out, utf8('HTTP/1.1 200 OK\r\n'));
    yield* p.write(v.out, output);
  }
}
