// ngx_http_variables.c: what $names in a value stand for.

import { fieldValue } from '../../wire/http.ts';
import { strftime } from '../lib/date-text.ts';
import { NGINX_VERSION } from './pages.ts';
import type { Request } from './request.ts';
import { serverName } from './sites.ts';

type Variable = (r: Request, nowMs: number, hostname: string) => string;

/** The Host of a request without its port; the server's name where there is none. */
export function hostOf(r: Request): string {
  const host = fieldValue(r.fields, 'Host');
  return host === undefined ? serverName(r.server) : host.replace(/:\d*$/, '').toLowerCase();
}

function forwardedFor(r: Request): string {
  const before = fieldValue(r.fields, 'X-Forwarded-For');
  return before === undefined ? r.remoteAddress : `${before}, ${r.remoteAddress}`;
}

function documentRoot(r: Request): string {
  return r.scope.value('root') ?? '/usr/share/nginx/html';
}

const VARIABLES: Readonly<Record<string, Variable>> = {
  args: (r) => r.query,
  query_string: (r) => r.query,
  is_args: (r) => (r.query === '' ? '' : '?'),
  body_bytes_sent: (r) => String(r.bodySent),
  bytes_sent: (r) => String(r.bytesSent),
  connection: (r) => String(r.connection),
  content_length: (r) => fieldValue(r.fields, 'Content-Length') ?? '',
  content_type: (r) => fieldValue(r.fields, 'Content-Type') ?? '',
  document_root: documentRoot,
  document_uri: (r) => r.uri,
  uri: (r) => r.uri,
  host: hostOf,
  hostname: (_r, _now, hostname) => hostname,
  msec: (_r, now) => (now / 1000).toFixed(3),
  nginx_version: () => NGINX_VERSION,
  proxy_add_x_forwarded_for: forwardedFor,
  proxy_host: (r) => r.scope.own('proxy_pass')[0]?.proxy?.authority ?? '',
  remote_addr: (r) => r.remoteAddress,
  remote_port: (r) => String(r.remote.port),
  remote_user: () => '',
  request: (r) => r.line,
  request_filename: (r) => documentRoot(r) + r.uri,
  request_method: (r) => r.method,
  request_length: (r) => String(r.line.length + 2 + r.fields.reduce((n, f) => n + f.name.length + f.value.length + 4, 2) + r.body.length),
  request_time: (r, now) => ((now - r.startMs) / 1000).toFixed(3),
  request_uri: (r) => r.target,
  scheme: () => 'http',
  server_addr: (r) => r.localAddress,
  server_name: (r) => serverName(r.server),
  server_port: (r) => String(r.localPort),
  server_protocol: (r) => r.protocol,
  status: (r) => String(r.status).padStart(3, '0'),
  time_iso8601: (_r, now) => strftime('%Y-%m-%dT%H:%M:%S+00:00', now),
  time_local: (_r, now) => strftime('%d/%b/%Y:%H:%M:%S +0000', now),
  upstream_addr: (r) => r.upstreamAddress,
  upstream_status: (r) => (r.upstreamAddress === '' ? '' : String(r.status)),
};

const REFERENCE = /\$(?:\{(\w+)\}|(\w+))/g;

/** Whether a name is a variable of this configuration. */
export function isVariable(name: string, set: ReadonlySet<string>): boolean {
  return Object.hasOwn(VARIABLES, name) || set.has(name) || /^(\d$|http_|arg_|cookie_|sent_http_|upstream_http_)/.test(name);
}

/** Names of variables that a value refers to. */
export function references(value: string): string[] {
  return [...value.matchAll(REFERENCE)].map(([, braced, bare]) => (braced ?? bare) as string);
}

/** A value with its variables put in; `empty` stands for one without a value, as `-` in the log. */
export function expand(value: string, r: Request, nowMs: number, hostname: string, empty = ''): string {
  return value.replace(REFERENCE, (_, braced?: string, bare?: string) => {
    const name = (braced ?? bare) as string;
    return lookUp(name, r, nowMs, hostname) || empty;
  });
}

function lookUp(name: string, r: Request, nowMs: number, hostname: string): string {
  const own = r.set.get(name) ?? r.captures.get(name);
  if (own !== undefined) return own;
  const header = /^http_(.*)/.exec(name)?.[1];
  if (header !== undefined) return fieldValue(r.fields, header.replaceAll('_', '-')) ?? '';
  const argument = /^arg_(.*)/.exec(name)?.[1];
  if (argument !== undefined) {
    const pair = r.query.split('&').find((word) => word.split('=')[0]?.toLowerCase() === argument.toLowerCase());
    return pair?.slice(argument.length + 1) ?? '';
  }
  const cookie = /^cookie_(.*)/.exec(name)?.[1];
  if (cookie !== undefined) {
    const pair = (fieldValue(r.fields, 'Cookie') ?? '').split(/; */).find((word) => word.startsWith(`${cookie}=`));
    return pair?.slice(cookie.length + 1) ?? '';
  }
  return VARIABLES[name]?.(r, nowMs, hostname) ?? '';
}
