import type { ImageDirectory } from '../../machine/files/image-tree.ts';

/** How a container's health is asked for; times in ns, 0 for the default. */
export interface HealthConfig {
  /** `['CMD', …]`, `['CMD-SHELL', text]`, `['NONE']`; empty inherits. */
  readonly test: readonly string[];
  readonly intervalNs: number;
  readonly timeoutNs: number;
  readonly startPeriodNs: number;
  readonly retries: number;
}

/** What an image says about the containers made of it (the config of its JSON). */
export interface ImageConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly cmd: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly workingDir: string;
  /** `80/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly healthcheck: HealthConfig | undefined;
  readonly stopSignal: string | undefined;
  readonly shell: readonly string[] | undefined;
  readonly onBuild: readonly string[];
}

/** A line of `docker history`. */
export interface ImageHistory {
  readonly createdMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly sizeBytes: number;
  /** The image this step made; undefined for those that came from elsewhere. */
  readonly imageId: string | undefined;
  /** The diff id of the layer that the step made, 64 hex digits, where it is not the image's own: registries have layers that images share. */
  readonly layer?: string;
}

/** An image: a file tree and what to do with it. */
export interface Image {
  /** 64 hex digits, without `sha256:`. */
  readonly id: string;
  readonly parent: string | undefined;
  readonly tree: ImageDirectory;
  readonly config: ImageConfig;
  /** Of the container that it was made in; undefined for images from elsewhere. */
  readonly containerConfig?: ImageConfig;
  readonly createdMs: number;
  readonly sizeBytes: number;
  readonly author: string;
  readonly comment: string;
  /** Oldest first. */
  readonly history: readonly ImageHistory[];
  /** The container that a build step ran in, and its config there; empty for images from elsewhere. */
  readonly container: string;
}

export const EMPTY_CONFIG: ImageConfig = {
  user: '',
  env: [],
  cmd: undefined,
  entrypoint: undefined,
  workingDir: '',
  exposedPorts: [],
  volumes: [],
  labels: new Map(),
  healthcheck: undefined,
  stopSignal: undefined,
  shell: undefined,
  onBuild: [],
};
