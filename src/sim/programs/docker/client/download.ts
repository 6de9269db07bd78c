// What ADD fetches by its URL (builder/dockerfile/copy.go and builder/remotecontext/remote.go). There is no TLS: what https:// would encrypt goes in the
// clear.

import { concat } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { RemoteFile } from '../../../docker/builder/copy.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { dial, GoError } from '../registry/go-net.ts';

/** How often, and after how much of the whole, it is told how far it is (pkg/progress). */
const REPORT_NS = 100 * NS_PER_MS;
const REPORT_SHARE = 0.01;
const REPORT_BYTES = 512 * 1024;
const MOST_REDIRECTS = 10;

type Report = (current: number, total: number) => Sys<void>;

/** `p` is dockerd: it makes the connection. */
export function* download(p: Process, url: string, report: Report): Sys<RemoteFile> {
  let at = url;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const answer = yield* get(p, at, report);
    if (answer instanceof GoError) throw failed(`Get "${at}": ${answer.text}`);
    if (typeof answer === 'string') {
      at = /^https?:/.test(answer) ? answer : `${/^https?:\/\/[^/]*/.exec(at)?.[0]}${answer.startsWith('/') ? '' : '/'}${answer}`;
      continue;
    }
    const { status, reason, body, mtimeMs } = answer;
    if (status >= 400) throw failed(`failed to GET ${url} with status ${status} ${reason}: ${text(body).trimEnd()}`);
    return { data: body, mtimeMs };
  }
  throw failed(`Get "${at}": stopped after ${MOST_REDIRECTS} redirects`);
}

const failed = (why: string): DockerError => new DockerError(500, `ADD failed: ${why}`);

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly body: Uint8Array;
  readonly mtimeMs: number | undefined;
}

/** The answer, or where it is to be had. */
function* get(p: Process, url: string, report: Report): Sys<Answer | string | GoError> {
  const [, scheme = '', authority = '', target = ''] = /^(https?):\/\/([^/?#]*)([^#]*)/.exec(url) ?? [];
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  if (host === '') return new GoError('http: no Host in request URL');
  const fd = yield* dial(p, host.replace(/^\[|\]$/g, ''), Number(port ?? (scheme === 'https' ? 443 : 80)));
  if (fd instanceof GoError) return fd;
  try {
    const path = target.startsWith('/') ? target : `/${target}`;
    const request = `GET ${path} HTTP/1.0\r\nHost: ${authority}\r\nUser-Agent: Go-http-client/1.1\r\n\r\n`;
    if (isError(yield* p.write(fd, utf8(request)))) return new GoError('EOF');
    return yield* read(p, fd, report);
  } finally {
    p.close(fd);
  }
}

function* read(p: Process, fd: number, report: Report): Sys<Answer | string | GoError> {
  let data: Uint8Array = new Uint8Array(0);
  let body: number | undefined;
  let head = '';
  let total = 0;
  let told = 0;
  let toldNs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const more = yield* p.read(fd, 4096);
    if (isError(more)) return new GoError('read: connection reset by peer');
    data = concat(data, more);
    if (body === undefined) {
      head = text(data);
      const end = head.indexOf('\r\n\r\n');
      if (end >= 0) {
        body = end + 4;
        head = head.slice(0, end);
        total = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      }
    }
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
    if (body !== undefined && status < 300) {
      const current = data.length - body;
      const isWhole = current === total || more.length === 0;
      const isMore = current - told > Math.min(REPORT_BYTES, Math.floor(total * REPORT_SHARE));
      if (isMore && (isWhole || p.nowNs - toldNs >= REPORT_NS)) {
        yield* report(current, total);
        told = current;
        toldNs = p.nowNs;
      }
    }
    if (more.length > 0 && (body === undefined || total === 0 || data.length - body < total)) continue;
    if (body === undefined || status === 0) return new GoError('EOF');
    const location = /^location: *(\S+)/im.exec(head)?.[1];
    if (location !== undefined && status >= 300 && status < 400) return location;
    const modified = /^last-modified: *(.*)/im.exec(head)?.[1];
    return {
      status,
      reason: /^\S+ \d+ (.*)/.exec(head)?.[1]?.trim() ?? '',
      body: data.subarray(body),
      mtimeMs: modified === undefined ? undefined : Date.parse(modified),
    };
  }
}
