// ngx_http_static_module, ngx_http_index_module, ngx_http_autoindex_module, and what the range and not-modified filters make of a file.

import { utf8 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { Process } from '../../machine/process.ts';
import { fieldValue, httpDate } from '../../wire/http.ts';
import type { Block } from './config.ts';
import { openFailed } from './config.ts';
import type { Request, Response } from './request.ts';

/** What comes of looking for a file: an answer, another path to look for, or a status with a line for the error log. */
export type Found =
  | { readonly kind: 'response'; readonly response: Response }
  | { readonly kind: 'redirect'; readonly uri: string }
  | { readonly kind: 'status'; readonly status: number; readonly log?: string };

/** Where a path lies on the disk: below the root, or the alias in place of the location's own path. */
export function filePath(r: Request, uri: string, expand: (value: string) => string): string {
  const alias = r.location?.own('alias')[0]?.args[0];
  if (alias !== undefined && r.location) {
    const pattern = r.location.args[0]?.startsWith('~');
    return expand(alias) + (pattern ? '' : uri.slice((r.location.args.at(-1) as string).length));
  }
  const root = expand(r.scope.value('root') ?? 'html');
  return (root.startsWith('/') ? root : `/usr/share/nginx/${root}`).replace(/\/$/, '') + uri;
}

export function findFile(p: Process, r: Request, expand: (value: string) => string): Found {
  if (r.uri.endsWith('/')) return findIndex(p, r, expand);
  if (r.method !== 'GET' && r.method !== 'HEAD') return { kind: 'status', status: 405 };
  const path = filePath(r, r.uri, expand);
  const stat = p.machine.files.stat(p, path);
  if (isError(stat)) return missing(path, stat);
  if (stat.kind === 'directory') {
    const query = r.query === '' ? '' : `?${r.query}`;
    return { kind: 'response', response: { status: 301, type: undefined, body: utf8(''), fields: [], location: `${r.uri}/${query}` } };
  }
  const data = p.machine.files.readFile(p, path);
  if (isError(data)) return missing(path, data);
  const etag = `"${Math.floor(stat.mtimeMs / 1000).toString(16)}-${data.length.toString(16)}"`;
  const response: Response = {
    status: 200,
    type: typeOf(r.scope, path),
    body: data,
    lastModifiedMs: stat.mtimeMs,
    fields: [{ name: 'ETag', value: etag }],
    lateFields: [{ name: 'Accept-Ranges', value: 'bytes' }],
  };
  return { kind: 'response', response: ranged(r, conditional(r, response, etag)) };
}

function missing(path: string, error: KernelError): Found {
  const status = error.errno === 'EACCES' ? 403 : error.errno === 'ENOENT' || error.errno === 'ENOTDIR' ? 404 : 500;
  return { kind: 'status', status, log: openFailed(path, error) };
}

function findIndex(p: Process, r: Request, expand: (value: string) => string): Found {
  const names = r.scope.all('index').flatMap(({ args }) => args);
  const directory = filePath(r, r.uri, expand);
  for (const name of names.length > 0 ? names : ['index.html']) {
    const expanded = expand(name);
    if (expanded.startsWith('/')) return { kind: 'redirect', uri: expanded };
    const stat = p.machine.files.stat(p, directory + expanded);
    if (!isError(stat)) return { kind: 'redirect', uri: r.uri + expanded };
    if (stat.errno === 'EACCES') return missing(directory + expanded, stat);
  }
  const stat = p.machine.files.stat(p, directory);
  if (isError(stat)) {
    const log = `"${directory}${names.at(-1) ?? 'index.html'}" is not found (2: No such file or directory)`;
    return stat.errno === 'EACCES' ? missing(directory, stat) : { kind: 'status', status: 404, log };
  }
  if (r.method !== 'GET' && r.method !== 'HEAD') return { kind: 'status', status: 405 };
  if (r.scope.flag('autoindex', false)) return { kind: 'response', response: listing(p, r, directory) };
  return { kind: 'status', status: 403, log: `directory index of "${directory}" is forbidden` };
}

/** A type by the end of the name: the types of the configuration, or the three that nginx knows by itself. */
export function typeOf(scope: Block, path: string): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
  const blocks = scope.all('types');
  const configured = blocks.flatMap(({ block }) => block?.directives ?? []).find(({ args }) => args.includes(extension ?? ''))?.name;
  const builtIn = blocks.length > 0 ? undefined : { html: 'text/html', gif: 'image/gif', jpg: 'image/jpeg' }[extension ?? ''];
  return withCharset(scope, configured ?? builtIn ?? scope.value('default_type') ?? 'text/plain');
}

