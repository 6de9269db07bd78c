// The client's side of the registry's HTTP API v2 (docker/distribution, registry/client), as dockerd uses it.

import { encodeBase64 } from '../../../base/base64.ts';
import { utf8 } from '../../../base/utf8.ts';
import { isHub } from '../../../docker/image/reference.ts';
import { containsAddress, parseCidr } from '../../../docker/network/ipam/prefix.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { type HttpAnswer, type HttpCall, httpCall, type Method, type Scheme, urlError } from './go-http.ts';
import { GoError, lookUp } from './go-net.ts';
import { type Descriptor, digestOfText, MANIFEST_TYPE, type Manifest, manifestText, parseManifest } from './manifest.ts';

/** Who one is at a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Of a layer no more is sent than this. */
export const MOST_SENT = 8_192;
const HUB_HOST = 'registry-1.docker.io';
const LOCAL = '127.0.0.0/8';

/** What the registry wants to know of who asks (RFC 9110, 11.6.1). */
interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string;
}

/** One registry, and a repository there. */
export class RegistryClient {
  readonly #p: Process;
  readonly #host: string;
  readonly #path: string;
  readonly #credentials: Credentials | undefined;
  readonly #insecure: readonly string[];
  #endpoint: { readonly scheme: Scheme; readonly address: string };
  #authorization: string | undefined;
  /** It wants a name and a password, and there are none. */
  #barred = false;

  /** `p` is dockerd: it makes the connections. `insecure`: its insecure registries, HOST[:PORT] or CIDR. */
  constructor(p: Process, host: string, path: string, insecure: readonly string[], credentials?: Credentials) {
    this.#p = p;
    this.#host = host;
    this.#path = path;
    this.#insecure = insecure;
    this.#credentials = credentials;
    this.#endpoint = { scheme: 'https', address: host };
  }

