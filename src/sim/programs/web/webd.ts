import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { command, reason } from '../lib/command.ts';
import { type Handler, openServer, type RequestHandler, serveForever } from '../python/base-http-server.ts';

const BIG = 20_000;

/** What the web sites of the world outside answer: a page, at /ip the address that they see, at /big a document that takes a while. */
const site: Handler = {
  server: 'sim-web ',
  logs: false,
  methods: new Map([['GET', answer]]),
};

function* answer(request: RequestHandler): Sys<void> {
  const plain = request.path === '/ip';
  const body = plain ? `${request.client}\n` : request.path === '/big' ? bigPage() : '<h1>Example Domain</h1>\n';
  yield* request.sendResponse(200);
  request.sendHeader('Content-Type', plain ? 'text/plain' : 'text/html');
  request.sendHeader('Content-Length', String(body.length));
  yield* request.endHeaders();
  yield* request.write(utf8(body));
}

function bigPage(): string {
  const line = '<p>All work and no play makes Jack a dull boy.</p>\n';
  return line
    .repeat(Math.ceil(BIG / line.length))
    .slice(0, BIG - 1)
    .concat('\n');
}

/** The web server of the world outside: `webd [PORT]`, on every address. */
export const webd = command('webd', function* (c) {
  const port = Number(c.args[0] ?? 80);
  const listener = openServer(c.p, { family: 'inet', address: 0, port });
  if (isError(listener)) return yield* c.die(1, `port ${port}: ${reason(listener)}`);
  return yield* serveForever(c.p, listener, site);
});
