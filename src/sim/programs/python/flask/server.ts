// Werkzeug's development server under Flask.

import { text as decode, utf8 } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import type { StreamSocket } from '../../../kernel/socket/stream-socket.ts';
import { Interrupted, type Process, type Sys } from '../../../machine/process.ts';
import {
  encodeResponseHead,
  fieldValue,
  HttpBody,
  type HttpField,
  HttpLines,
  httpDate,
  lineText,
  parseField,
  parseRequestLine,
  requestFraming,
} from '../../../wire/http.ts';
import { strftime } from '../../lib/date-text.ts';
import { getaddrinfo, LookupError, socketAddress } from '../../net-lib/getaddrinfo.ts';
import { numericHost } from '../../net-lib/getnameinfo.ts';
import { acceptStream, installStream } from '../../net-lib/stream-file.ts';
import { runThreads } from '../../net-lib/threads.ts';
import { openServer } from '../base-http-server.ts';
import type { Interpreter } from '../language/evaluate.ts';
import { NotRun } from '../language/parser.ts';
import { PyError } from '../language/values.ts';
import { type FlaskApplication, type FlaskResponse, findRoute, makeResponse, type RunOptions } from './application.ts';
import { FRAMES, notRunText, type Program, traceback } from './program.ts';
import type { RequestState } from './request.ts';

const SERVER = 'Werkzeug/3.1.9 Python/3.11.2';
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'CREATED',
  202: 'ACCEPTED',
  204: 'NO CONTENT',
  301: 'MOVED PERMANENTLY',
  302: 'FOUND',
  304: 'NOT MODIFIED',
  400: 'BAD REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  405: 'METHOD NOT ALLOWED',
  415: 'UNSUPPORTED MEDIA TYPE',
  418: "I'M A TEAPOT",
  500: 'INTERNAL SERVER ERROR',
  503: 'SERVICE UNAVAILABLE',
};
const EXPLANATIONS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: ['Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'],
  404: [
    'Not Found',
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
  ],
  405: ['Method Not Allowed', 'The method is not allowed for the requested URL.'],
  500: [
    'Internal Server Error',
    'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.',
  ],
};

function errorPage(status: number): FlaskResponse {
  const [title = '', text = ''] = EXPLANATIONS[status] ?? [];
  const body = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
  return { status, body, type: 'text/html; charset=utf-8', fields: [] };
}

/** Serves until Ctrl-C; the exit status. */
export function* serveFlask(
  p: Process,
  program: Program,
  interpreter: Interpreter,
  app: FlaskApplication,
  state: RequestState,
  options: RunOptions,
): Sys<number> {
  const debug = options.debug;
  app.debug = debug;
  yield* p.print(` * Serving Flask app '${program.module}'\n * Debug mode: ${debug ? 'on' : 'off'}\n`);
  const found = yield* getaddrinfo(p, options.host);
  if (found instanceof LookupError) {
    yield* p.printError(`${found.text}\n`);
    return 1;
  }
  const address = socketAddress(found.addresses[0] as (typeof found.addresses)[0], options.port);
  const listener = openServer(p, address);
  if (isError(listener)) {
    const inUse = listener.errno === 'EADDRINUSE';
    yield* p.printError(
      inUse
        ? `Address already in use\nPort ${options.port} is in use by another program. Either identify and stop that program, or start the server with a different port.\n`
        : `${listener.errno === 'EADDRNOTAVAIL' ? 'Cannot assign requested address' : 'Permission denied'}\n`,
    );
    return 1;
  }
  yield* p.printError(
    '\x1b[31m\x1b[1mWARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.\x1b[0m\n',
  );
  const everywhere = options.host === '0.0.0.0' || options.host === '::';
  if (everywhere) yield* p.printError(` * Running on all addresses (${options.host})\n * Running on http://127.0.0.1:${options.port}\n`);
  const shown = everywhere ? ownAddress(p) : options.host;
  yield* p.printError(
    ` * Running on http://${shown.includes(':') ? `[${shown}]` : shown}:${options.port}\n\x1b[33mPress CTRL+C to quit\x1b[0m\n`,
  );
  if (debug) {
    const pin = p.machine.random.fork('pin').int(1_000_000_000).toString().padStart(9, '0');
    yield* p.printError(` * Restarting with stat\n * Debugger is active!\n * Debugger PIN: ${pin.replace(/(\d{3})(?=\d)/g, '$1-')}\n`);
  }
  p.ignoreSignal('SIGPIPE');
  p.catchSignal('SIGINT');
  try {
    return yield* runThreads(p, function* (start) {
      for (;;) {
        const socket = yield* acceptStream(p, listener);
        if (isError(socket)) continue;
        const fd = installStream(p, socket);
        if (!isError(fd)) start(new Visit(p, program, interpreter, app, state, socket, fd).serve());
      }
    });
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    return 0;
  }
}

/** get_interface_ip: the address that leads out. */
function ownAddress(p: Process): string {
  const socket = p.netns.sockets.udp('inet');
  const refused = socket.connect({ family: 'inet', address: 0x0afd_9bdb, port: 58_162 });
  const local = socket.localAddress();
  socket.close();
  return refused ? '127.0.0.1' : numericHost(p.netns, local);
}

