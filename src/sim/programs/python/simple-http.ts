// Python's http.server.SimpleHTTPRequestHandler: the files of a directory.

import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { fieldValue, httpDate } from '../../wire/http.ts';
import { escapeHtml, type Handler, type RequestHandler } from './base-http-server.ts';

const PIECE = 65_536;

/** mimetypes.types_map, what a small site has of it. */
const TYPES: Readonly<Record<string, string>> = {
  '.bmp': 'image/bmp',
  '.bz2': 'application/x-bzip2',
  '.c': 'text/plain',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.gz': 'application/gzip',
  '.h': 'text/plain',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.mp4': 'video/mp4',
  '.pcap': 'application/vnd.tcpdump.pcap',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.py': 'text/x-python',
  '.sh': 'application/x-sh',
  '.svg': 'image/svg+xml',
  '.tar': 'application/x-tar',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/** Serves what lies below a directory. */
export function simpleHandler(directory: string): Handler {
  return {
    server: 'SimpleHTTP/0.6 Python/3.11.2',
    logs: true,
    methods: new Map([
      ['GET', (request) => serve(request, directory, true)],
      ['HEAD', (request) => serve(request, directory, false)],
    ]),
  };
}

function* serve(request: RequestHandler, directory: string, withBody: boolean): Sys<void> {
  const { p } = request;
  const { files } = p.machine;
  const url = request.path.replace(/[?#].*$/, '');
  let path = translate(directory, url);
  let stat = files.stat(p, path);
  if (!isError(stat) && stat.kind === 'directory') {
    if (!url.endsWith('/')) {
      const query = /\?[^#]*/.exec(request.path)?.[0] ?? '';
      yield* request.sendResponse(301);
      request.sendHeader('Location', `${url}/${query}`);
      request.sendHeader('Content-Length', '0');
      yield* request.endHeaders();
      return;
    }
    const index = ['index.html', 'index.htm'].map((name) => `${path}/${name}`).find((name) => !isError(files.stat(p, name)));
    if (index === undefined) {
      yield* listDirectory(request, path, url, withBody);
      return;
    }
    path = index;
    stat = files.stat(p, path);
  }
  const fd = url.endsWith('/') && !path.includes('/index.') ? undefined : p.open(path, { read: true });
  if (fd === undefined || isError(fd) || isError(stat)) {
    yield* request.sendError(404, 'File not found');
    return;
  }
  const since = Date.parse(fieldValue(request.fields, 'If-Modified-Since') ?? '');
  if (fieldValue(request.fields, 'If-None-Match') === undefined && Math.floor(stat.mtimeMs / 1000) * 1000 <= since) {
    yield* request.sendResponse(304);
    yield* request.endHeaders();
    p.close(fd);
    return;
  }
  yield* request.sendResponse(200);
  request.sendHeader('Content-type', typeOf(path));
  request.sendHeader('Content-Length', String(stat.size));
  request.sendHeader('Last-Modified', httpDate(stat.mtimeMs));
  yield* request.endHeaders();
  while (withBody) {
    const data = yield* p.read(fd, PIECE);
    if (isError(data) || data.length === 0 || !(yield* request.write(data))) break;
  }
  p.close(fd);
}

function typeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return (dot > 0 ? TYPES[name.slice(dot).toLowerCase()] : undefined) ?? 'application/octet-stream';
}

/** translate_path(): dots lead nowhere. */
function translate(directory: string, url: string): string {
  const words = decode(url)
    .split('/')
    .filter((word) => word !== '' && word !== '.');
  const below: string[] = [];
  for (const word of words) {
    if (word === '..') below.pop();
    else below.push(word);
  }
  return [directory === '/' ? '' : directory, ...below].join('/') || '/';
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** urllib.parse.quote(). */
function quote(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function* listDirectory(request: RequestHandler, path: string, url: string, withBody: boolean): Sys<void> {
  const { p } = request;
  const names = p.machine.files.readDirectory(p, path);
  if (isError(names)) {
    yield* request.sendError(404, 'No permission to list directory');
    return;
  }
  const title = `Directory listing for ${escapeHtml(decode(url))}`;
  const rows = [...names]
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0))
    .map((name) => {
      const target = p.machine.files.stat(p, `${path}/${name}`);
      const link = p.machine.files.stat(p, `${path}/${name}`, { noFollow: true });
      const isDirectory = !isError(target) && target.kind === 'directory';
      const isLink = !isError(link) && link.kind === 'symlink';
      const shown = isLink ? `${name}@` : isDirectory ? `${name}/` : name;
      return `<li><a href="${quote(name)}${isDirectory ? '/' : ''}">${escapeHtml(shown)}</a></li>\n`;
    });
  const page = utf8(
    `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${rows.join('')}</ul>\n<hr>\n</body>\n</html>\n`,
  );
  yield* request.sendResponse(200);
  request.sendHeader('Content-type', 'text/html; charset=utf-8');
  request.sendHeader('Content-Length', String(page.length));
  yield* request.endHeaders();
  if (withBody) yield* request.write(page);
}