function withCharset(scope: Block, type: string): string {
  const charset = scope.value('charset');
  return charset === undefined || charset === 'off' || !type.startsWith('text/') ? type : `${type}; charset=${charset}`;
}

/** If-None-Match before If-Modified-Since, which has to be exact (if_modified_since exact). */
function conditional(r: Request, response: Response, etag: string): Response {
  const tags = fieldValue(r.fields, 'If-None-Match');
  const since = fieldValue(r.fields, 'If-Modified-Since');
  const unchanged =
    tags === undefined
      ? since !== undefined && Date.parse(since) === Math.floor((response.lastModifiedMs ?? 0) / 1000) * 1000
      : tags === '*' || tags.split(/, */).some((tag) => tag.replace(/^W\//, '') === etag);
  if (!unchanged || (tags === undefined && since === undefined)) return response;
  return { ...response, status: 304, type: undefined, body: utf8(''), lateFields: [] };
}

function ranged(r: Request, response: Response): Response {
  const range = fieldValue(r.fields, 'Range');
  if (response.status !== 200 || range === undefined || !/^bytes=/i.test(range)) return response;
  const size = response.body.length;
  const [, from = '', to = ''] = /^bytes= *(\d*) *- *(\d*) *$/i.exec(range) ?? [];
  if (from === '' && to === '') return /,/.test(range) ? response : unsatisfiable(response, size);
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) return unsatisfiable(response, size);
  return {
    ...response,
    status: 206,
    body: response.body.subarray(start, end + 1),
    lateFields: [{ name: 'Content-Range', value: `bytes ${start}-${end}/${size}` }],
  };
}

function unsatisfiable(response: Response, size: number): Response {
  const { lastModifiedMs: _, ...rest } = response;
  return {
    ...rest,
    status: 416,
    type: undefined,
    body: utf8(''),
    fields: [],
    lateFields: [{ name: 'Content-Range', value: `bytes */${size}` }],
  };
}

const NAME_WIDTH = 50;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function listing(p: Process, r: Request, directory: string): Response {
  const names = p.machine.files.readDirectory(p, directory);
  const entries = (isError(names) ? [] : names)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const stat = p.machine.files.stat(p, `${directory}/${name}`);
      return isError(stat) ? [] : [{ name, stat, isDirectory: stat.kind === 'directory' }];
    })
    .sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || (a.name < b.name ? -1 : 1));
  const rows = entries.map(({ name, stat, isDirectory }) => {
    const full = isDirectory ? `${name}/` : name;
    const link = [...full].map((c) => (/[\s"#%?<>&]/.test(c) || c.charCodeAt(0) > 0x7e ? encodeURIComponent(c) : c)).join('');
    const shown = full.length > NAME_WIDTH ? `${escapeHtml(full.slice(0, NAME_WIDTH - 3))}..&gt;</a>` : `${escapeHtml(full)}</a>`;
    const padding = ' '.repeat(Math.max(0, NAME_WIDTH - full.length));
    const date = new Date(stat.mtimeMs);
    const day = `${String(date.getUTCDate()).padStart(2, '0')}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
    const size = isDirectory ? '-' : String(stat.size);
    return `<a href="${link}">${shown}${padding} ${day} ${date.toISOString().slice(11, 16)} ${size.padStart(19)}\r\n`;
  });
  const title = `Index of ${escapeHtml(r.uri)}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`;
  return { status: 200, type: withCharset(r.scope, 'text/html'), body: utf8(page), fields: [], streamed: true };
}

export function lastModified(response: Response): string | undefined {
  return response.lastModifiedMs === undefined ? undefined : httpDate(response.lastModifiedMs);
}
