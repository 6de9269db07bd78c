// The server's side of the registry's HTTP API v2 (docker/distribution, registry/handlers).

import { text, utf8 } from '../../../base/utf8.ts';
import type { Sys } from '../../../machine/process.ts';
import { httpDate } from '../../../wire/http.ts';
import type { RequestHandler } from '../../python/base-http-server.ts';
import { digestOfText, MANIFEST_TYPE, parseManifest } from './manifest.ts';

/** What a registry keeps. Digests are 64 hex digits. */
export interface RegistryStore {
  /** All repositories, in order. */
  repositories(): readonly string[];
  /** In order; undefined if it does not know the repository. */
  tags(repository: string): readonly string[] | undefined;
  /** By tag or `sha256:DIGEST`. */
  manifest(repository: string, reference: string): string | undefined;
  /** Of a layer its beginning. */
  blob(repository: string, digest: string): Uint8Array | undefined;
  /** Undefined where nobody may push. */
  readonly writes: RegistryWrites | undefined;
}

export interface RegistryWrites {
  /** Begins an upload: its name. */
  start(): string;
  append(upload: string, data: Uint8Array): void;
  /** False if there is no such upload. */
  finish(upload: string, repository: string, digest: string): boolean;
  link(repository: string, digest: string): void;
  putManifest(repository: string, reference: string, manifest: string): void;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
};
const JSON_TYPE = 'application/json; charset=utf-8';
const VERSION = { 'Docker-Distribution-Api-Version': 'registry/2.0' };
const BASE = { 'Content-Type': JSON_TYPE, ...VERSION };

/** What a registry answers to a request that may be made. `body` reads what came with it. */
export function* answerRegistry(request: RequestHandler, store: RegistryStore): Sys<RegistryAnswer> {
  const { method } = request;
  const [path = '', query = ''] = request.path.split('?');
  const parameter = (name: string): string =>
    decodeURIComponent(
      query
        .split('&')
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1) ?? '',
    );
  if (path === '/v2/') return { status: 200, fields: { ...BASE, 'Content-Length': '2' }, body: utf8('{}') };
  if (path === '/v2/_catalog') return json({ repositories: store.repositories() });
  const uploads = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(path);
  if (uploads !== null) return yield* upload(request, store, uploads[1] as string, uploads[2] as string, parameter);
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|tags|blobs)\/([^/]+)$/.exec(path) ?? [];
  if (name === '') return { status: 404, fields: { 'Content-Type': 'text/plain; charset=utf-8' }, body: utf8('404 page not found\n') };
  if (kind === 'tags') {
    const tags = store.tags(name);
    return tags === undefined ? refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name }) : json({ name, tags });
  }
  if (kind === 'blobs') {
    const data = store.blob(name, bare(reference));
    if (data === undefined) return refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry', reference);
    return stored(data, 'application/octet-stream', bare(reference), { 'Accept-Ranges': 'bytes', 'Cache-Control': 'max-age=31536000' });
  }
  if (method === 'PUT') return putManifest(store, name, reference, text(yield* request.readBody()));
  const manifest = store.manifest(name, reference);
  if (manifest === undefined) {
    const detail = reference.includes(':') ? { Name: name, Revision: reference } : { Tag: reference };
    return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown', detail);
  }
  return stored(utf8(manifest), MANIFEST_TYPE, digestOfText(manifest));
}

function* upload(
  request: RequestHandler,
  store: RegistryStore,
  name: string,
  id: string,
  parameter: (name: string) => string,
): Sys<RegistryAnswer> {
  const { writes } = store;
  if (writes === undefined) return denied();
  const place = (upload: string, status: number): RegistryAnswer => ({
    status,
    fields: {
      ...VERSION,
      'Content-Length': '0',
      'Docker-Upload-Uuid': upload,
      Location: `/v2/${name}/blobs/uploads/${upload}`,
      Range: '0-0',
    },
  });
  const created = (digest: string): RegistryAnswer => ({
    status: 201,
    fields: {
      ...VERSION,
      'Content-Length': '0',
      'Docker-Content-Digest': `sha256:${digest}`,
      Location: `/v2/${name}/blobs/sha256:${digest}`,
    },
  });
  if (request.method === 'POST') {
    const mounted = bare(parameter('mount'));
    if (mounted === '' || store.blob(parameter('from'), mounted) === undefined) return place(writes.start(), 202);
    writes.link(name, mounted);
    return created(mounted);
  }
  writes.append(id, yield* request.readBody());
  if (request.method === 'PATCH') return place(id, 202);
  const digest = bare(parameter('digest'));
  return writes.finish(id, name, digest) ? created(digest) : refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', null);
}

function putManifest(store: RegistryStore, name: string, reference: string, manifest: string): RegistryAnswer {
  const { writes } = store;
  if (writes === undefined) return denied();
  const parsed = parseManifest(manifest);
  if (parsed === undefined) return refusal(400, 'MANIFEST_INVALID', 'manifest invalid', {});
  const missing = [...parsed.layers, parsed.config].find(({ digest }) => store.blob(name, digest) === undefined);
  if (missing !== undefined)
    return refusal(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { digest: `sha256:${missing.digest}` });
  writes.putManifest(name, reference, manifest);
  const digest = `sha256:${digestOfText(manifest)}`;
  const fields = { ...VERSION, 'Content-Length': '0', 'Docker-Content-Digest': digest, Location: `/v2/${name}/manifests/${digest}` };
  return { status: 201, fields };
}

const bare = (digest: string): string => digest.replace(/^sha256:/, '');

const json = (value: unknown): RegistryAnswer => ({ status: 200, fields: BASE, body: utf8(`${JSON.stringify(value)}\n`) });

function stored(body: Uint8Array, type: string, digest: string, more: Readonly<Record<string, string>> = {}): RegistryAnswer {
  const named = { 'Docker-Content-Digest': `sha256:${digest}`, Etag: `"sha256:${digest}"` };
  return { status: 200, fields: { ...VERSION, 'Content-Length': String(body.length), 'Content-Type': type, ...named, ...more }, body };
}

const denied = (): RegistryAnswer => refusal(401, 'DENIED', 'requested access to the resource is denied');

/** The API's errors (registry/api/errcode). */
export function refusal(status: number, code: string, message: string, detail?: unknown): RegistryAnswer {
  const error = { code, message, ...(detail !== undefined && { detail }) };
  return { status, fields: BASE, body: utf8(`${JSON.stringify({ errors: [error] })}\n`) };
}

/** Sends an answer as Go's net/http does: its fields in order, then the date, then the length that nobody gave. */
export function* sendAnswer(request: RequestHandler, { status, fields, body = new Uint8Array(0) }: RegistryAnswer): Sys<void> {
  const lines = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .concat([['Date', httpDate(request.p.wallClockMs)]])
    .concat('Content-Length' in fields ? [] : [['Content-Length', String(body.length)]]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  yield* request.write(utf8(`HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${head}\r\n`));
  if (request.method !== 'HEAD') yield* request.write(body);
}
