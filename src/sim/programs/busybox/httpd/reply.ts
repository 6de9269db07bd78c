// What httpd sends: networking/httpd.c, send_headers, send_file_and_exit.

import { concat, utf8 } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import type { Sys } from '../../../machine/process.ts';
import { httpDate, latin1Bytes } from '../../../wire/http.ts';
import type { Visit } from './visit.ts';

/** Statuses httpd knows: the reason, and what the page says below it. */
const STATUSES: ReadonlyMap<number, readonly [reason: string, text?: string]> = new Map([
  [200, ['OK']],
  [206, ['Partial Content']],
  [302, ['Found']],
  [304, ['Not Modified']],
  [400, ['Bad Request', 'Unsupported method']],
  [401, ['Unauthorized', '']],
  [403, ['Forbidden', '']],
  [404, ['Not Found', 'The requested URL was not found']],
  [408, ['Request Timeout', 'No request appeared within 60 seconds']],
  [413, ['Entity Too Large', 'Entity Too Large']],
  [500, ['Internal Server Error', 'Internal Server Error']],
  [501, ['Not Implemented', 'The requested method is not recognized']],
]);

export const KNOWN_STATUSES: readonly number[] = [...STATUSES.keys()];

const MIME_TYPES: readonly (readonly [extensions: string, type: string])[] = [
  ['.txt.h.c.cc.cpp', 'text/plain'],
  ['.htm.html', 'text/html'],
  ['.jpg.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.css', 'text/css'],
  ['.js', 'application/javascript'],
  ['.wav', 'audio/wav'],
  ['.avi', 'video/x-msvideo'],
  ['.qt.mov', 'video/quicktime'],
  ['.mpe.mpeg', 'video/mpeg'],
  ['.mid.midi', 'audio/midi'],
  ['.mp3', 'audio/mpeg'],
];

/** Read from a file and written to the connection at a time. */
const PIECE = 65_536;

/** What a reply says of the file in its body. */
interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
  readonly type: string | undefined;
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

/** Sends a status with its built-in page, or the one the configuration names. */
export function* sendStatus(v: Visit, status: number): Sys<void> {
  yield* sendHead(v, status, undefined);
}

/** Sends a file; with `bodyOnly`, as the page of an error whose head is sent, only its contents. */
export function* sendFile(v: Visit, path: string, bodyOnly = false): Sys<void> {
  const { p } = v;
  const fd = p.open(path, { read: true });
  const stat = isError(fd) ? fd : p.file(fd)?.stat();
  if (isError(fd) || isError(stat) || stat?.kind !== 'file') {
    if (!isError(fd)) p.close(fd);
    if (!bodyOnly) yield* sendStatus(v, 404);
    return;
  }
  p.ignoreSignal('SIGPIPE');
  let range: FileFacts['range'];
  if (!bodyOnly) {
    const tag = etag(stat.mtimeMs, stat.size);
    if (v.ifNoneMatch?.includes(tag)) {
      p.close(fd);
      yield* sendStatus(v, 304);
      return;
    }
    range = rangeWithin(v.range, stat.size);
    yield* sendHead(v, range ? 206 : 200, { size: stat.size, mtimeMs: stat.mtimeMs, type: mimeType(v, path), range });
    if (v.method.toUpperCase() === 'HEAD') {
      p.close(fd);
      return;
    }
  }
  if (range) p.file(fd)?.seek?.(range.start, 'set');
  for (let left = range ? range.end - range.start + 1 : stat.size; left > 0; ) {
    const data = yield* p.read(fd, Math.min(left, PIECE));
    if (isError(data) || data.length === 0) break;
    left -= data.length;
    if (isError(yield* p.write(v.out, data))) break;
  }
  p.close(fd);
}

function rangeWithin(range: Visit['range'], size: number): FileFacts['range'] {
  if (!range) return undefined;
  const end = Math.min(range.end ?? size - 1, size - 1);
  return range.start > end ? undefined : { start: range.start, end };
}

const etag = (mtimeMs: number, size: number): string => `"${Math.floor(mtimeMs / 1000).toString(16)}-${size.toString(16)}"`;

function mimeType(v: Visit, path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot < 0) return undefined;
  const extension = name.slice(dot);
  const builtIn = MIME_TYPES.find(([extensions]) => extensions.split(/(?=\.)/).includes(extension))?.[1];
  return v.config.mimeTypes.get(extension) ?? builtIn;
}

function* sendHead(v: Visit, status: number, file: FileFacts | undefined): Sys<void> {
  const { p } = v;
  const [reason, page] = STATUSES.get(status) ?? [''];
  const type = status === 200 ? file?.type : 'text/html';
  let head = `HTTP/1.1 ${status} ${reason}\r\nDate: ${httpDate(p.wallClockMs)}\r\nConnection: close\r\n`;
  if (type !== undefined) head += `Content-type: ${type}\r\n`;
  if (status === 401) head += `WWW-Authenticate: Basic realm="${v.realm}"\r\n`;
  if (status === 302) head += `Location: ${v.url}/${v.query === undefined ? '' : `?${v.query}`}\r\n`;
  if (v.verbose > 0) yield* v.log(`response:${status}`);
  const errorPage = v.config.errorPages.get(status);
  if (errorPage !== undefined && !isError(p.machine.files.stat(p, errorPage))) {
    yield* p.write(v.out, latin1Bytes(`${head}\r\n`));
    yield* sendFile(v, errorPage, true);
    return;
  }
  if (file) {
    if (file.range) head += `Content-Range: bytes ${file.range.start}-${file.range.end}/${file.size}\r\n`;
    const length = file.range ? file.range.end - file.range.start + 1 : file.size;
    head += `Accept-Ranges: bytes\r\nLast-Modified: ${httpDate(file.mtimeMs)}\r\nETag: ${etag(file.mtimeMs, file.size)}\r\n`;
    head += `Content-Length: ${length}\r\n`;
  }
  const title = `${status} ${reason}`;
  const body = page === undefined ? '' : `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${page}\n</BODY></HTML>\n`;
  yield* p.write(v.out, concat(latin1Bytes(`${head}\r\n`), utf8(body)));
}
