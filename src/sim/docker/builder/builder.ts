// The classic builder of Docker 20.10 (builder/dockerfile/builder.go, dispatchers.go, internals.go).

import { utf8 } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import type { Engine } from '../engine.ts';
import { DockerError, invalid } from '../error.ts';
import { emptyTree } from '../image/edit-tree.ts';
import type { Image } from '../image/image.ts';
import { BuildArgs, expandArgument } from './build-args.ts';
import { Cache } from './cache.ts';
import type { CopySource } from './copy.ts';
import { type Instruction, instructionOf, type Stage } from './instruction.ts';
import { expandWord } from './shell-word.ts';
import { type Build, type BuildClient, type BuildOptions, StageBuilder } from './stage-builder.ts';

/** Builds an image; throws {@link DockerError} or {@link StepFailed}. */
export function* build(engine: Engine, client: BuildClient, options: BuildOptions): Sys<Image> {
  return yield* new Builder(engine, client, options).run();
}

class Builder implements Build {
  readonly engine: Engine;
  readonly client: BuildClient;
  readonly options: BuildOptions;
  readonly args: BuildArgs;
  readonly cache: Cache;
  /** Finished stages. */
  readonly #stages: { readonly name: string | undefined; readonly image: Image | undefined }[] = [];
  #step = 0;
  #steps = 0;

  constructor(engine: Engine, client: BuildClient, options: BuildOptions) {
    this.engine = engine;
    this.client = client;
    this.options = options;
    this.args = new BuildArgs(options.buildArgs);
    this.cache = new Cache(engine.images, options.noCache);
  }

  *run(): Sys<Image> {
    const { dockerfile, metaArgs, stages } = this.options.plan;
    for (const warning of dockerfile.warnings) yield* this.say(warning);
    this.#steps = metaArgs.length + stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
    for (const arg of metaArgs) {
      yield* this.#announce(arg);
      for (const word of arg.args) this.args.addMeta(...expandArgument(word, this.args.meta, dockerfile.escapeToken));
    }
    let image: Image | undefined;
    for (const stage of stages) image = yield* this.#stage(stage);
    const unused = this.args.unused;
    if (unused.length > 0) yield* this.say(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`);
    if (image === undefined) throw invalid('No image was generated. Is your Dockerfile empty?');
    return image;
  }

  *#stage(stage: Stage): Sys<Image | undefined> {
    yield* this.#announce(stage.from);
    this.cache.reset();
    this.args.reset();
    const name = expandWord(stage.base, this.args.meta, this.options.plan.dockerfile.escapeToken);
    if (name === '') throw invalid(`base name (${stage.base}) should not be blank`);
    const base = yield* this.#base(name);
    const builder = new StageBuilder(this, base);
    const triggers = base?.config.onBuild ?? [];
    if (triggers.length > 0) {
      yield* this.say(`# Executing ${triggers.length} build trigger${triggers.length > 1 ? 's' : ''}`);
      for (const trigger of triggers) yield* builder.carryOut(instructionOf(trigger));
    }
    yield* this.#sayImage(builder);
    for (const instruction of stage.instructions) {
      yield* this.#announce(instruction);
      yield* builder.carryOut(instruction);
      yield* this.#sayImage(builder);
    }
    this.#stages.push({ name: stage.name, image: builder.image });
    return builder.image;
  }

  /** The image of FROM: an earlier stage, scratch, or one by its name. */
  *#base(name: string): Sys<Image | undefined> {
    const stage = this.#stages.findLast((other) => other.name === name.toLowerCase());
    if (stage !== undefined) return stage.image;
    return name === 'scratch' ? undefined : yield* this.#image(name, this.options.pull);
  }

  *#image(name: string, always: boolean): Sys<Image> {
    const { images } = this.engine;
    if (always || images.lookUp(name) === undefined) yield* this.client.fetch(name);
    return images.find(name);
  }

  /** Where COPY takes files from: the context, a stage by its name or number, an image. */
  *source(from: string | undefined): Sys<CopySource> {
    if (from === undefined) return { tree: this.options.context, isContext: true };
    const number = /^\d+$/.test(from) ? Number(from) : undefined;
    const stage = number === undefined ? this.#stages.find(({ name }) => name === from.toLowerCase()) : this.#stages[number];
    if (number !== undefined && stage === undefined) throw invalid(`invalid from flag value ${from}: invalid index ${from}`);
    try {
      const image = stage === undefined ? yield* this.#image(from, false) : stage.image;
      return { tree: image?.tree ?? emptyTree(0), isContext: false };
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
      throw new DockerError(thrown.status, `invalid from flag value ${from}: ${thrown.message}`);
    }
  }

  *#announce({ original }: Instruction): Sys<void> {
    this.#step++;
    yield* this.say(`Step ${this.#step}/${this.#steps} : ${original}`);
  }

  *#sayImage({ image }: StageBuilder): Sys<void> {
    yield* this.say(` ---> ${image?.id.slice(0, 12) ?? ''}`);
  }

  *say(line: string): Sys<void> {
    yield* this.client.print(utf8(`${line}\n`));
  }
}
