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
  return digest !== undefined && tag === undefined ? `${name}@${digest}` : `${name}:${tag ?? 'latest'}`;
}

/** NAME of NAME:TAG. */
export function withoutTag(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** TAG of NAME:TAG. */
export function tagOf(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : '';
}
