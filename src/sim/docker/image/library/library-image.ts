import type { ImageDirectory } from '../../../machine/files/image-tree.ts';
import type { ImageConfig } from '../image.ts';

/** One step that made an image: a line of its history. */
export interface LibraryStep {
  readonly by: string;
  readonly sizeBytes: number;
  /** What it put there, for layers that several images have. */
  readonly layer?: string;
}

/** An image as a registry has it: made when it is first wanted. */
export interface LibraryImage {
  /** The repository, as people write it. */
  readonly name: string;
  readonly tags: readonly string[];
  /** Uncompressed, as `docker images` shows it. */
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  /** Its files, all of that date: ms since 1970. */
  readonly tree: (madeMs: number) => ImageDirectory;
  /** Nothing: it was imported whole. */
  readonly steps?: readonly LibraryStep[];
}
