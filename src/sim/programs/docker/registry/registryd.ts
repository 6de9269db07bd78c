import { isError } from '../../../base/result.ts';
import { utf8 } from '../../../base/utf8.ts';
import { LIBRARY, libraryImage } from '../../../docker/image/library/library.ts';
import type { LibraryImage } from '../../../docker/image/library/library-image.ts';
import { isHub, registryOf } from '../../../docker/image/reference.ts';
import { ImageStore } from '../../../docker/image/store.ts';
import type { Sys } from '../../../machine/process.ts';
import { fieldValue } from '../../../wire/http.ts';
import { command, reason } from '../../lib/command.ts';
import { type Handler, openServer, type RequestHandler, serveForever } from '../../python/base-http-server.ts';
import { configText, digestOfText, type Manifest, manifestOf, manifestText } from './manifest.ts';
import { answerRegistry, type RegistryAnswer, type RegistryStore, refusal, sendAnswer } from './registry-api.ts';
import { MOST_SENT } from './registry-client.ts';
import { searchAnswer } from './search-index.ts';
import { acceptTls } from './tls.ts';

/** The registries of the world outside: Docker Hub under its names, and others under theirs. They keep the images of the library. */
const registry: Handler = {
  server: 'nginx',
  logs: false,
  before: acceptTls,
  methods: new Map(['GET', 'HEAD', 'POST', 'PUT', 'PATCH'].map((method) => [method, answer])),
};

/** `registryd [PORT]`, on every address. */
export const registryd = command('registryd', function* (c) {
  const port = Number(c.args[0] ?? 443);
  const listener = openServer(c.p, { family: 'inet', address: 0, port });
  if (isError(listener)) return yield* c.die(1, `port ${port}: ${reason(listener)}`);
  return yield* serveForever(c.p, listener, registry);
});

const HUB_REALM = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';

function* answer(request: RequestHandler): Sys<void> {
  const host = fieldValue(request.fields, 'Host') ?? '';
  const hub = host.endsWith('docker.io');
  const authorization = fieldValue(request.fields, 'Authorization');
  if (host.startsWith('auth.')) return yield* sendAnswer(request, tokenFor(authorization));
  if (host.startsWith('index.')) return yield* sendAnswer(request, searchAnswer(request.path));
  if (hub && authorization === undefined) {
    const unauthorized = refusal(401, 'UNAUTHORIZED', 'authentication required', null);
    return yield* sendAnswer(request, { ...unauthorized, fields: { ...unauthorized.fields, 'Www-Authenticate': HUB_REALM } });
  }
  const store = new LibraryStore(hub ? isHub : (at) => at === host);
  const result = yield* answerRegistry(request, store);
  const [, repository = ''] = /^\/v2\/(.+)\/(?:manifests|tags|blobs)\//.exec(request.path) ?? [];
  const hidden = hub && result.status === 404 && repository !== '' && store.tags(repository) === undefined;
  yield* sendAnswer(request, hidden ? refusal(401, 'DENIED', 'requested access to the resource is denied') : result);
}

/** Nobody has an account there: who asks without a name may read. */
function tokenFor(authorization: string | undefined): RegistryAnswer {
  const fields = { 'Content-Type': 'application/json' };
  if (authorization === undefined) return { status: 200, fields, body: utf8('{"token":"anonymous"}\n') };
  return { status: 401, fields, body: utf8('{"details":"incorrect username or password"}\n') };
}

const NO_IMAGES = new ImageStore();

/** The images of the library that belong to one registry. */
class LibraryStore implements RegistryStore {
  readonly writes = undefined;
  readonly #entries: readonly LibraryImage[];

  constructor(isHere: (host: string) => boolean) {
    this.#entries = LIBRARY.filter(({ name }) => isHere(registryOf(name).host));
  }

  repositories(): string[] {
    return this.#entries.map(({ name }) => registryOf(name).path).sort();
  }

  tags(repository: string): string[] | undefined {
    const tags = this.#of(repository).flatMap((entry) => entry.tags);
    return tags.length === 0 ? undefined : tags.sort();
  }

  manifest(repository: string, reference: string): string | undefined {
    return this.#of(repository)
      .map((entry) => ({ tags: entry.tags, text: manifestText(manifestOfEntry(entry)) }))
      .find(({ tags, text }) => tags.includes(reference) || `sha256:${digestOfText(text)}` === reference)?.text;
  }

  blob(repository: string, digest: string): Uint8Array | undefined {
    for (const entry of this.#of(repository)) {
      const { config, layers } = manifestOfEntry(entry);
      if (config.digest === digest) return utf8(configText(NO_IMAGES, libraryImage(entry)));
      const layer = layers.find((one) => one.digest === digest);
      if (layer !== undefined) return beginningOf(layer.size);
    }
    return undefined;
  }

  #of(repository: string): readonly LibraryImage[] {
    return this.#entries.filter(({ name }) => registryOf(name).path === repository);
  }
}

const manifestOfEntry = (entry: LibraryImage): Manifest => manifestOf(NO_IMAGES, libraryImage(entry));

const beginningOf = (size: number): Uint8Array => new Uint8Array(Math.min(size, MOST_SENT)).fill(0x1f);
