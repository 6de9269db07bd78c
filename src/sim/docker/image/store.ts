import { DockerError, notFound } from '../error.ts';
import type { Image } from './image.ts';
import { parseReference, withTag } from './reference.ts';

/** The images that are on this host, and what they are called. */
export class ImageStore {
  readonly #images = new Map<string, Image>();
  /** NAME:TAG → id, in the order they were given. */
  readonly #tags = new Map<string, string>();

  get all(): readonly Image[] {
    return [...this.#images.values()];
  }

  add(image: Image): void {
    this.#images.set(image.id, image);
  }

  /** `name` is a full NAME:TAG. */
  tag(name: string, image: Image): void {
    this.#tags.delete(name);
    this.#tags.set(name, image.id);
  }

  untag(name: string): void {
    this.#tags.delete(name);
  }

  /** What an image is called, sorted. */
  tagsOf({ id }: Image): string[] {
    return [...this.#tags]
      .filter(([, other]) => other === id)
      .map(([name]) => name)
      .sort();
  }

  remove({ id }: Image): void {
    this.#images.delete(id);
    for (const [name, other] of this.#tags) if (other === id) this.#tags.delete(name);
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
      return this.#images.get(this.#tags.get(withTag(parseReference(key))) ?? '');
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
