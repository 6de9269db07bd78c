import { invalid } from '../error.ts';

/** The name of an image, taken apart (docker/distribution/reference). */
export interface Reference {
  /** As people write it: `busybox`, `registry.example:5000/team/app`. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const PART = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?';
const REFERENCE = new RegExp(`^((?:${HOST}/)?${PART}(?:/${PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`);

/** Throws what Docker says about a name that is none. */
export function parseReference(text: string): Reference {
  const match = REFERENCE.exec(text);
  if (match === null || text === '') {
    if (text !== text.toLowerCase() && REFERENCE.test(text.toLowerCase())) {
      throw invalid('invalid reference format: repository name must be lowercase');
    }
    throw invalid('invalid reference format');
  }
  if (/^[0-9a-f]{64}$/.test(text)) throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  return { name: familiar(match[1] as string), tag: match[2], digest: match[3] };
}

/** docker.io/library/busybox is called busybox. */
function familiar(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
}

/** With the tag that is meant when none is said. */
export function withTag({ name, tag, digest }: Reference): string {
  return digest !== undefined ? `${name}@${digest}` : `${name}:${tag ?? 'latest'}`;
}

/** NAME of NAME:TAG or NAME@DIGEST. */
export function repositoryOf(name: string): string {
  const at = name.indexOf('@');
  const end = at >= 0 ? at : name.lastIndexOf(':');
  return end > name.lastIndexOf('/') ? name.slice(0, end) : name;
}

/** TAG of NAME:TAG; empty for NAME@DIGEST. */
export function tagOf(name: string): string {
  if (isDigested(name)) return '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : '';
}

/** NAME@sha256:DIGEST rather than NAME:TAG. */
export const isDigested = (name: string): boolean => name.includes('@');

const HUB = 'docker.io';

/** Where a repository is kept: the registry's HOST[:PORT] and the path there. busybox is library/busybox of docker.io. */
export function registryOf(repository: string): { readonly host: string; readonly path: string } {
  const slash = repository.indexOf('/');
  const first = repository.slice(0, Math.max(slash, 0));
  if (slash > 0 && (/[.:]/.test(first) || first === 'localhost')) return { host: first, path: repository.slice(slash + 1) };
  return { host: HUB, path: slash < 0 ? `library/${repository}` : repository };
}

export const isHub = (host: string): boolean => host === HUB;

/** The whole name: docker.io/library/busybox:latest. */
export function canonical(name: string): string {
  const { host, path } = registryOf(repositoryOf(name));
  return `${host}/${path}${name.slice(repositoryOf(name).length)}`;
}
