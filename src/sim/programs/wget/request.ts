import { encodeBase64 } from '../../base/base64.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { hostField, type Url } from '../curl/url.ts';
import type { WgetOptions } from './options.ts';

/** The request for a document, from this byte on, as http.c's initialize_request() and request_string() make it. */
export function wgetRequest(url: Url, options: WgetOptions, resumeFrom: number): Uint8Array {
  const fields: [string, string][] = [['Host', hostField(url)]];
  if (options.agent !== undefined) fields.push(['User-Agent', options.agent]);
  fields.push(['Accept', '*/*'], ['Accept-Encoding', 'identity']);
  if (options.referer !== undefined) fields.push(['Referer', options.referer]);
  if (options.noCache) fields.push(['Cache-Control', 'no-cache'], ['Pragma', 'no-cache']);
  if (resumeFrom > 0) fields.push(['Range', `bytes=${resumeFrom}-`]);
  const user = url.user ?? (options.preemptiveAuth ? options.user : undefined);
  if (user !== undefined)
    fields.push(['Authorization', `Basic ${encodeBase64(encodeText(`${user}:${url.password ?? options.password ?? ''}`))}`]);
  fields.push(['Connection', options.keepAlive ? 'Keep-Alive' : 'Close']);
  if (options.body) fields.push(['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Length', String(options.body.length)]);
  for (const header of options.headers) {
    const colon = header.indexOf(':');
    const name = header.slice(0, colon);
    const at = fields.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
    const field: [string, string] = [name, header.slice(colon + 1).trim()];
    if (at < 0) fields.push(field);
    else fields[at] = field;
  }
  const method = options.method ?? (options.spider ? 'HEAD' : 'GET');
  const head = `${method} ${url.path}${url.query} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return concat(utf8(head), options.body ?? new Uint8Array(0));
}
