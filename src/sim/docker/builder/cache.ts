import type { Image, ImageConfig } from '../image/image.ts';
import type { ImageStore } from '../image/store.ts';

/** Finds what earlier builds have made of the same steps (builder/dockerfile/imageprobe.go, image/cache). */
export class Cache {
  readonly #images: ImageStore;
  readonly #off: boolean;
  /** A step was not found: those after it stand on something new. */
  #missed = false;

  constructor(images: ImageStore, off: boolean) {
    this.#images = images;
    this.#off = off;
  }

  /** A new stage begins. */
  reset(): void {
    this.#missed = false;
  }

  /** The newest image that was made on `parent` by a container with this config. */
  probe(parent: Image | undefined, made: ImageConfig): Image | undefined {
    if (this.#off || this.#missed) return undefined;
    const key = comparedPart(made);
    const found = this.#images.all.findLast(
      ({ parent: other, containerConfig }) =>
        other === parent?.id && containerConfig !== undefined && comparedPart(containerConfig) === key,
    );
    this.#missed = found === undefined;
    return found;
  }
}

/** What counts as the same (runconfig.Compare). */
function comparedPart({ user, env, cmd, entrypoint, exposedPorts, volumes, labels }: ImageConfig): string {
  const sorted = (names: Iterable<unknown>): string[] => [...names].map((name) => JSON.stringify(name)).sort();
  return JSON.stringify([user, env, cmd ?? [], entrypoint ?? [], sorted(exposedPorts), sorted(volumes), sorted(labels)]);
}
