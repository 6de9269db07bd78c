// A registry's files (docker/distribution, registry/storage/paths.go).

import { concat } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process } from '../../../machine/process.ts';
import { digestOfText } from './manifest.ts';
import type { RegistryStore, RegistryWrites } from './registry-api.ts';

/** Blobs in blobs/sha256/, and for each repository links to those that are its own. */
export class FileStore implements RegistryStore, RegistryWrites {
  readonly writes = this;
  readonly #p: Process;
  readonly #root: string;
  readonly #uploads = new Map<string, Uint8Array>();

  /** `root`: storage.filesystem.rootdirectory. */
  constructor(p: Process, root: string) {
    this.#p = p;
    this.#root = `${root}/docker/registry/v2`;
  }

  repositories(): string[] {
    const found: string[] = [];
    const walk = (path: string): void => {
      const entries = this.#list(`repositories/${path}`);
      if (entries.includes('_manifests')) found.push(path);
      for (const name of entries) if (!name.startsWith('_')) walk(path === '' ? name : `${path}/${name}`);
    };
    walk('');
    return found.sort();
  }

  tags(repository: string): string[] | undefined {
    const tags = this.#list(`${manifests(repository)}/tags`);
    return tags.length === 0 ? undefined : tags.sort();
  }

  manifest(repository: string, reference: string): string | undefined {
    const [, given] = /^sha256:(.*)$/.exec(reference) ?? [];
    const link = given === undefined ? `tags/${reference}/current` : `revisions/sha256/${given}`;
    const digest = this.#read(`${manifests(repository)}/${link}/link`);
    const data = digest === undefined ? undefined : this.#read(blobPath(text(digest).replace('sha256:', '')));
    return data === undefined ? undefined : text(data);
  }

  blob(repository: string, digest: string): Uint8Array | undefined {
    return this.#read(`${layerPath(repository, digest)}/link`) === undefined ? undefined : this.#read(blobPath(digest));
  }

  start(): string {
    const digits = [...this.#p.machine.random.bytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    this.#uploads.set(id, new Uint8Array(0));
    return id;
  }

  append(upload: string, data: Uint8Array): void {
    const have = this.#uploads.get(upload);
    if (have !== undefined) this.#uploads.set(upload, concat(have, data));
  }

  finish(upload: string, repository: string, digest: string): boolean {
    const data = this.#uploads.get(upload);
    if (data === undefined) return false;
    this.#uploads.delete(upload);
    this.#write(blobPath(digest), data);
    this.link(repository, digest);
    return true;
  }

  link(repository: string, digest: string): void {
    this.#write(`${layerPath(repository, digest)}/link`, utf8(`sha256:${digest}`));
  }

  putManifest(repository: string, reference: string, manifest: string): void {
    const digest = digestOfText(manifest);
    this.#write(blobPath(digest), utf8(manifest));
    const link = utf8(`sha256:${digest}`);
    this.#write(`${manifests(repository)}/revisions/sha256/${digest}/link`, link);
    if (!reference.startsWith('sha256:')) this.#write(`${manifests(repository)}/tags/${reference}/current/link`, link);
  }

  #list(path: string): string[] {
    const entries = this.#p.machine.files.readDirectory(this.#p, `${this.#root}/${path}`);
    return isError(entries) ? [] : entries;
  }

  #read(path: string): Uint8Array | undefined {
    const data = this.#p.machine.files.readFile(this.#p, `${this.#root}/${path}`);
    return isError(data) ? undefined : data;
  }

  #write(path: string, data: Uint8Array): void {
    const { files } = this.#p.machine;
    const whole = `${this.#root}/${path}`;
    for (let slash = whole.indexOf('/', 1); slash > 0; slash = whole.indexOf('/', slash + 1))
      files.makeDirectory(this.#p, whole.slice(0, slash));
    files.writeFile(this.#p, whole, data);
  }
}

const manifests = (repository: string): string => `repositories/${repository}/_manifests`;
const layerPath = (repository: string, digest: string): string => `repositories/${repository}/_layers/sha256/${digest}`;
const blobPath = (digest: string): string => `blobs/sha256/${digest.slice(0, 2)}/${digest}/data`;