class Visit {
  readonly #p: Process;
  readonly #program: Program;
  readonly #interpreter: Interpreter;
  readonly #app: FlaskApplication;
  readonly #state: RequestState;
  readonly #socket: StreamSocket;
  readonly #fd: number;
  readonly #lines = new HttpLines();

  constructor(
    p: Process,
    program: Program,
    interpreter: Interpreter,
    app: FlaskApplication,
    state: RequestState,
    socket: StreamSocket,
    fd: number,
  ) {
    this.#p = p;
    this.#program = program;
    this.#interpreter = interpreter;
    this.#app = app;
    this.#state = state;
    this.#socket = socket;
    this.#fd = fd;
  }

  *serve(): Sys<void> {
    yield* this.#one();
    this.#socket.shutdown('write');
    this.#p.close(this.#fd);
  }

  *#line(): Sys<string | undefined> {
    for (;;) {
      const line = this.#lines.next();
      if (line) return lineText(line);
      const data = yield* this.#p.read(this.#fd);
      if (isError(data) || data.length === 0) return undefined;
      this.#lines.push(data);
    }
  }

  *#one(): Sys<void> {
    const line = yield* this.#line();
    if (line === undefined) return;
    const head = parseRequestLine(line);
    const fields: HttpField[] = [];
    for (let text = yield* this.#line(); text !== undefined && text !== ''; text = yield* this.#line()) {
      const field = parseField(text);
      if (field) fields.push(field);
    }
    if (!head) {
      yield* this.#send(line, 'GET', errorPage(400));
      return;
    }
    const body = new HttpBody(requestFraming({ ...head, fields }));
    let content = decode(body.push(this.#lines.takeRest()));
    while (!body.done) {
      const data = yield* this.#p.read(this.#fd);
      if (isError(data) || data.length === 0) break;
      content += decode(body.push(data));
    }
    const peer = this.#socket.peerAddress();
    const [path = '/', query = ''] = head.target.split(/\?(.*)/s);
    const request = {
      method: head.method,
      path: unquote(path),
      query,
      fields,
      body: content,
      remote: isError(peer) ? '' : numericHost(this.#p.netns, peer),
    };
    yield* this.#send(line, head.method, yield* this.#answer(request));
  }

  *#answer(request: NonNullable<RequestState['current']>): Sys<FlaskResponse> {
    const found = findRoute(this.#app, request.method, request.path);
    if (Array.isArray(found)) {
      if (found.length === 0) return errorPage(404);
      const allow = { name: 'Allow', value: found.join(', ') };
      if (request.method === 'OPTIONS') return { status: 200, body: '', type: 'text/html; charset=utf-8', fields: [allow] };
      return { ...errorPage(405), fields: [allow] };
    }
    const { view } = found.route;
    this.#state.current = request;
    try {
      const value = yield* this.#interpreter.call(view, [], found.named);
      return makeResponse(value, view.name, this.#app.debug);
    } catch (thrown) {
      const p = this.#p;
      const at = `[${strftime('%Y-%m-%d %H:%M:%S', p.wallClockMs)},${String(Math.floor(p.wallClockMs) % 1000).padStart(3, '0')}]`;
      if (thrown instanceof NotRun) yield* p.printError(notRunText(this.#program, thrown));
      else if (thrown instanceof PyError) {
        yield* p.printError(
          `${at} ERROR in app: Exception on ${request.path} [${request.method}]\n${traceback(this.#program, thrown, FRAMES)}`,
        );
      } else throw thrown;
      return errorPage(500);
    }
  }

  *#send(line: string, method: string, response: FlaskResponse): Sys<void> {
    const { status } = response;
    const body = utf8(response.body);
    const own = (name: string): boolean => fieldValue(response.fields, name) !== undefined;
    const fields: HttpField[] = [
      { name: 'Server', value: SERVER },
      { name: 'Date', value: httpDate(this.#p.wallClockMs) },
      ...(own('Content-Type') ? [] : [{ name: 'Content-Type', value: response.type }]),
      ...response.fields,
      { name: 'Content-Length', value: String(body.length) },
      { name: 'Connection', value: 'close' },
    ];
    yield* this.#p.write(this.#fd, encodeResponseHead({ version: '1.1', status, reason: REASONS[status] ?? 'UNKNOWN', fields }));
    if (method !== 'HEAD') yield* this.#p.write(this.#fd, body);
    const peer = this.#socket.peerAddress();
    const client = isError(peer) ? '' : numericHost(this.#p.netns, peer);
    const style = logStyle(status);
    const shown = style === '' ? line : `${style}${line}\x1b[0m`;
    yield* this.#p.printError(`${client} - - [${strftime('%d/%b/%Y %H:%M:%S', this.#p.wallClockMs)}] "${shown}" ${status} -\n`);
  }
}

function unquote(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** WSGIRequestHandler.log_request: the colour of a status. */
function logStyle(status: number): string {
  if (status === 200) return '';
  if (status === 304) return '\x1b[36m';
  if (status >= 300 && status < 400) return '\x1b[32m';
  if (status === 404) return '\x1b[33m';
  return status >= 400 && status < 500 ? '\x1b[31m\x1b[1m' : '\x1b[35m\x1b[1m';
}
