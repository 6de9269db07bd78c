// docker-registry: the registry of docker/distribution 2.8 as a server of one's own.

import { parse } from 'yaml';
import { parseIpv4 } from '../../../base/address.ts';
import { decodeBase64 } from '../../../base/base64.ts';
import { strerror } from '../../../base/errno.ts';
import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { fieldValue } from '../../../wire/http.ts';
import { type Command, command } from '../../lib/command.ts';
import { openServer, type RequestHandler, serveForever } from '../../python/base-http-server.ts';
import { isBcrypt } from '../../web/bcrypt.ts';
import { FileStore } from './file-store.ts';
import { answerRegistry, type RegistryAnswer, type RegistryStore, refusal, sendAnswer } from './registry-api.ts';

const USAGE =
  '`registry`\n\nUsage:\n  registry [flags]\n  registry [command]\n\nAvailable Commands:\n  completion      Generate the autocompletion script for the specified shell\n  garbage-collect `garbage-collect` deletes layers not referenced by any manifests\n  help            Help about any command\n  serve           `serve` stores and distributes Docker images\n\nFlags:\n  -h, --help      help for registry\n  -v, --version   show the version and exit\n\nUse "registry [command] --help" for more information about a command.\n';
const SERVE_USAGE = 'Usage:\n  registry serve <config> [flags]\n\nFlags:\n  -h, --help   help for serve\n';

/** What of the configuration is followed (configuration/configuration.go). */
interface Configuration {
  readonly version?: string | number;
  readonly log?: { readonly level?: string };
  readonly storage?: { readonly filesystem?: { readonly rootdirectory?: string } };
  readonly auth?: { readonly htpasswd?: { readonly realm?: string; readonly path?: string } };
  readonly http?: { readonly addr?: string };
}

/** docker-registry serve CONFIG. */
export const dockerRegistry = command('docker-registry', function* (c) {
  const [verb, path] = c.args;
  if (verb === '-v' || verb === '--version') return yield* say(c, 'registry github.com/docker/distribution 2.8.2+unknown\n');
  if (verb !== 'serve') return yield* say(c, USAGE);
  if (path === '-h' || path === '--help') return yield* say(c, `\`serve\` stores and distributes Docker images.\n\n${SERVE_USAGE}`);
  const configuration = configurationAt(c.p, path);
  if (typeof configuration === 'string') return yield* misconfigured(c, configuration);
  const { addr = '' } = configuration.http ?? {};
  const [, host = '', port = '0'] = /^(.*):(\d+)$/.exec(addr) ?? [];
  const address = host === '' ? { family: 'inet6' as const, address: '::', port: Number(port), scopeId: 0 } : inet(host, Number(port));
  const listener = openServer(c.p, address);
  if (isError(listener)) {
    yield* log(c, 'fatal', `listen tcp ${addr}: bind: ${strerror(listener.errno).toLowerCase()}`);
    return 1;
  }
  if (['info', 'debug'].includes(configuration.log?.level ?? 'info'))
    yield* log(c, 'info', `listening on ${host === '' ? `[::]:${port}` : addr}`);
  const store = new FileStore(c.p, configuration.storage?.filesystem?.rootdirectory ?? '/var/lib/registry');
  const answer = (request: RequestHandler): Sys<void> => serve(c, request, store, configuration.auth?.htpasswd);
  const methods = new Map(['GET', 'HEAD', 'POST', 'PUT', 'PATCH'].map((method) => [method, answer]));
  return yield* serveForever(c.p, listener, { server: '', logs: false, methods, malformed: BAD_REQUEST });
});

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';

const inet = (host: string, port: number) => ({
  family: 'inet' as const,
  address: parseIpv4(host === 'localhost' ? '127.0.0.1' : host) ?? 0,
  port,
});

function configurationAt(p: Process, path: string | undefined): Configuration | string {
  if (path === undefined) return 'configuration path unspecified';
  const data = p.machine.files.readFile(p, path);
  if (isError(data)) return `open ${path}: ${strerror(data.errno).toLowerCase()}`;
  try {
    const configuration = parse(text(data)) as Configuration | null;
    if (configuration?.version === undefined) return `error parsing ${path}: Unsupported version: `;
    return configuration.storage === undefined ? `error parsing ${path}: No storage configuration provided` : configuration;
  } catch (thrown) {
    return `error parsing ${path}: yaml: ${(thrown as Error).message.split('\n')[0]}`;
  }
}

function* say(c: Command, what: string): Sys<number> {
  yield* c.print(what);
  return 0;
}

function* misconfigured(c: Command, why: string): Sys<number> {
  yield* c.error(`configuration error: ${why}\n${SERVE_USAGE}`);
  return 1;
}

function* log(c: Command, level: string, message: string): Sys<void> {
  const time = new Date(c.p.wallClockMs).toISOString();
  yield* c.error(`time="${time}" level=${level} msg=${JSON.stringify(message)} go.version=go1.19.8\n`);
}

function* serve(
  c: Command,
  request: RequestHandler,
  store: RegistryStore,
  auth: NonNullable<Configuration['auth']>['htpasswd'],
): Sys<void> {
  const answer =
    auth === undefined || isAllowed(c.p, request, auth.path ?? '')
      ? yield* answerRegistry(request, store)
      : unauthorized(request, auth.realm ?? '');
  yield* sendAnswer(request, answer);
  const agent = fieldValue(request.fields, 'User-Agent') ?? '';
  const at = new Date(c.p.wallClockMs).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1/$2/$3:$4 +0000');
  const line = `${request.client.replace(/^::ffff:/, '')} - - [${at}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${answer.body?.length ?? 0} "" "${agent}"`;
  yield* c.print(`${line}\n`);
  yield* c.flush();
}

/** HTTP's Basic scheme (RFC 7617) against a file of htpasswd's; of its hashes only bcrypt's count. */
function isAllowed(p: Process, request: RequestHandler, path: string): boolean {
  const [, encoded = ''] = /^Basic (.*)$/.exec(fieldValue(request.fields, 'Authorization') ?? '') ?? [];
  const [user = '', ...password] = text(decodeBase64(encoded)).split(':');
  const file = p.machine.files.readFile(p, path);
  if (isError(file) || user === '') return false;
  const hash = text(file)
    .split('\n')
    .find((line) => line.startsWith(`${user}:`))
    ?.slice(user.length + 1);
  return hash !== undefined && isBcrypt(utf8(password.join(':')), hash.trim());
}

function unauthorized(request: RequestHandler, realm: string): RegistryAnswer {
  const [, repository] = /^\/v2\/(.+)\/(?:manifests|tags|blobs)\//.exec(request.path) ?? [];
  const access = (action: string) => ({ Type: 'repository', Class: '', Name: repository, Action: action });
  const writes = !['GET', 'HEAD'].includes(request.method);
  const catalog = [{ Type: 'registry', Class: '', Name: 'catalog', Action: '*' }];
  const detail =
    repository !== undefined
      ? [access('pull'), ...(writes ? [access('push')] : [])]
      : request.path.startsWith('/v2/_catalog')
        ? catalog
        : null;
  const { status, fields, body } = refusal(401, 'UNAUTHORIZED', 'authentication required', detail);
  return { status, fields: { ...fields, 'Www-Authenticate': `Basic realm="${realm}"` }, ...(body !== undefined && { body }) };
}
