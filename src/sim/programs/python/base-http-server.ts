// Python's http.server.BaseHTTPRequestHandler and ThreadingHTTPServer, as of Python 3.11.

import { concat, utf8 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { fieldValue, type HttpField, HttpLines, httpDate, latin1Bytes, lineText, parseField } from '../../wire/http.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { acceptStream, installStream } from '../net-lib/stream-file.ts';
import { runThreads } from '../net-lib/threads.ts';

/** socketserver.TCPServer.request_queue_size. */
const BACKLOG = 5;

const EXPLANATIONS: Readonly<Record<number, readonly [reason: string, explanation: string]>> = {
  200: ['OK', ''],
  301: ['Moved Permanently', ''],
  304: ['Not Modified', ''],
  400: ['Bad Request', 'Bad request syntax or unsupported method'],
  404: ['Not Found', 'Nothing matches the given URI'],
  414: ['Request-URI Too Long', 'URI is too long'],
  501: ['Not Implemented', 'Server does not support this operation'],
  505: ['HTTP Version Not Supported', 'Cannot fulfill request'],
};
const LONGEST_LINE = 65_536;

/** What a server makes of requests: its methods, and what it says of itself. */
export interface Handler {
  /** The Server field. */
  readonly server: string;
  readonly methods: ReadonlyMap<string, (request: RequestHandler) => Sys<void>>;
  /** Lines on standard error about each request. */
  readonly logs: boolean;
  /** What comes before the request; false ends the connection. */
  readonly before?: (p: Process, fd: number) => Sys<boolean>;
  /** The whole answer to what is no request, for servers that are not Python's. */
  readonly malformed?: string;
}

/** One request on its connection. */
export class RequestHandler {
  readonly p: Process;
  readonly client: string;
  readonly fd: number;
  method = '';
  path = '';
  fields: HttpField[] = [];
  readonly #handler: Handler;
  readonly #lines = new HttpLines();
  #line = '';
  /** HTTP/0.9 has no head. */
  #version = 'HTTP/0.9';
  #head = '';

  constructor(p: Process, handler: Handler, fd: number, client: string) {
    this.p = p;
    this.#handler = handler;
    this.fd = fd;
    this.client = client;
  }

  *handle(): Sys<void> {
    const line = yield* this.#readLine();
    if (line === undefined) return;
    this.#line = line;
    const { malformed } = this.#handler;
    if (malformed !== undefined && !/ HTTP\/1\.[01]$/.test(line)) {
      yield* this.write(utf8(malformed));
      return;
    }
    if (!(yield* this.#parse(line))) return;
    const serve = this.#handler.methods.get(this.method);
    if (serve) yield* serve(this);
    else yield* this.sendError(501, `Unsupported method (${pythonQuoted(this.method)})`);
  }

  *#readLine(): Sys<string | undefined> {
    for (;;) {
      const line = this.#lines.next();
      if (line) return lineText(line);
      const data = yield* this.p.read(this.fd);
      if (isError(data) || data.length === 0) return undefined;
      this.#lines.push(data);
      if (this.#lines.rest.length > LONGEST_LINE) return undefined;
    }
  }

  /** What follows the head, as long as Content-Length says. */
  *readBody(): Sys<Uint8Array> {
    const length = Number(fieldValue(this.fields, 'Content-Length') ?? 0);
    let body = this.#lines.rest;
    while (body.length < length) {
      const data = yield* this.p.read(this.fd);
      if (isError(data) || data.length === 0) break;
      body = concat(body, data);
    }
    return body.subarray(0, length);
  }

  /** parse_request(): false when an error was sent. */
  *#parse(line: string): Sys<boolean> {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0) return false;
    const version = words.length >= 3 ? (words.at(-1) as string) : undefined;
    if (version !== undefined) {
      const match = /^HTTP\/(\d{1,10})\.(\d{1,10})$/.exec(version);
      if (!match) {
        yield* this.sendError(400, `Bad request version (${pythonQuoted(version)})`);
        return false;
      }
      if (Number(match[1]) >= 2) {
        yield* this.sendError(505, `Invalid HTTP version (${version.slice(5)})`);
        return false;
      }
      this.#version = version;
    }
    if (words.length < 2 || words.length > 3) {
      yield* this.sendError(400, `Bad request syntax (${pythonQuoted(line)})`);
      return false;
    }
    this.method = words[0] as string;
    this.path = (words[1] as string).replace(/^\/\/+/, '/');
    if (words.length === 2 && this.method !== 'GET') {
      yield* this.sendError(400, `Bad HTTP/0.9 request type (${pythonQuoted(this.method)})`);
      return false;
    }
    for (let field = yield* this.#readLine(); field !== undefined && field !== ''; field = yield* this.#readLine()) {
      const parsed = parseField(field);
      if (parsed) this.fields.push(parsed);
    }
    return true;
  }

  /** send_response(): the status line, Server and Date, and a line in the log. */
  *sendResponse(status: number, reason = EXPLANATIONS[status]?.[0] ?? ''): Sys<void> {
    yield* this.#log(`"${this.#line}" ${status} -`);
    this.#head = `HTTP/1.0 ${status} ${reason}\r\n`;
    this.sendHeader('Server', this.#handler.server);
    this.sendHeader('Date', httpDate(this.p.wallClockMs));
  }

  sendHeader(name: string, value: string): void {
    this.#head += `${name}: ${value}\r\n`;
  }

  *endHeaders(): Sys<void> {
    if (this.#version !== 'HTTP/0.9') yield* this.write(latin1Bytes(`${this.#head}\r\n`));
  }

  *write(data: Uint8Array): Sys<boolean> {
    return !isError(yield* this.p.write(this.fd, data));
  }

  *sendError(status: number, message: string): Sys<void> {
    yield* this.#log(`code ${status}, message ${message}`);
    const [, explanation = ''] = EXPLANATIONS[status] ?? [];
    yield* this.sendResponse(status, message);
    this.sendHeader('Connection', 'close');
    const body = utf8(errorPage(status, message, explanation));
    this.sendHeader('Content-Type', 'text/html;charset=utf-8');
    this.sendHeader('Content-Length', String(body.length));
    yield* this.endHeaders();
    if (this.method !== 'HEAD') yield* this.write(body);
  }

  *#log(message: string): Sys<void> {
    if (!this.#handler.logs) return;
    yield* this.p.printError(`${this.client} - - [${logTime(this.p.wallClockMs)}] ${message}\n`);
  }
}

/** repr() of a string. */
function pythonQuoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function logTime(ms: number): string {
  const date = new Date(ms);
  const time = date.toISOString().slice(11, 19);
  return `${String(date.getUTCDate()).padStart(2, '0')}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()} ${time}`;
}

/** html.escape(text, quote=False). */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function errorPage(status: number, message: string, explanation: string): string {
  return `<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: ${status}</p>
        <p>Message: ${escapeHtml(message)}.</p>
        <p>Error code explanation: ${status} - ${escapeHtml(explanation)}.</p>
    </body>
</html>
`;
}

/** A listening socket as ThreadingHTTPServer makes it. */
export function openServer(p: Process, address: SockAddr): StreamSocket | KernelError {
  const socket = p.sockets.tcp(address.family);
  socket.setOptions({ reuseAddress: true });
  const refused = socket.bind(address) ?? socket.listen(BACKLOG);
  if (!refused) {
    const fd = installStream(p, socket);
    return isError(fd) ? fd : socket;
  }
  socket.close();
  return refused;
}

/** Serves for ever, each connection in a thread. */
export function serveForever(p: Process, listener: StreamSocket, handler: Handler): Sys<number> {
  p.ignoreSignal('SIGPIPE');
  return runThreads(p, function* (start) {
    for (;;) {
      const connection = yield* acceptStream(p, listener);
      if (isError(connection)) continue;
      const peer = connection.peerAddress();
      const client = isError(peer) ? '' : numericHost(p.netns, peer);
      const fd = installStream(p, connection);
      if (!isError(fd)) start(serveOne(p, handler, connection, fd, client));
    }
  });
}

function* serveOne(p: Process, handler: Handler, connection: StreamSocket, fd: number, client: string): Sys<void> {
  if (handler.before === undefined || (yield* handler.before(p, fd))) yield* new RequestHandler(p, handler, fd, client).handle();
  connection.shutdown('write');
  p.close(fd);
}
