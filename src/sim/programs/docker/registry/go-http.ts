// Go's net/http client as dockerd uses it.

import { concat } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { fieldValue, type HttpField, parseField } from '../../../wire/http.ts';
import { dial, GoError } from './go-net.ts';
import { startTls } from './tls.ts';

export type Scheme = 'http' | 'https';
export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT';

export interface HttpCall {
  readonly scheme: Scheme;
  /** HOST[:PORT]. */
  readonly address: string;
  /** With the query. */
  readonly path: string;
  readonly method?: Method;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  /** `401 Unauthorized`. */
  readonly statusLine: string;
  readonly body: string;
  field(name: string): string | undefined;
}

const HTTPS_PORT = 443;
const HTTP_PORT = 80;
/** Of a request that nobody answers in time. */
const TRIES = 5;

/** What url.Error puts before the reason. */
export const urlError = ({ scheme, address, path, method = 'GET' }: HttpCall, { text: why, temporary }: GoError): GoError =>
  new GoError(`${method.charAt(0)}${method.slice(1).toLowerCase()} "${scheme}://${address}${path}": ${why}`, temporary, why);

/** One request on a connection of its own; the error is a url.Error. */
export function* httpCall(p: Process, call: HttpCall): Sys<HttpAnswer | GoError> {
  const [host = '', port] = call.address.split(':');
  const number = port === undefined ? (call.scheme === 'https' ? HTTPS_PORT : HTTP_PORT) : Number(port);
  let failure = new GoError('EOF');
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const fd = yield* dial(p, host, number);
    if (fd instanceof GoError) {
      failure = fd;
      // A connection that times out has used up the request's time.
      if (fd.temporary && !fd.text.endsWith(`:${number}: i/o timeout`)) continue;
      break;
    }
    try {
      const refused = call.scheme === 'https' ? yield* startTls(p, fd, host) : undefined;
      const answer = refused ?? (yield* exchange(p, fd, call));
      return answer instanceof GoError ? urlError(call, answer) : answer;
    } finally {
      p.close(fd);
    }
  }
  return urlError(call, failure);
}

/** Sends and reads until the server closes. */
function* exchange(p: Process, fd: number, { address, path, method = 'GET', fields = {}, body }: HttpCall): Sys<HttpAnswer | GoError> {
  const all = {
    Host: address,
    'User-Agent': 'docker/20.10.24+dfsg1',
    ...(body !== undefined && { 'Content-Length': String(body.length) }),
    ...fields,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = utf8(`${method} ${path} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`);
  if (isError(yield* p.write(fd, body === undefined ? head : concat(head, body)))) return new GoError('EOF');
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = yield* p.read(fd, 65_536);
    if (isError(data)) return new GoError('read: connection reset by peer');
    if (data.length === 0) break;
    parts.push(data);
  }
  const whole = text(concat(...parts));
  const end = whole.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.[01] ((\d{3}) [^\r]*)/.exec(whole);
  if (end < 0 || status === null) return new GoError('EOF');
  const answered = whole
    .slice(0, end)
    .split('\r\n')
    .slice(1)
    .map(parseField)
    .filter((field): field is HttpField => field !== undefined);
  return {
    status: Number(status[2]),
    statusLine: status[1] as string,
    body: whole.slice(end + 4),
    field: (name) => fieldValue(answered, name),
  };
}
