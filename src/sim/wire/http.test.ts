import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concat, text, utf8 } from '../base/bytes.ts';
import {
  encodeChunk,
  encodeRequestHead,
  encodeResponseHead,
  HttpBody,
  HttpLines,
  type HttpRequest,
  type HttpResponse,
  keepsAlive,
  lineText,
  parseField,
  parseRequestLine,
  parseStatusLine,
  responseFraming,
} from './http.ts';

/** What curl 7.88.1 sent to BusyBox's httpd, and got, on a real wire. */
const REQUEST = 'GET / HTTP/1.1\r\nHost: 192.168.56.12:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n';
const RESPONSE =
  'HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 07:24:02 GMT\r\nConnection: close\r\nContent-type: text/html\r\nAccept-Ranges: bytes\r\n' +
  'Last-Modified: Sun, 29 Nov 2026 07:24:02 GMT\r\nETag: "6b0bd312-6"\r\nContent-Length: 6\r\n\r\nhello\n';

function readHead<T>(
  bytes: Uint8Array,
  parseStart: (line: string) => T | undefined,
): T & { fields: { name: string; value: string }[]; rest: string } {
  const lines = new HttpLines();
  lines.push(bytes);
  const all: string[] = [];
  for (let line = lines.next(); line && lineText(line) !== ''; line = lines.next()) all.push(lineText(line));
  const [start = '', ...fields] = all;
  return {
    ...(parseStart(start) as T),
    fields: fields.map((line) => parseField(line) as { name: string; value: string }),
    rest: text(lines.rest),
  };
}

it('reads and writes a request that was captured', () => {
  const { rest, ...request } = readHead(utf8(REQUEST), parseRequestLine);
  expect([text(encodeRequestHead(request as HttpRequest)), request.target, rest]).toEqual([REQUEST, '/', '']);
});

it('reads and writes a response that was captured, and knows how long its body is', () => {
  const { rest, ...head } = readHead(utf8(RESPONSE), parseStatusLine);
  const response = head as HttpResponse;
  expect([text(encodeResponseHead(response)) + rest, responseFraming(response, 'GET'), keepsAlive(response)]).toEqual([
    RESPONSE,
    { kind: 'length', length: 6 },
    false,
  ]);
});

it('ends a body where RFC 9112 says', () => {
  const framing = (head: string, method = 'GET'): string =>
    responseFraming(readHead(utf8(`${head}\r\n\r\n`), parseStatusLine) as HttpResponse, method).kind;
  expect([
    framing('HTTP/1.1 200 OK\r\nContent-Length: 5', 'HEAD'),
    framing('HTTP/1.1 204 No Content'),
    framing('HTTP/1.1 304 Not Modified\r\nContent-Length: 5'),
    framing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5'),
    framing('HTTP/1.1 200 OK\r\ncontent-length: 5'),
    framing('HTTP/1.1 200 OK'),
  ]).toEqual(['none', 'none', 'none', 'chunked', 'length', 'close']);
});

it('takes a chunked body out of pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (chunks, cuts) => {
        const stream = concat(...chunks.map(encodeChunk), utf8('0\r\n\r\nNEXT'));
        const body = new HttpBody({ kind: 'chunked' });
        const parts: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] as number;
          parts.push(body.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect([concat(...parts), body.done, text(body.rest)]).toEqual([concat(...chunks), true, 'NEXT']);
      },
    ),
  );
});

it('calls a body malformed whose chunk has no size', () => {
  const body = new HttpBody({ kind: 'chunked' });
  body.push(utf8('xyz\r\n'));
  expect([body.malformed, body.done]).toEqual([true, false]);
});
