// What is sent: lib/http.c, Curl_http().

import { encodeBase64 } from '../../base/base64.ts';
import { hex } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type HttpField, httpDate } from '../../wire/http.ts';
import { parseDate } from '../lib/parse-date.ts';
import { multipart } from './data.ts';
import { failed, TransferError } from './errors.ts';
import type { Config } from './options.ts';
import type { Session } from './session.ts';
import { hostField, type Url, urlText } from './url.ts';

/** A body beyond this is announced and waits for a 100 Continue (EXPECT_100_THRESHOLD). */
const EXPECT_100_THRESHOLD = 1024 * 1024;
/** A POST's body up to this goes out together with the head. */
const WITH_HEAD = 64 * 1024;

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly fields: readonly HttpField[];
  readonly body: Uint8Array | undefined;
  readonly chunked: boolean;
  /** The body is sent in the same write as the head. */
  readonly bodyWithHead: boolean;
  readonly expectContinue: boolean;
}

/** What changes from one request of a redirected transfer to the next. */
export interface Hop {
  readonly url: Url;
  /** The body was given up on the way (303, or 301 and 302 after a POST). */
  readonly switchedToGet: boolean;
  /** The host is another one than at first, which gets no credentials. */
  readonly foreign: boolean;
  readonly proxied: boolean;
}

export function* buildRequest(
  s: Session,
  config: Config,
  hop: Hop,
  upload: string | undefined,
  resumeFrom: number,
): Sys<Request | TransferError> {
  const { url } = hop;
  const boundary = config.form.length > 0 ? `------------------------${hex(randomBytes(s, 8))}` : '';
  const body = hop.switchedToGet || config.head ? undefined : yield* bodyOf(s, config, upload, boundary);
  if (failed(body)) return body;
  const chunked = upload === '-' || upload === '.';
  const put = upload !== undefined && !hop.switchedToGet;
  const posts = body !== undefined && !put;
  const method = config.method ?? (config.head ? 'HEAD' : put ? 'PUT' : posts ? 'POST' : 'GET');
  const user = hop.foreign ? undefined : (config.user ?? (url.user === undefined ? undefined : `${url.user}:${url.password ?? ''}`));
  const nowS = Math.floor(s.p.wallClockMs / 1000);
  const cookieField = [
    s.cookies.enabled ? s.cookies.fieldFor(url.host, url.path, nowS) : undefined,
    ...config.cookies.filter((cookie) => cookie.includes('=')),
  ]
    .filter((part) => part !== undefined)
    .join('; ');

  const own: (HttpField | undefined)[] = [
    { name: 'Host', value: hostField(url) },
    user === undefined
      ? undefined
      : { name: 'Authorization', value: `Basic ${encodeBase64(encodeText(user.includes(':') ? user : `${user}:`))}` },
    rangeField(config, resumeFrom),
    config.userAgent === undefined ? undefined : { name: 'User-Agent', value: config.userAgent },
    config.json ? undefined : { name: 'Accept', value: '*/*' },
    config.compressed ? { name: 'Accept-Encoding', value: 'deflate, gzip, br, zstd' } : undefined,
    config.referer === undefined ? undefined : { name: 'Referer', value: config.referer.replace(/;auto$/, '') },
    cookieField === '' ? undefined : { name: 'Cookie', value: cookieField },
    hop.proxied ? { name: 'Proxy-Connection', value: 'Keep-Alive' } : undefined,
    chunked && put ? { name: 'Transfer-Encoding', value: 'chunked' } : undefined,
  ];
  const custom = customFields(
    config.json
      ? [
          ...withDefault(config.headers, 'Content-Type', 'application/json'),
          ...withDefault(config.headers, 'Accept', 'application/json'),
          ...config.headers,
        ]
      : config.headers,
  );
  const overridden = (name: string): boolean => custom.some((field) => field.name.toLowerCase() === name.toLowerCase());
  const fields = own.filter((field): field is HttpField => field !== undefined && !overridden(field.name));
  const hostOverride = custom.find((field) => field.name.toLowerCase() === 'host');
  if (hostOverride?.value !== undefined) fields.unshift({ name: 'Host', value: hostOverride.value });
  const timed = timeCondition(config, nowS);
  if (timed) fields.push(timed);
  for (const { name, value } of custom) if (value !== undefined && name.toLowerCase() !== 'host') fields.push({ name, value });
  const version = config.http10 ? '1.0' : '1.1';
  const length = body?.length ?? 0;
  const expectContinue = version === '1.1' && !overridden('Expect') && ((put && (chunked || length > 0)) || length > EXPECT_100_THRESHOLD);
  if (body !== undefined && !(chunked && put)) {
    if (!overridden('Content-Length')) fields.push({ name: 'Content-Length', value: String(length) });
    if (posts && !overridden('Content-Type')) {
      const type = config.form.length > 0 ? `multipart/form-data; boundary=${boundary}` : 'application/x-www-form-urlencoded';
      fields.push({ name: 'Content-Type', value: type });
    }
  }
  if (expectContinue) fields.push({ name: 'Expect', value: '100-continue' });
  const target = config.requestTarget ?? (hop.proxied ? urlText({ ...url, user: undefined, password: undefined }) : url.path + url.query);
  return {
    method,
    target,
    version,
    fields,
    body,
    chunked: chunked && put,
    bodyWithHead: posts && config.form.length === 0 && length <= WITH_HEAD && !expectContinue,
    expectContinue,
  };
}

function withDefault(headers: readonly string[], name: string, value: string): string[] {
  return headers.some((header) => header.toLowerCase().startsWith(`${name.toLowerCase()}:`)) ? [] : [`${name}: ${value}`];
}

/** -H: `Name: value`, `Name;` for an empty one, `Name:` to leave out one of curl's own. */
function customFields(headers: readonly string[]): { readonly name: string; readonly value: string | undefined }[] {
  return headers.flatMap((header) => {
    const colon = header.indexOf(':');
    if (colon > 0) {
      const value = header.slice(colon + 1).trim();
      return [{ name: header.slice(0, colon), value: value === '' ? undefined : value }];
    }
    return header.endsWith(';') ? [{ name: header.slice(0, -1), value: '' }] : [];
  });
}

function rangeField(config: Config, resumeFrom: number): HttpField | undefined {
  if (resumeFrom > 0) return { name: 'Range', value: `bytes=${resumeFrom}-` };
  return config.range === undefined ? undefined : { name: 'Range', value: `bytes=${config.range}` };
}

function timeCondition(config: Config, nowS: number): HttpField | undefined {
  if (config.timeCondition === undefined) return undefined;
  const before = config.timeCondition.startsWith('-');
  const date = parseDate(config.timeCondition.replace(/^[-+=]/, ''), nowS * 1000);
  if (date === undefined) return undefined;
  return { name: before ? 'If-Unmodified-Since' : 'If-Modified-Since', value: httpDate(date) };
}

function* bodyOf(s: Session, config: Config, upload: string | undefined, boundary: string): Sys<Uint8Array | undefined | TransferError> {
  if (upload !== undefined) {
    const contents = upload === '-' || upload === '.' ? yield* s.p.readAll(0) : s.p.machine.files.readFile(s.p, upload);
    if (!isError(contents)) return contents;
    yield* s.p.printError(`curl: Can't open '${upload}'!\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return new TransferError(26);
  }
  if (config.form.length > 0) return yield* multipart(s.c, config.form, boundary);
  return config.get ? undefined : config.body;
}

function randomBytes(s: Session, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => s.p.machine.random.int(256));
}
