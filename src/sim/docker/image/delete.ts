import type { Container } from '../container/container.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import type { Image } from './image.ts';
import { layersOf } from './layers.ts';
import { isDigested, parseReference, repositoryOf, withTag } from './reference.ts';

/** A line of `docker rmi`. */
export interface Removed {
  readonly kind: 'Untagged' | 'Deleted';
  readonly name: string;
}

interface Obstacles {
  /** Children and running containers, which no force overcomes. */
  readonly hard: boolean;
  readonly references: boolean;
  readonly stopped: boolean;
}

/** `docker rmi KEY` (moby's daemon/images/image_delete.go): a name is taken away first, and the image goes with the last one. */
export function deleteImage(engine: Engine, key: string, force: boolean, prune: boolean): Removed[] {
  const { images } = engine;
  const image = images.find(key);
  const removed: Removed[] = [];
  const untag = (name: string): void => {
    images.untag(name);
    engine.events.noteImage(image.id, `sha256:${image.id}`, 'untag');
    removed.push({ kind: 'Untagged', name });
  };
  if (isIdOf(image, key)) {
    const names = images.referencesTo(image);
    if (isSingle(names)) {
      refuse(engine, image, { hard: true, references: false, stopped: !force });
      for (const name of names) untag(name);
    }
    removeImage(engine, image, { force, prune, quiet: false }, removed);
    return removed;
  }
  if (!force && isSingle(images.referencesTo(image))) {
    const user = engine.containers.all.find((container) => container.image === image);
    if (user !== undefined) {
      throw conflict(
        `conflict: unable to remove repository reference "${key}" (must force) - container ${user.shortId} is using its referenced image ${image.id.slice(0, 12)}`,
      );
    }
  }
  const name = withTag(parseReference(key));
  untag(name);
  // Digests alone do not keep a repository's image.
  const repository = repositoryOf(name);
  const siblings = images.referencesTo(image).filter((other) => repositoryOf(other) === repository);
  if (!isDigested(name) && siblings.every(isDigested)) for (const sibling of siblings) untag(sibling);
  if (images.referencesTo(image).length > 0) return removed;
  removeImage(engine, image, { force, prune, quiet: true }, removed);
  return removed;
}

const isIdOf = ({ id }: Image, key: string): boolean => id.startsWith(key) || `sha256:${id}`.startsWith(key);

/** One tag at most, and whatever else there is are digests of the same repository. */
function isSingle(names: readonly string[]): boolean {
  if (names.length <= 1) return true;
  const tags = names.filter((name) => !isDigested(name));
  const repositories = new Set(names.filter(isDigested).map(repositoryOf));
  return tags.length <= 1 && repositories.size === 1 && (tags.length === 0 || repositories.has(repositoryOf(tags[0] as string)));
}

/** The image goes, then its parents that nobody needs. `quiet`: a name was removed already, so that staying is no failure. */
function removeImage(
  engine: Engine,
  image: Image,
  { force, prune, quiet }: { readonly force: boolean; readonly prune: boolean; readonly quiet: boolean },
  removed: Removed[],
): void {
  const { images } = engine;
  const found = obstacle(engine, image, { hard: true, references: !force, stopped: !force });
  if (found !== undefined) {
    const dangling = images.referencesTo(image).length === 0 && images.childrenOf(image).length === 0;
    if (quiet && (!dangling || found.used)) return;
    throw conflict(found.text);
  }
  for (const name of images.referencesTo(image)) {
    images.untag(name);
    engine.events.noteImage(image.id, `sha256:${image.id}`, 'untag');
    removed.push({ kind: 'Untagged', name });
  }
  const parent = image.parent === undefined ? undefined : images.get(image.parent);
  const layers = layersOf(images, image);
  images.remove(image);
  engine.events.noteImage(image.id, `sha256:${image.id}`, 'delete');
  removed.push({ kind: 'Deleted', name: `sha256:${image.id}` });
  const kept = new Set(images.all.flatMap((other) => layersOf(images, other).map(({ chainId }) => chainId)));
  for (const { chainId } of layers.reverse()) {
    if (kept.has(chainId)) break;
    removed.push({ kind: 'Deleted', name: `sha256:${chainId}` });
  }
  if (prune && parent !== undefined) removeImage(engine, parent, { force: false, prune: true, quiet: true }, removed);
}

function refuse(engine: Engine, image: Image, obstacles: Obstacles): void {
  const found = obstacle(engine, image, obstacles);
  if (found !== undefined) throw conflict(found.text);
}

/** What forbids to delete an image (checkImageDeleteConflict); `used`: by a container. */
function obstacle(engine: Engine, image: Image, { hard, references, stopped }: Obstacles): { text: string; used: boolean } | undefined {
  const short = image.id.slice(0, 12);
  const text = (forced: 'cannot' | 'must', why: string): string => `conflict: unable to delete ${short} (${forced} be forced) - ${why}`;
  const user = (running: boolean): Container | undefined =>
    engine.containers.all.find((container) => container.image === image && container.isRunning === running);
  if (hard) {
    if (engine.images.childrenOf(image).length > 0) return { text: text('cannot', 'image has dependent child images'), used: false };
    const running = user(true);
    if (running) return { text: text('cannot', `image is being used by running container ${running.shortId}`), used: true };
  }
  if (references && engine.images.referencesTo(image).length > 0) {
    return { text: text('must', 'image is referenced in multiple repositories'), used: false };
  }
  const idle = stopped ? user(false) : undefined;
  return idle && { text: text('must', `image is being used by stopped container ${idle.shortId}`), used: true };
}

/**
 * `docker image prune` (daemon/images/image_prune.go): the dangling images, or all that no container uses. `wanted` says which of them are
 * meant.
 */
export function pruneImages(engine: Engine, all: boolean, wanted: (image: Image) => boolean): { removed: Removed[]; bytes: number } {
  const { images } = engine;
  const used = new Set(engine.containers.all.map(({ image }) => image));
  const candidates = images.all.filter(
    (image) => !used.has(image) && wanted(image) && images.childrenOf(image).length === 0 && (all || images.tagsOf(image).length === 0),
  );
  const layersBefore = layerSizes(engine);
  const removed: Removed[] = [];
  for (const image of candidates) {
    const names = images.referencesTo(image);
    for (const name of names) removed.push(...deleteImage(engine, name, false, true));
    if (names.length === 0) removed.push(...deleteImage(engine, image.id, false, true));
  }
  const layersAfter = layerSizes(engine);
  let bytes = 0;
  for (const [layer, size] of layersBefore) if (!layersAfter.has(layer)) bytes += size;
  return { removed, bytes };
}

/** Every layer on this host once, with its size. */
export function layerSizes({ images }: Engine): Map<string, number> {
  return new Map(images.all.flatMap((image) => layersOf(images, image).map(({ chainId, sizeBytes }) => [chainId, sizeBytes] as const)));
}
