// The client's config.json (docker/cli, cli/config/configfile).

import { decodeBase64, encodeBase64 } from '../../../base/base64.ts';
import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process } from '../../../machine/process.ts';
import { decodeGoJson, type GoJson, JsonError } from '../dockerd/go-json.ts';
import type { Credentials } from '../registry/registry-client.ts';

interface Contents {
  readonly auths: Readonly<Record<string, { readonly auth?: string }>>;
  readonly [key: string]: unknown;
}

export class ConfigFile {
  readonly path: string;
  readonly #p: Process;
  readonly #directory: string;

  /** `directory`: what --config says; '' leaves it to DOCKER_CONFIG and HOME. */
  constructor(p: Process, directory: string) {
    this.#p = p;
    this.#directory = directory || p.env.get('DOCKER_CONFIG') || `${p.env.get('HOME') ?? ''}/.docker`;
    this.path = `${this.#directory}/config.json`;
  }

  /** What is wrong with the file; undefined if it can be read or is not there. */
  problem(): string | undefined {
    const read = this.#read();
    return read instanceof JsonError ? `Error loading config file: ${this.path}: ${read.message}` : undefined;
  }

  /** Who one is at a registry, if it was ever told. */
  credentials(server: string): Credentials | undefined {
    const { auths } = this.#contents();
    const wanted = hostnameOf(server);
    const auth = (auths[server] ?? Object.entries(auths).find(([name]) => hostnameOf(name) === wanted)?.[1])?.auth;
    if (auth === undefined) return undefined;
    const [username = '', ...password] = text(decodeBase64(auth)).split(':');
    return { username, password: password.join(':') };
  }

  store(server: string, { username, password }: Credentials): void {
    const contents = this.#contents();
    const auths = { ...contents.auths, [server]: { auth: encodeBase64(utf8(`${username}:${password}`)) } };
    this.#write({ ...contents, auths: Object.fromEntries(Object.entries(auths).sort(([a], [b]) => (a < b ? -1 : 1))) });
  }

  /** Forgets the credentials of a registry, by whatever address they were stored. */
  erase(server: string): void {
    const contents = this.#contents();
    const wanted = hostnameOf(server);
    this.#write({ ...contents, auths: Object.fromEntries(Object.entries(contents.auths).filter(([name]) => hostnameOf(name) !== wanted)) });
  }

  #read(): GoJson | JsonError {
    const data = this.#p.machine.files.readFile(this.#p, this.path);
    return isError(data) ? {} : decodeGoJson(text(data));
  }

  #contents(): Contents {
    const read = this.#read();
    const usable = typeof read === 'object' && read !== null && !Array.isArray(read) && !(read instanceof JsonError);
    return { auths: {}, ...(usable ? (read as Partial<Contents>) : {}) };
  }

  #write(contents: Contents): void {
    const { files } = this.#p.machine;
    files.makeDirectory(this.#p, this.#directory, 0o700);
    files.writeFile(this.#p, this.path, utf8(JSON.stringify(contents, undefined, '\t')), { mode: 0o600 });
    files.chmod(this.#p, this.path, 0o600);
  }
}

/** registry.ConvertToHostname. */
export const hostnameOf = (server: string): string => (server.replace(/^https?:\/\//, '').split('/') as [string])[0];
