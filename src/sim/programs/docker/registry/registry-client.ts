// The registry's HTTP API v2 (docker/distribution), as far as fetching an image needs it. There is no TLS here: what https:// would encrypt
// goes over the same connections in the clear, and of a layer only its beginning is sent; the time of the rest passes by.

import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import { isHub } from '../../../docker/image/reference.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { dial, GoError } from './go-net.ts';

export interface ManifestLayer {
  /** 64 hex digits, of the compressed layer. */
  readonly digest: string;
  /** Compressed. */
  readonly size: number;
}

/** What a registry tells of an image. */
export interface Manifest {
  readonly digest: string;
  readonly imageId: string;
  readonly layers: readonly ManifestLayer[];
}

interface Response {
  readonly status: number;
  readonly body: string;
}

const HTTPS_PORT = 443;
const HTTP_PORT = 80;
/** Of a request that nobody answers in time. */
const TRIES = 5;

/** One registry, and a repository there. */
export class RegistryClient {
  readonly #p: Process;
  readonly #host: string;
  readonly #path: string;

  /** `p` is dockerd: it makes the connections. */
  constructor(p: Process, host: string, path: string) {
    this.#p = p;
    this.#host = host;
    this.#path = path;
  }

  /** Whether somebody is there that speaks the API, and will have us. The texts are those of the daemon's answer. */
  *open(action: 'pull' | 'pull,push'): Sys<GoError | undefined> {
    const { address, scheme } = endpoint(this.#host);
    const ping = yield* this.#get(scheme, address, '/v2/');
    if (ping instanceof GoError) return ping;
    if (!isHub(this.#host) || ping.status !== 401) return undefined;
    const scope = encodeURIComponent(`repository:${this.#path}:${action}`);
    const token = yield* this.#get('https', TOKEN_HOST, `/token?scope=${scope}&service=registry.docker.io`);
    return token instanceof GoError ? token : undefined;
  }

  /** By tag or by `sha256:DIGEST`. */
  *manifest(reference: string): Sys<Manifest | GoError> {
    const { address, scheme } = endpoint(this.#host);
    const answer = yield* this.#get(scheme, address, `/v2/${this.#path}/manifests/${reference}`);
    if (answer instanceof GoError) return answer;
    if (answer.status !== 200) return new GoError(errorText(answer.body));
    return JSON.parse(answer.body) as Manifest;
  }

  /** The tags of the repository. */
  *tags(): Sys<readonly string[] | GoError> {
    const { address, scheme } = endpoint(this.#host);
    const answer = yield* this.#get(scheme, address, `/v2/${this.#path}/tags/list`);
    if (answer instanceof GoError) return answer;
    if (answer.status !== 200) return new GoError(errorText(answer.body));
    return (JSON.parse(answer.body) as { readonly tags: readonly string[] }).tags;
  }

  /** Asks to upload. */
  *upload(): Sys<GoError | undefined> {
    const { address, scheme } = endpoint(this.#host);
    const answer = yield* this.#get(scheme, address, `/v2/${this.#path}/blobs/uploads/`, 'POST');
    if (answer instanceof GoError) return answer;
    return answer.status < 300 ? undefined : new GoError(errorText(answer.body));
  }

  *blob(digest: string): Sys<GoError | undefined> {
    const { address, scheme } = endpoint(this.#host);
    const answer = yield* this.#get(scheme, address, `/v2/${this.#path}/blobs/sha256:${digest}`);
    return answer instanceof GoError ? answer : undefined;
  }

  *#get(scheme: string, address: string, path: string, method = 'GET'): Sys<Response | GoError> {
    const [host = '', port] = address.split(':');
    const number = port === undefined ? (scheme === 'https' ? HTTPS_PORT : HTTP_PORT) : Number(port);
    const failed = (error: GoError): GoError =>
      new GoError(`${method === 'POST' ? 'Post' : 'Get'} "${scheme}://${address}${path}": ${error.text}`);
    let failure = new GoError('EOF');
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const fd = yield* dial(this.#p, host, number);
      if (fd instanceof GoError) {
        failure = fd;
        // A connection that times out has used up the request's time.
        if (fd.temporary && !fd.text.endsWith(`:${number}: i/o timeout`)) continue;
        break;
      }
      try {
        const answer = yield* exchange(
          this.#p,
          fd,
          `${method} ${path} HTTP/1.0\r\nHost: ${address}\r\nUser-Agent: docker/20.10.24+dfsg1\r\n\r\n`,
        );
        return answer instanceof GoError ? failed(answer) : answer;
      } finally {
        this.#p.close(fd);
      }
    }
    return failed(failure);
  }
}

const HUB_HOST = 'registry-1.docker.io';
const TOKEN_HOST = 'auth.docker.io';

/** Registries on this host need no TLS (127.0.0.0/8 is insecure by default). */
function endpoint(host: string): { readonly address: string; readonly scheme: 'http' | 'https' } {
  if (isHub(host)) return { address: HUB_HOST, scheme: 'https' };
  return { address: host, scheme: /^(localhost|127\.\d+\.\d+\.\d+)(:|$)/.test(host) ? 'http' : 'https' };
}

/** Sends and reads until the server closes: HTTP/1.0. */
function* exchange(p: Process, fd: number, request: string): Sys<Response | GoError> {
  if (isError(yield* p.write(fd, utf8(request)))) return new GoError('EOF');
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = yield* p.read(fd, 65_536);
    if (isError(data)) return new GoError('read: connection reset by peer');
    if (data.length === 0) break;
    parts.push(data);
  }
  const whole = parts.map((part) => text(part)).join('');
  const end = whole.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(whole);
  if (end < 0 || status === null) return new GoError('EOF');
  return { status: Number(status[1]), body: whole.slice(end + 4) };
}

/** `{"errors":[{"code":…,"message":…}]}` as the daemon words it: `code in small letters: message`. */
function errorText(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { readonly errors: readonly { readonly code: string; readonly message: string }[] };
    return errors.map(({ code, message }) => `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`).join('\n');
  } catch {
    return 'received unexpected HTTP status: 404 Not Found';
  }
}
