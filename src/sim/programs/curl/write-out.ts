// -w: src/tool_writeout.c.

import { NS_PER_S } from '../../base/time.ts';
import { fieldValue, type HttpField } from '../../wire/http.ts';
import { LIBRARIES } from './help.ts';

/** What is told of a transfer. Times in ns since it began. */
export interface Report {
  readonly url: string;
  readonly effectiveUrl: string;
  readonly scheme: string;
  readonly method: string;
  readonly status: number;
  readonly version: string;
  readonly fields: readonly HttpField[];
  readonly headerCount: number;
  readonly redirects: number;
  readonly connects: number;
  readonly redirectUrl: string | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly fileName: string;
  readonly exitCode: number;
  readonly error: string | undefined;
  readonly index: number;
  readonly referer: string | undefined;
  readonly headerBytes: number;
  readonly requestBytes: number;
  readonly downBytes: number;
  readonly upBytes: number;
  readonly nameLookupNs: number;
  readonly connectNs: number;
  readonly preTransferNs: number;
  readonly startTransferNs: number;
  readonly redirectNs: number;
  readonly totalNs: number;
}

type Value = string | number | undefined;
interface Variable {
  readonly kind: 'text' | 'number' | 'time' | 'json-only';
  value(report: Report): Value;
}

const contentType = (report: Report): string | undefined => fieldValue(report.fields, 'Content-Type');
const speed = (bytes: number, report: Report): number => (report.totalNs > 0 ? Math.floor((bytes * NS_PER_S) / report.totalNs) : bytes);
const text = (value: (report: Report) => string | undefined): Variable => ({ kind: 'text', value });
const number = (value: (report: Report) => number): Variable => ({ kind: 'number', value });
const time = (value: (report: Report) => number): Variable => ({ kind: 'time', value });

/** In the order of %{json}. */
const VARIABLES: ReadonlyMap<string, Variable> = new Map([
  ['certs', text(() => '')],
  ['content_type', text(contentType)],
  ['errormsg', text((r) => r.error)],
  ['exitcode', number((r) => r.exitCode)],
  ['filename_effective', text((r) => (r.fileName === '' ? undefined : r.fileName))],
  ['ftp_entry_path', text(() => undefined)],
  ['http_code', number((r) => r.status)],
  ['http_connect', number(() => 0)],
  ['http_version', text((r) => (r.version === '1.0' ? '1' : r.version === '' ? '0' : r.version))],
  ['local_ip', text((r) => r.localAddress)],
  ['local_port', number((r) => r.localPort)],
  ['method', text((r) => r.method)],
  ['num_certs', number(() => 0)],
  ['num_connects', number((r) => r.connects)],
  ['num_headers', number((r) => r.headerCount)],
  ['num_redirects', number((r) => r.redirects)],
  ['proxy_ssl_verify_result', number(() => 0)],
  ['redirect_url', text((r) => r.redirectUrl)],
  ['referer', text((r) => r.referer)],
  ['remote_ip', text((r) => r.remoteAddress)],
  ['remote_port', number((r) => r.remotePort)],
  ['response_code', number((r) => r.status)],
  ['scheme', text((r) => (r.remoteAddress === '' ? undefined : r.scheme.toUpperCase()))],
  ['size_download', number((r) => r.downBytes)],
  ['size_header', number((r) => r.headerBytes)],
  ['size_request', number((r) => r.requestBytes)],
  ['size_upload', number((r) => r.upBytes)],
  ['speed_download', number((r) => speed(r.downBytes, r))],
  ['speed_upload', number((r) => speed(r.upBytes, r))],
  ['ssl_verify_result', number(() => 0)],
  ['time_appconnect', time(() => 0)],
  ['time_connect', time((r) => r.connectNs)],
  ['time_namelookup', time((r) => r.nameLookupNs)],
  ['time_pretransfer', time((r) => r.preTransferNs)],
  ['time_redirect', time((r) => r.redirectNs)],
  ['time_starttransfer', time((r) => r.startTransferNs)],
  ['time_total', time((r) => r.totalNs)],
  ['url', text((r) => r.url)],
  ['url_effective', text((r) => r.effectiveUrl)],
  ['urlnum', number((r) => r.index)],
]);

/** One stretch of output, and where it goes. */
export interface WrittenOut {
  readonly to: 'stdout' | 'stderr';
  readonly text: string;
}

export function writeOut(format: string, report: Report): WrittenOut[] {
  const out: WrittenOut[] = [];
  let to: WrittenOut['to'] = 'stdout';
  const put = (text: string, where: WrittenOut['to'] = to): void => void out.push({ to: where, text });
  for (let i = 0; i < format.length; i++) {
    const c = format[i] as string;
    const next = format[i + 1];
    if (c === '%' && next === '%') {
      put('%');
      i++;
    } else if (c === '%' && next === '{') {
      const end = format.indexOf('}', i);
      if (end < 0) {
        put('%{');
        i++;
        continue;
      }
      const name = format.slice(i + 2, end);
      if (name === 'onerror') {
        if (report.exitCode === 0) break;
      } else if (name === 'stderr' || name === 'stdout') to = name;
      else if (name === 'json') put(json(report));
      else if (name === 'header_json') put(headerJson(report.fields));
      else {
        const variable = VARIABLES.get(name);
        if (variable) put(show(name, variable, report));
        else put(`curl: unknown --write-out variable: '${name}'\n`, 'stderr');
      }
      i = end;
    } else if (c === '%' && format.startsWith('%header{', i)) {
      const end = format.indexOf('}', i);
      if (end < 0) {
        put('%header{');
        i += 7;
        continue;
      }
      put(fieldValue(report.fields, format.slice(i + 8, end)) ?? '');
      i = end;
    } else if (c === '\\' && next !== undefined) {
      put(next === 'n' ? '\n' : next === 'r' ? '\r' : next === 't' ? '\t' : `\\${next}`);
      i++;
    } else put(c);
  }
  return out;
}

function show(name: string, variable: Variable, report: Report): string {
  const value = variable.value(report);
  if (variable.kind === 'time') return seconds(value as number);
  if (/^(http_code|response_code|http_connect)$/.test(name)) return String(value).padStart(3, '0');
  return value === undefined ? '' : String(value);
}

const seconds = (ns: number): string => {
  const us = Math.floor(ns / 1000);
  return `${Math.floor(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}`;
};

function json(report: Report): string {
  const parts = [...VARIABLES].map(([name, variable]) => {
    const value = variable.value(report);
    if (variable.kind === 'time') return `"${name}":${seconds(value as number)}`;
    if (variable.kind === 'number') return `"${name}":${value}`;
    return `"${name}":${value === undefined ? 'null' : JSON.stringify(value)}`;
  });
  return `{${parts.join(',')},"curl_version":${JSON.stringify(LIBRARIES)}}`;
}

function headerJson(fields: readonly HttpField[]): string {
  const values = new Map<string, string[]>();
  for (const { name, value } of fields) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return `{${[...values].map(([name, list]) => `${JSON.stringify(name)}:${JSON.stringify(list)}`).join(',\n')}\n}`;
}
