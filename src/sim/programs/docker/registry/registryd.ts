import { isError } from '../../../base/result.ts';
import { utf8 } from '../../../base/utf8.ts';
import { digestOf } from '../../../docker/image/digest.ts';
import { idOf, LIBRARY, manifestDigest } from '../../../docker/image/library/library.ts';
import type { LibraryImage } from '../../../docker/image/library/library-image.ts';
import { isHub, registryOf } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { fieldValue } from '../../../wire/http.ts';
import { command, reason } from '../../lib/command.ts';
import { type Handler, openServer, type RequestHandler, serveForever } from '../../python/base-http-server.ts';
import type { Manifest } from './registry-client.ts';

/** Of a layer no more is sent than this. */
const MOST_SENT = 8_192;
/** What gzip makes of a file tree. */
const COMPRESSION = 0.42;

/** The registries of the world outside: Docker Hub under its names, and others under theirs. It keeps the images of the library. */
const registry: Handler = {
  server: 'nginx',
  logs: false,
  methods: new Map([
    ['GET', answer],
    ['POST', refuse],
  ]),
};

/** `registryd [PORT]`, on every address. */
export const registryd = command('registryd', function* (c) {
  const port = Number(c.args[0] ?? 443);
  const listener = openServer(c.p, { family: 'inet', address: 0, port });
  if (isError(listener)) return yield* c.die(1, `port ${port}: ${reason(listener)}`);
  return yield* serveForever(c.p, listener, registry);
});

const hostOf = (request: RequestHandler): string => fieldValue(request.fields, 'Host') ?? '';
const isHubHost = (host: string): boolean => host.endsWith('docker.io');

function* answer(request: RequestHandler): Sys<void> {
  const host = hostOf(request);
  const hub = isHubHost(host);
  if (request.path === '/v2/') return yield* send(request, hub ? 401 : 200, '{}');
  if (request.path.startsWith('/token')) return yield* send(request, 200, '{"token":""}');
  const match = /^\/v2\/(.+)\/(manifests|tags|blobs)\/([^/]+)$/.exec(request.path);
  const [, path = '', kind = '', reference = ''] = match ?? [];
  const entries = LIBRARY.filter(({ name }) => {
    const at = registryOf(name);
    return at.path === path && (hub ? isHub(at.host) : at.host === host);
  });
  if (entries.length === 0) return yield* hub ? denied(request) : unknown(request, 'NAME_UNKNOWN', 'repository name not known to registry');
  if (kind === 'tags') return yield* send(request, 200, JSON.stringify({ name: path, tags: entries.flatMap(({ tags }) => tags).sort() }));
  if (kind === 'blobs') {
    const layer = entries
      .flatMap(manifestOf)
      .flatMap(({ layers }) => layers)
      .find(({ digest }) => `sha256:${digest}` === reference);
    if (layer === undefined) return yield* unknown(request, 'BLOB_UNKNOWN', 'blob unknown to registry');
    return yield* send(request, 200, '\u001f'.repeat(Math.min(layer.size, MOST_SENT)));
  }
  const entry = entries.find((one) => one.tags.includes(reference) || `sha256:${manifestDigest(one)}` === reference);
  if (entry === undefined) return yield* unknown(request, 'MANIFEST_UNKNOWN', 'manifest unknown');
  return yield* send(request, 200, JSON.stringify(manifestOf(entry)));
}

function manifestOf(entry: LibraryImage): Manifest {
  const steps = entry.steps?.filter(({ sizeBytes }) => sizeBytes > 0) ?? [{ by: '', sizeBytes: entry.sizeBytes }];
  const layers = steps.map(({ layer, sizeBytes }, i) => ({
    digest: digestOf(`compressed ${layer ?? `${i} of ${idOf(entry)}`}`),
    size: Math.round(sizeBytes * COMPRESSION) + 32,
  }));
  return { digest: manifestDigest(entry), imageId: idOf(entry), layers };
}

function* refuse(request: RequestHandler): Sys<void> {
  yield* denied(request);
}

const denied = (request: RequestHandler): Sys<void> => send(request, 401, errors('DENIED', 'requested access to the resource is denied'));

const unknown = (request: RequestHandler, code: string, message: string): Sys<void> => send(request, 404, errors(code, message));

const errors = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

function* send(request: RequestHandler, status: number, body: string): Sys<void> {
  yield* request.sendResponse(status, status === 401 ? 'Unauthorized' : undefined);
  request.sendHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  request.sendHeader('Content-Length', String(body.length));
  yield* request.endHeaders();
  yield* request.write(utf8(body));
}
