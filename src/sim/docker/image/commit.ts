import type { ImageDirectory } from '../../machine/files/image-tree.ts';
import { instructionOf } from '../builder/instruction.ts';
import { applyMetadata, type Draft } from '../builder/metadata.ts';
import { expandWord } from '../builder/shell-word.ts';
import type { Container } from '../container/container.ts';
import { makeInitLayer } from '../container/files.ts';
import type { Engine } from '../engine.ts';
import { invalid } from '../error.ts';
import { newId } from '../network/network.ts';
import { EMPTY_CONFIG, type Image, type ImageConfig } from './image.ts';
import { changedBytes } from './layer-size.ts';

/** `docker commit`. */
export interface CommitOptions {
  readonly author: string;
  readonly comment: string;
  /** Instructions of a Dockerfile that change the config. */
  readonly changes: readonly string[];
}

const CHANGES = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/** The image of a container's files as they are (daemon/commit.go). Throws for a change that is none. */
export function commitContainer(engine: Engine, container: Container, { author, comment, changes }: CommitOptions): Image {
  const { spec, image } = container;
  const config: ImageConfig = {
    ...EMPTY_CONFIG,
    ...{ user: spec.user, env: spec.env, cmd: spec.cmd, entrypoint: spec.entrypoint, workingDir: spec.workingDir, labels: spec.labels },
    ...{ exposedPorts: spec.exposedPorts, volumes: spec.volumes, healthcheck: spec.healthcheck, stopSignal: spec.stopSignal },
    ...{ shell: image.config.shell, onBuild: image.config.onBuild },
  };
  return addImage(engine, {
    parent: engine.images.get(image.id),
    tree: container.tree.snapshot(),
    config: withChanges(config, changes),
    containerConfig: config,
    author,
    comment,
    createdBy: (spec.cmd ?? []).join(' '),
    container: container.id,
  });
}

/** `--change` of commit and import (dockerfile.BuildFromConfig). */
export function withChanges(config: ImageConfig, changes: readonly string[]): ImageConfig {
  const draft: Draft = { config, author: '', cmdSet: false };
  for (const change of changes) {
    const instruction = instructionOf(change);
    const { name, args } = instruction;
    if (!CHANGES.has(name)) throw invalid(`${name.toLowerCase()} is not a valid change command`);
    const env = new Map(draft.config.env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
    if (name === 'WORKDIR') draft.config = { ...draft.config, workingDir: args[0] as string };
    else applyMetadata(draft, instruction, (word) => expandWord(word, env, '\\'));
  }
  return draft.config;
}

/** What a new image is made of. */
export interface NewImage {
  /** Undefined: it stands on nothing. */
  readonly parent: Image | undefined;
  readonly tree: ImageDirectory;
  readonly config: ImageConfig;
  /** Of the container it was made in: what a later build's step is compared with. */
  readonly containerConfig: ImageConfig;
  readonly author: string;
  readonly comment: string;
  /** Its line in `docker history`. */
  readonly createdBy: string;
  /** The container's id; '' where there was none. */
  readonly container: string;
}

/** Adds an image of one more layer (daemon/commit.go). */
export function addImage(engine: Engine, made: NewImage): Image {
  const { parent, tree, config, containerConfig, author, comment, createdBy, container } = made;
  const { machine } = engine.host;
  const id = newId(machine.random);
  const createdMs = machine.wallClockMs;
  // What a container's files are mounted on is no part of its layer.
  const below = parent === undefined ? undefined : makeInitLayer(parent.tree, createdMs);
  const layerBytes = tree === parent?.tree ? 0 : changedBytes(below, tree);
  const image: Image = {
    id,
    parent: parent?.id,
    tree,
    config,
    containerConfig,
    createdMs,
    sizeBytes: (parent?.sizeBytes ?? 0) + layerBytes,
    author,
    comment,
    history: [...(parent?.history ?? []), { createdMs, createdBy, comment, sizeBytes: layerBytes, imageId: id }],
    container,
  };
  engine.images.add(image);
  return image;
}
