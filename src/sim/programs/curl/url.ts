// URLs as libcurl reads them: lib/urlapi.c; RFC 3986.

import { parseIpv6 } from '../../base/address.ts';

export interface Url {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Without brackets and zone. */
  readonly host: string;
  /** Zone of a link-local IPv6 address. */
  readonly zone: string | undefined;
  readonly isIpv6: boolean;
  /** Undefined where the URL names none. */
  readonly port: number | undefined;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
}

export const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  dict: 2628,
  file: 0,
  ftp: 21,
  ftps: 990,
  gopher: 70,
  gophers: 70,
  http: 80,
  https: 443,
  imap: 143,
  imaps: 993,
  ldap: 389,
  ldaps: 636,
  mqtt: 1883,
  pop3: 110,
  pop3s: 995,
  rtmp: 1935,
  rtsp: 554,
  scp: 22,
  sftp: 22,
  smb: 445,
  smbs: 445,
  smtp: 25,
  smtps: 465,
  telnet: 23,
  tftp: 69,
};

/** Why a URL cannot be used: malformed, or of a scheme that nobody knows. */
export type UrlProblem = { readonly kind: 'malformed' } | { readonly kind: 'scheme'; readonly scheme: string };

const MALFORMED: UrlProblem = { kind: 'malformed' };

export function isUrlProblem(x: Url | UrlProblem): x is UrlProblem {
  return 'kind' in x;
}

/** Takes a URL apart. One without a scheme gets that of its host's first label (`ftp.…`), else http. */
export function parseUrl(text: string, pathAsIs = false): Url | UrlProblem {
  if (text === '' || /[\x00-\x20\x7f]/.test(text)) return MALFORMED;
  const schemed = /^([a-zA-Z][a-zA-Z0-9+.-]*):(\/{1,3})(.*)$/s.exec(text);
  const scheme = schemed ? (schemed[1] as string).toLowerCase() : guessScheme(text);
  if (schemed && DEFAULT_PORTS[scheme] === undefined) return { kind: 'scheme', scheme: schemed[1] as string };
  let rest = schemed ? (schemed[3] as string) : text;
  if (scheme === 'file') {
    const path = schemed?.[2] === '///' ? `/${rest}` : rest.replace(/^(localhost|127\.0\.0\.1)?(?=\/)/, '');
    return { ...empty(scheme), path: normalise(path.replace(/[?#].*$/, ''), pathAsIs) };
  }
  rest = rest.replace(/#.*$/, '');
  const end = rest.search(/[/?]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  const question = tail.indexOf('?');
  const rawPath = question < 0 ? tail : tail.slice(0, question);
  const parsed = parseAuthority(authority);
  if (!parsed) return MALFORMED;
  return {
    ...empty(scheme),
    ...parsed,
    path: rawPath === '' ? '/' : normalise(rawPath, pathAsIs),
    query: question < 0 ? '' : tail.slice(question),
  };
}

function empty(scheme: string): Url {
  return { scheme, user: undefined, password: undefined, host: '', zone: undefined, isIpv6: false, port: undefined, path: '/', query: '' };
}

function guessScheme(text: string): string {
  const label = /^(ftp|dict|ldap|imap|smtp|pop3)\./i.exec(text);
  return label ? (label[1] as string).toLowerCase() : 'http';
}

function parseAuthority(authority: string): Partial<Url> | undefined {
  const at = authority.lastIndexOf('@');
  const login = at < 0 ? undefined : authority.slice(0, at);
  const place = authority.slice(at + 1);
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(place);
  if (!match) return undefined;
  const port = match[3] === undefined || match[3] === '' ? undefined : Number(match[3]);
  if (port !== undefined && port > 0xffff) return undefined;
  const [address, zone] = (match[1] ?? '').split(/%25|%/);
  const isIpv6 = match[1] !== undefined;
  const host = isIpv6 ? (address as string) : decode(match[2] as string);
  if (host === '' || (isIpv6 && parseIpv6(host) === undefined)) return undefined;
  const colon = login?.indexOf(':') ?? -1;
  return {
    user: login === undefined ? undefined : decode(colon < 0 ? login : login.slice(0, colon)),
    password: login === undefined || colon < 0 ? undefined : decode(login.slice(colon + 1)),
    host,
    zone,
    isIpv6,
    port,
  };
}

function decode(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Resolves `.` and `..` (dedotdotify, RFC 3986, 5.2.4). */
function normalise(path: string, asIs: boolean): string {
  if (asIs || !path.includes('.')) return path;
  const out: string[] = [];
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part !== '.' && part !== '..') {
      out.push(part);
      continue;
    }
    if (part === '..' && out.length > 1) out.pop();
    if (last) out.push('');
  }
  return out.join('/');
}

/** `host`, `host:8080`, `[::1]:8080`: what the Host field says. */
export function hostField(url: Url): string {
  const host = url.isIpv6 ? `[${url.host}]` : url.host;
  return url.port === undefined || url.port === DEFAULT_PORTS[url.scheme] ? host : `${host}:${url.port}`;
}

export function portOf(url: Url): number {
  return url.port ?? (DEFAULT_PORTS[url.scheme] as number);
}

/** The whole URL as text, as `%{url_effective}` and messages have it. */
export function urlText(url: Url): string {
  const login = url.user === undefined ? '' : `${url.user}${url.password === undefined ? '' : `:${url.password}`}@`;
  const host = url.isIpv6 ? `[${url.host}${url.zone === undefined ? '' : `%25${url.zone}`}]` : url.host;
  return `${url.scheme}://${login}${host}${url.port === undefined ? '' : `:${url.port}`}${url.path}${url.query}`;
}

/** Where a Location leads from a URL (concat_url, RFC 3986, 5.2). */
export function resolveReference(base: Url, reference: string): string {
  const text = reference.replaceAll(' ', '%20');
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text)) return text;
  if (text.startsWith('//')) return `${base.scheme}:${text}`;
  const origin = urlText({ ...base, path: '', query: '' });
  if (text.startsWith('/')) return origin + text;
  if (text.startsWith('?')) return `${origin}${base.path}${text}`;
  return `${origin}${base.path.slice(0, base.path.lastIndexOf('/') + 1)}${text}`;
}
