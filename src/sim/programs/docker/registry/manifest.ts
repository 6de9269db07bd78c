// What a registry keeps of an image: its manifest (Docker Image Manifest V2, Schema 2) and the blobs that it names.

import type { EventQueue } from '../../../base/event-queue.ts';
import { utf8 } from '../../../base/utf8.ts';
import { digestOf } from '../../../docker/image/digest.ts';
import type { Image } from '../../../docker/image/image.ts';
import { layersOf } from '../../../docker/image/layers.ts';
import { idOf, LIBRARY, libraryImage } from '../../../docker/image/library/library.ts';
import type { ImageStore } from '../../../docker/image/store.ts';
import { imageConfigJson } from '../../../docker/inspect/image.ts';
import { goTime } from '../../../docker/inspect/json.ts';
import type { Machine } from '../../../machine/machine.ts';
import { sha256 } from '../../text/checksums.ts';

/** A blob as a manifest names it. */
export interface Descriptor {
  /** 64 hex digits. */
  readonly digest: string;
  /** Of a layer, compressed. */
  readonly size: number;
}

export interface Manifest {
  /** Its digest is the image's id. */
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
}

export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';
const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
/** What gzip makes of a file tree, as a share of its size. */
const COMPRESSION = 0.54;

/** A layer as it is sent. */
export const compressed = ({ diffId, sizeBytes }: { readonly diffId: string; readonly sizeBytes: number }): Descriptor => ({
  digest: digestOf(`compressed ${diffId}`),
  size: Math.round(sizeBytes * COMPRESSION) + 32,
});

export function manifestOf(images: ImageStore, image: Image): Manifest {
  return { config: { digest: image.id, size: utf8(configText(images, image)).length }, layers: layersOf(images, image).map(compressed) };
}

/** The JSON that an image's id is the digest of. */
export function configText(images: ImageStore, image: Image): string {
  const { createdMs, config, containerConfig, comment, author, container } = image;
  const created = goTime(createdMs);
  return JSON.stringify({
    architecture: 'amd64',
    ...(author !== '' && { author }),
    ...(comment !== '' && { comment }),
    config: imageConfigJson(config, ''),
    ...(container !== '' && { container }),
    ...(containerConfig !== undefined && { container_config: imageConfigJson(containerConfig, '') }),
    created,
    docker_version: '20.10.24+dfsg1',
    history: image.history.map((step) => ({
      created: goTime(step.createdMs),
      ...(step.createdBy !== '' && { created_by: step.createdBy }),
      ...(step.comment !== '' && { comment: step.comment }),
      ...(step.sizeBytes === 0 && { empty_layer: true }),
    })),
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layersOf(images, image).map(({ diffId }) => `sha256:${diffId}`) },
  });
}

/** The bytes that a manifest's digest is taken of. */
export function manifestText({ config, layers }: Manifest): string {
  const descriptor = (mediaType: string, { size, digest }: Descriptor) => ({ mediaType, size, digest: `sha256:${digest}` });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor(CONFIG_TYPE, config),
    layers: layers.map((layer) => descriptor(LAYER_TYPE, layer)),
  };
  return JSON.stringify(manifest, undefined, 3);
}

export const digestOfText = (text: string): string => sha256(utf8(text));

/** Undefined for a text that is no manifest. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const { config, layers } = JSON.parse(text) as { readonly config: Descriptor; readonly layers: readonly Descriptor[] };
    const descriptor = ({ digest, size }: Descriptor): Descriptor => ({ digest: digest.replace(/^sha256:/, ''), size });
    return { config: descriptor(config), layers: layers.map(descriptor) };
  } catch {
    return undefined;
  }
}

/**
 * The files of the images that were pushed, in each world by their id. Of a layer only its beginning goes over the network, and its digest stands
 * for the rest: who has received all of an image's blobs finds here what is in them.
 */
const pushed = new WeakMap<EventQueue, Map<string, Image>>();

/** Lets others in this world unpack the image once they have its blobs. It leaves its parents behind, which no registry knows of. */
export function publish({ clock }: Machine, images: ImageStore, image: Image): void {
  const layers = layersOf(images, image);
  const history = image.history.map((step) => {
    const layer = step.sizeBytes === 0 ? undefined : layers.shift()?.diffId;
    const { createdMs, createdBy, comment, sizeBytes } = step;
    return { createdMs, createdBy, comment, sizeBytes, imageId: undefined, ...(layer !== undefined && { layer }) };
  });
  const here = pushed.get(clock) ?? new Map<string, Image>();
  pushed.set(clock, here.set(image.id, { ...image, parent: undefined, history }));
}

/** The image that a manifest's config names, with its files; undefined if nobody ever had it. */
export function unpacked({ clock }: Machine, imageId: string): Image | undefined {
  const entry = LIBRARY.find((one) => idOf(one) === imageId);
  return entry === undefined ? pushed.get(clock)?.get(imageId) : libraryImage(entry);
}