  /** Whether somebody is there that speaks the API, and will have us. The texts are those of the daemon's answer. */
  *open(action: 'pull' | 'pull,push'): Sys<GoError | undefined> {
    const ping = yield* this.#ping();
    if (ping instanceof GoError) return ping;
    const challenge = challengeOf(ping);
    if (challenge?.scheme === 'bearer') {
      const scope = encodeURIComponent(`repository:${this.#path}:${action}`);
      const token = yield* this.#token(challenge, `scope=${scope}&service=${challenge.service}`);
      return token instanceof GoError ? token : undefined;
    }
    this.#barred = challenge !== undefined && this.#credentials === undefined;
    if (challenge !== undefined && this.#credentials !== undefined) this.#authorization = basic(this.#credentials);
    return undefined;
  }

  /** Whether the registry knows these credentials (registry/auth.go, loginV2). */
  *login(credentials: Credentials): Sys<GoError | undefined> {
    const ping = yield* this.#ping();
    if (ping instanceof GoError) return ping;
    const challenge = challengeOf(ping);
    if (challenge === undefined) return undefined;
    if (challenge.scheme === 'bearer') {
      const account = encodeURIComponent(credentials.username);
      const query = `account=${account}&client_id=docker&offline_token=true&service=${challenge.service}`;
      const token = yield* this.#token(challenge, query, basic(credentials));
      return token instanceof GoError ? urlError(this.#call('/v2/'), token) : undefined;
    }
    this.#authorization = basic(credentials);
    const answer = yield* this.#request('/v2/');
    if (answer instanceof GoError) return answer;
    if (answer.status === 200) return undefined;
    const { scheme, address } = this.#endpoint;
    return new GoError(`login attempt to ${scheme}://${address}/v2/ failed with status: ${answer.statusLine}`);
  }

  /** By tag or by `sha256:DIGEST`; with its own digest, 64 hex digits. */
  *manifest(reference: string): Sys<{ readonly manifest: Manifest; readonly digest: string } | GoError> {
    const path = `/v2/${this.#path}/manifests/${reference}`;
    const head = yield* this.#request(path, 'HEAD', ACCEPT);
    if (head instanceof GoError) return head;
    const answer = yield* this.#request(path, 'GET', ACCEPT);
    if (answer instanceof GoError) return answer;
    if (answer.status !== 200) return new GoError(errorText(answer));
    const manifest = parseManifest(answer.body);
    return manifest === undefined ? new GoError('unexpected end of JSON input') : { manifest, digest: digestOfText(answer.body) };
  }

  /** The tags of the repository. */
  *tags(): Sys<readonly string[] | GoError> {
    const answer = yield* this.#request(`/v2/${this.#path}/tags/list`);
    if (answer instanceof GoError) return answer;
    if (answer.status !== 200) return new GoError(errorText(answer));
    return (JSON.parse(answer.body) as { readonly tags: readonly string[] }).tags;
  }

  *blob(digest: string): Sys<GoError | undefined> {
    const answer = yield* this.#request(this.#blobPath(digest));
    if (answer instanceof GoError) return answer;
    return answer.status === 200 ? undefined : new GoError(errorText(answer));
  }

  *hasBlob(digest: string): Sys<boolean | GoError> {
    const answer = yield* this.#request(this.#blobPath(digest), 'HEAD');
    return answer instanceof GoError ? answer : answer.status === 200;
  }

  /** Has the registry take a blob over from another of its repositories: false if it does not. */
  *mount(digest: string, from: string): Sys<boolean | GoError> {
    const query = `from=${encodeURIComponent(from)}&mount=${encodeURIComponent(`sha256:${digest}`)}`;
    const answer = yield* this.#request(`/v2/${this.#path}/blobs/uploads/?${query}`, 'POST');
    return answer instanceof GoError ? answer : answer.status === 201;
  }

  /** Asks to upload: where the blob may go. */
  *startUpload(): Sys<string | GoError> {
    const answer = yield* this.#request(`/v2/${this.#path}/blobs/uploads/`, 'POST');
    if (answer instanceof GoError) return answer;
    if (answer.status !== 202) return new GoError(errorText(answer));
    return (answer.field('Location') ?? '').replace(/^https?:\/\/[^/]*/, '');
  }

  /** Sends a blob; of a layer, its beginning. */
  *upload(location: string, { digest }: Descriptor, data: Uint8Array): Sys<GoError | undefined> {
    const sent = yield* this.#request(location, 'PATCH', { 'Content-Type': 'application/octet-stream' }, data);
    if (sent instanceof GoError) return sent;
    if (sent.status !== 202) return new GoError(errorText(sent));
    const more = location.includes('?') ? '&' : '?';
    const put = yield* this.#request(`${location}${more}digest=${encodeURIComponent(`sha256:${digest}`)}`, 'PUT', {}, new Uint8Array(0));
    if (put instanceof GoError) return put;
    return put.status === 201 ? undefined : new GoError(errorText(put));
  }

  /** Puts a manifest under a tag: its digest and its size. */
  *putManifest(tag: string, manifest: Manifest): Sys<Descriptor | GoError> {
    const whole = manifestText(manifest);
    const body = utf8(whole);
    const answer = yield* this.#request(`/v2/${this.#path}/manifests/${tag}`, 'PUT', { 'Content-Type': MANIFEST_TYPE }, body);
    if (answer instanceof GoError) return answer;
    return answer.status === 201 ? { digest: digestOfText(whole), size: body.length } : new GoError(errorText(answer));
  }

  #blobPath(digest: string): string {
    return `/v2/${this.#path}/blobs/sha256:${digest}`;
  }

  /** Over TLS; insecure registries may also do without. */
  *#ping(): Sys<HttpAnswer | GoError> {
    const address = isHub(this.#host) ? HUB_HOST : this.#host;
    const schemes: readonly Scheme[] = (yield* isInsecure(this.#p, this.#host, this.#insecure)) ? ['https', 'http'] : ['https'];
    let answer: HttpAnswer | GoError = new GoError('EOF');
    for (const scheme of schemes) {
      this.#endpoint = { scheme, address };
      answer = yield* httpCall(this.#p, this.#call('/v2/'));
      if (!(answer instanceof GoError)) return answer;
    }
    return answer;
  }

  #call(path: string, method: Method = 'GET'): HttpCall {
    return { ...this.#endpoint, path, method };
  }

  *#request(path: string, method?: Method, fields: HttpCall['fields'] = {}, body?: Uint8Array): Sys<HttpAnswer | GoError> {
    const call = this.#call(path, method);
    if (this.#barred) return urlError(call, new GoError('no basic auth credentials'));
    const authorization = this.#authorization;
    return yield* httpCall(this.#p, {
      ...call,
      fields: { ...(authorization !== undefined && { Authorization: authorization }), ...fields },
      ...(body !== undefined && { body }),
    });
  }

  *#token({ realm }: Challenge, query: string, authorization?: string): Sys<GoError | undefined> {
    const [, address = '', path = '/'] = /^https:\/\/([^/]+)(.*)$/.exec(realm) ?? [];
    const fields = authorization === undefined ? {} : { Authorization: authorization };
    const answer = yield* httpCall(this.#p, { scheme: 'https', address, path: `${path}?${query}`, fields });
    if (answer instanceof GoError) return answer;
    if (answer.status !== 200) return new GoError(errorText(answer));
    this.#authorization = `Bearer ${(JSON.parse(answer.body) as { readonly token: string }).token}`;
    return undefined;
  }
}

const ACCEPT = { Accept: MANIFEST_TYPE };

const basic = ({ username, password }: Credentials): string => `Basic ${encodeBase64(utf8(`${username}:${password}`))}`;

function challengeOf(answer: HttpAnswer): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^(\w+) (.*)$/.exec(answer.field('WWW-Authenticate') ?? '') ?? [];
  if (answer.status !== 401 || scheme === '') return undefined;
  const value = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(rest)?.[1] ?? '';
  return { scheme: scheme.toLowerCase() === 'bearer' ? 'bearer' : 'basic', realm: value('realm'), service: value('service') };
}

/** Whether a registry may do without TLS (registry/config.go, isSecureIndex): this host's may, and those that the daemon is told. */
export function* isInsecure(p: Process, host: string, insecure: readonly string[]): Sys<boolean> {
  if (isHub(host)) return false;
  if (insecure.includes(host)) return true;
  const addresses = yield* lookUp(p, host.replace(/:\d+$/, ''));
  if (addresses instanceof GoError) return false;
  const blocks = [...insecure, LOCAL].flatMap((block) => parseCidr(block)?.prefix ?? []);
  return addresses.some(({ family, address }) =>
    blocks.some((block) => family === 'inet' && !block.v6 && containsAddress(block, BigInt(address >>> 0))),
  );
}

/** `{"errors":[{"code":…,"message":…}]}` as the daemon words it: `code in small letters: message`. */
function errorText({ status, statusLine, body }: HttpAnswer): string {
  try {
    const parsed = JSON.parse(body) as {
      readonly errors?: readonly { readonly code: string; readonly message: string }[];
      readonly details?: string;
    };
    if (parsed.details !== undefined && status === 401) return `unauthorized: ${parsed.details}`;
    return (parsed.errors ?? []).map(({ code, message }) => `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`).join('\n');
  } catch {
    return `received unexpected HTTP status: ${statusLine}`;
  }
}
