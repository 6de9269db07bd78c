import { DockerError, notFound } from '../error.ts';
import type { Image } from './image.ts';
import { canonical, isDigested, parseReference, repositoryOf, withTag } from './reference.ts';

/** The images that are on this host, and what they are called (moby's image and reference stores). */
export class ImageStore {
  readonly #images = new Map<string, Image>();
  /** NAME:TAG or NAME@sha256:DIGEST → id. */
  readonly #references = new Map<string, string>();
  /** When each image was last given a tag on this host, ms since 1970. */
  readonly #taggedMs = new Map<string, number>();

  /** The repositories that a layer came from or went to, by its diff id (moby's v2 metadata store). */
  readonly #sources = new Map<string, Set<string>>();

  get all(): readonly Image[] {
    return [...this.#images.values()];
  }

  add(image: Image): void {
    this.#images.set(image.id, image);
  }

  /** `name` is a full NAME:TAG, or NAME@sha256:DIGEST. `nowMs`: somebody tagged it by hand. */
  tag(name: string, image: Image, nowMs?: number): void {
    this.#references.delete(name);
    this.#references.set(name, image.id);
    if (nowMs !== undefined) this.#taggedMs.set(image.id, nowMs);
  }

  untag(name: string): void {
    this.#references.delete(name);
  }

  /** When `docker tag` or the like last named it here; undefined for one that came with its name. */
  lastTaggedMs({ id }: Image): number | undefined {
    return this.#taggedMs.get(id);
  }

  /** All that an image is called, tags and digests, in the order of their whole names (docker.io/library/… for busybox). */
  referencesTo({ id }: Image): string[] {
    return [...this.#references]
      .filter(([, other]) => other === id)
      .map(([name]) => name)
      .sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
  }

  tagsOf(image: Image): string[] {
    return this.referencesTo(image).filter((name) => !isDigested(name));
  }

  /** NAME@sha256:DIGEST for each registry that it came from or went to. */
  digestsOf(image: Image): string[] {
    return this.referencesTo(image).filter(isDigested);
  }

  /** Every tag of a repository, in order. */
  tagsIn(repository: string): string[] {
    return [...this.#references.keys()].filter((name) => !isDigested(name) && repositoryOf(name) === repository).sort();
  }

  /** A registry has the layer in that repository. */
  noteSource(diffId: string, repository: string): void {
    this.#sources.set(diffId, (this.#sources.get(diffId) ?? new Set()).add(repository));
  }

  /** Where a layer is known to be, the latest first. */
  sourcesOf(diffId: string): string[] {
    return [...(this.#sources.get(diffId) ?? [])].reverse();
  }

  /** The images that were made of this one. */
  childrenOf({ id }: Image): Image[] {
    return this.all.filter((image) => image.parent === id);
  }

  remove({ id }: Image): void {
    this.#images.delete(id);
    this.#taggedMs.delete(id);
    for (const [name, other] of this.#references) if (other === id) this.#references.delete(name);
  }

  get(id: string): Image | undefined {
    return this.#images.get(id);
  }

  /** By name, or by id, whole or its beginning. */
  lookUp(key: string): Image | undefined {
    const tagged = this.#byName(key);
    if (tagged !== undefined) return tagged;
    const id = key.replace(/^sha256:/, '');
    if (!/^[0-9a-f]{1,64}$/.test(id)) return undefined;
    const starting = this.all.filter((image) => image.id.startsWith(id));
    return starting.length === 1 ? starting[0] : undefined;
  }

  find(key: string): Image {
    const image = this.lookUp(key);
    if (image === undefined) throw notFound(`No such image: ${nameWithTag(key)}`);
    return image;
  }

  #byName(key: string): Image | undefined {
    try {
      return this.#images.get(this.#references.get(withTag(parseReference(key))) ?? '');
    } catch (thrown) {
      if (thrown instanceof DockerError) return undefined;
      throw thrown;
    }
  }
}

function nameWithTag(key: string): string {
  try {
    return withTag(parseReference(key));
  } catch {
    return key;
  }
}
