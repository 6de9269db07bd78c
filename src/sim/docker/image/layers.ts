import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import type { ImageStore } from './store.ts';

/** One layer of an image's file tree. */
export interface Layer {
  /** Names the layer's own content. 64 hex digits. */
  readonly diffId: string;
  /** Names it together with all below it: what `docker rmi` says it deleted (image-spec, ChainID). */
  readonly chainId: string;
  readonly sizeBytes: number;
}

/** The layers of an image, the lowest first: its parent's, and one for each later step that changed files. */
export function layersOf(images: ImageStore, image: Image): Layer[] {
  const parent = image.parent === undefined ? undefined : images.get(image.parent);
  const layers = parent === undefined ? [] : layersOf(images, parent);
  for (const [i, step] of image.history.slice(parent?.history.length ?? 0).entries()) {
    if (step.sizeBytes === 0) continue;
    const diffId = step.layer ?? digestOf(`layer ${i} of ${image.id}`);
    const below = layers.at(-1)?.chainId;
    layers.push({ diffId, chainId: below === undefined ? diffId : digestOf(`${below} ${diffId}`), sizeBytes: step.sizeBytes });
  }
  return layers;
}
