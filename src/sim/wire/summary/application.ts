// What tcpdump prints of a TCP payload by its port: print-http.c (signature.c's text protocols), print-ssh.c,
// print-resp.c, print-domain.c.

import { u16 } from '../../base/bytes.ts';
import { DNS_PORT } from '../dns.ts';
import { printDns } from './dns.ts';
import { type Printer, printable } from './printer.ts';

const HTTP_PORTS = [80, 8080, 3128];
const SSH_PORT = 22;
const REDIS_PORT = 6379;

/** What print-http.c takes for a request's first word. */
const HTTP_METHODS = new Set(
  (
    'GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE NOTIFY ' +
    'BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH UNCHECKOUT ' +
    'MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL'
  ).split(' '),
);

/** The payload of `length` bytes at `o`, printed after the segment's length. */
export function printTcpPayload(p: Printer, o: number, length: number, srcPort: number, dstPort: number): void {
  const either = (port: number): boolean => srcPort === port || dstPort === port;
  if (either(REDIS_PORT)) {
    printResp(p, o, length);
  } else if (either(SSH_PORT)) {
    printSsh(p, o, length);
  } else if (HTTP_PORTS.some(either)) {
    p.put(': ');
    printHttp(p, o, length);
  } else if (either(DNS_PORT)) {
    p.put(' ');
    const declared = p.has(o, 2) ? u16(p.b, o) : 0;
    if (length < 2) p.truncated('domain');
    else if (declared !== length - 2) p.put(`[prefix length(${declared}) != length(${length - 2})] (invalid)`);
    else printDns(p, o + 2, length - 2);
  }
}

/** txtproto_print(): the first line of a request or response, all lines with -v, nothing of what is no text. */
function printHttp(p: Printer, o: number, length: number): void {
  p.put('HTTP');
  const end = o + length;
  const first = token(p, o, end);
  if (first === undefined) return;
  if (!HTTP_METHODS.has(first.word.toUpperCase())) {
    const second = token(p, first.next, end);
    if (second === undefined || !/^[0-9]{3}$/.test(second.word)) return;
  }
  if (p.verbose === 0) {
    printLine(p, ': ', o, end);
    return;
  }
  p.put(`, length: ${length}`);
  let at: number | undefined = o;
  while (at !== undefined && at < end) at = printLine(p, '\n\t', at, end);
}

/** parse_token(): a word of printable ASCII that white space follows, and where the next word begins. */
function token(p: Printer, o: number, end: number): { word: string; next: number } | undefined {
  let i = o;
  let word = '';
  for (; i < end; i++) {
    const c = p.has(i, 1) ? (p.b[i] as number) : -1;
    if (isSpace(c)) break;
    if (c <= 0x20 || c >= 0x7f || word.length > 126) return undefined;
    word += String.fromCharCode(c);
  }
  if (word === '') return undefined;
  while (i < end && p.has(i, 1) && p.b[i] === 0x20) i++;
  return { word, next: i };
}

function isSpace(c: number): boolean {
  return c === 0x20 || (c >= 9 && c <= 13);
}

/** print_txt_line(): one line; the offset after it, or undefined where it is no line of text or does not end here. */
function printLine(p: Printer, prefix: string, o: number, end: number): number | undefined {
  let line = '';
  for (let i = o; i < end && p.has(i, 1); i++) {
    const c = p.b[i] as number;
    if (c === 0x0a) {
      p.put(prefix + line);
      return i + 1;
    }
    if (c === 0x0d) {
      if (i + 1 < end && !p.has(i, 2)) break;
      if (i + 1 >= end || p.b[i + 1] !== 0x0a) return undefined;
      p.put(prefix + line);
      return i + 2;
    }
    if (c !== 9 && (c < 0x20 || c >= 0x7f)) return undefined;
    line += String.fromCharCode(c);
  }
  p.put(prefix + line);
  p.truncated('http');
  return undefined;
}

/** ssh_print(): the identification line; what follows it is binary. */
function printSsh(p: Printer, o: number, length: number): void {
  let line = '';
  for (let i = o; i < o + length && p.has(i, 1); i++) {
    const c = p.b[i] as number;
    if (c === 0x0a || c === 0x0d) {
      p.put(`: SSH: ${line}`);
      return;
    }
    if (c < 0x20 || c >= 0x7f) return;
    line += String.fromCharCode(c);
  }
}

/** resp_print(): Redis commands and answers, one after another. */
function printResp(p: Printer, o: number, length: number): void {
  p.put(': RESP');
  const end = Math.min(o + length, p.end);
  let at = o;
  while (at < end) {
    const next = printRespValue(p, at, end);
    if (next === undefined) {
      p.truncated('resp');
      return;
    }
    at = next;
  }
}

function printRespValue(p: Printer, o: number, end: number): number | undefined {
  const kind = String.fromCharCode(p.b[o] as number);
  const line = respLine(p, '+-:$*'.includes(kind) ? o + 1 : o, end);
  if (line === undefined) return undefined;
  if (kind !== '$' && kind !== '*') {
    p.put(` "${line.text}"`);
    return line.next;
  }
  const count = Number(line.text);
  if (count === -1) p.put(' null');
  else if (count === 0) p.put(' empty');
  else if (!(count > 0)) p.put(' length negative and not -1');
  if (!(count > 0)) return kind === '$' && count === 0 ? line.next + 2 : line.next;
  if (kind === '$') {
    if (line.next + count > end) return undefined;
    p.put(` "${Array.from(p.b.subarray(line.next, line.next + count), printable).join('')}"`);
    return line.next + count + 2;
  }
  let at: number | undefined = line.next;
  for (let i = 0; i < count && at !== undefined; i++) at = at < end ? printRespValue(p, at, end) : undefined;
  return at;
}

function respLine(p: Printer, o: number, end: number): { text: string; next: number } | undefined {
  let text = '';
  for (let i = o; i + 1 < end; i++) {
    if (p.b[i] === 0x0d && p.b[i + 1] === 0x0a) return { text, next: i + 2 };
    text += printable(p.b[i] as number);
  }
  return undefined;
}
