// The classic builder of Docker 20.10 (builder/dockerfile/builder.go, dispatchers.go, internals.go).

import { NS_PER_MS } from '../../base/time.ts';
import { utf8 } from '../../base/utf8.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { ImageDirectory } from '../../machine/files/image-tree.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { Container } from '../container/container.ts';
import { DEFAULT_HOST_CONFIG, DEFAULT_SPEC, NO_ENDPOINT_SETTINGS } from '../container/spec.ts';
import type { Engine } from '../engine.ts';
import { DockerError, invalid } from '../error.ts';
import { addImage } from '../image/commit.ts';
import { emptyTree, put, resolveIn } from '../image/edit-tree.ts';
import { EMPTY_CONFIG, type Image, type ImageConfig } from '../image/image.ts';
import { BuildArgs } from './build-args.ts';
import { Cache } from './cache.ts';
import { type CopySource, chownOf, copyInto, findSources, hashOf } from './copy.ts';
import { type Dockerfile, DockerfileError, parseDockerfile } from './dockerfile.ts';
import { type Instruction, instructionOf, type Stage, stagesOf } from './instruction.ts';
import { applyMetadata, commandLine, type Draft, shellOf } from './metadata.ts';
import { expandWord } from './shell-word.ts';

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What a step takes besides the command it runs. */
const STEP_NS = 250 * NS_PER_MS;

/** What FROM scratch begins with. */
const SCRATCH: Image = {
  ...{ id: '', digest: undefined, parent: undefined, tree: emptyTree(0), config: EMPTY_CONFIG, createdMs: 0, sizeBytes: 0 },
  ...{ author: '', comment: '', history: [], container: '' },
};

export interface BuildOptions {
  readonly plan: BuildPlan;
  readonly context: ImageDirectory;
  /** A value of undefined: the client has no such variable. */
  readonly buildArgs: ReadonlyMap<string, string | undefined>;
  readonly network: string;
  readonly extraHosts: readonly string[];
  readonly noCache: boolean;
  readonly rm: boolean;
  readonly forceRm: boolean;
  /** FROM always asks the registry. */
  readonly pull: boolean;
}

/** What a build needs of whoever asked for it. */
export interface BuildClient {
  readonly p: Process;
  readonly print: (data: Uint8Array) => Sys<void>;
  /** Fetches an image that is not here; throws what the registry said. */
  readonly fetch: (name: string) => Sys<void>;
}

/** A step failed with a status of its own: that of the command that was run. */
export class StepFailed {
  readonly message: string;
  readonly status: number;

  constructor(message: string, status: number) {
    this.message = message;
    this.status = status;
  }
}

/** A Dockerfile that can be begun with. */
export interface BuildPlan {
  readonly dockerfile: Dockerfile;
  readonly metaArgs: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** Reads a Dockerfile, up to the stage that is wanted ('' is the last); throws what is wrong with it as a whole. */
export function planBuild(name: string, source: string, target: string, labels: ReadonlyMap<string, string>): BuildPlan {
  if (source === '') throw invalid(`the Dockerfile (${name}) cannot be empty`);
  const dockerfile = parsed(name, source);
  const { metaArgs, stages } = stagesOf(dockerfile);
  const wanted = target.toLowerCase();
  const at = target === '' ? stages.length - 1 : stages.findIndex((stage, i) => stage.name === wanted || String(i) === target);
  if (at < 0) throw invalid(`failed to reach build target ${target} in Dockerfile`);
  const all = labels.size > 0 ? withLabels(stages, labels) : stages;
  return { dockerfile, metaArgs, stages: all.slice(0, at + 1) };
}

function parsed(name: string, source: string): Dockerfile {
  try {
    return parseDockerfile(source);
  } catch (thrown) {
    if (thrown instanceof DockerfileError) throw invalid(`failed to parse ${name}: ${thrown.message}`);
    throw thrown;
  }
}

/** Builds an image; throws {@link DockerError} or {@link StepFailed}. */
export function* build(engine: Engine, client: BuildClient, options: BuildOptions): Sys<Image> {
  return yield* new Builder(engine, client, options).run();
}

/** One stage while it is built. */
interface State extends Draft {
  /** What it stands on; undefined: scratch, and nothing yet. */
  image: Image | undefined;
}

class Builder {
  readonly #engine: Engine;
  readonly #client: BuildClient;
  readonly #options: BuildOptions;
  readonly #args: BuildArgs;
  readonly #cache: Cache;
  /** Finished stages. */
  readonly #stages: { readonly name: string | undefined; readonly image: Image | undefined }[] = [];
  /** Containers of the step that runs. */
  #containers: string[] = [];
  #step = 0;
  #steps = 0;

  constructor(engine: Engine, client: BuildClient, options: BuildOptions) {
    this.#engine = engine;
    this.#client = client;
    this.#options = options;
    this.#args = new BuildArgs(options.buildArgs);
    this.#cache = new Cache(engine.images, options.noCache);
  }

  *run(): Sys<Image> {
    const { dockerfile, metaArgs, stages } = this.#options.plan;
    for (const warning of dockerfile.warnings) yield* this.#say(warning);
    this.#steps = metaArgs.length + stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
    for (const arg of metaArgs) {
      yield* this.#announce(arg);
      for (const word of arg.args) this.#args.addMeta(...this.#argument(word, this.#args.meta));
    }
    let image: Image | undefined;
    for (const stage of stages) image = yield* this.#stage(stage);
    const unused = this.#args.unused;
    if (unused.length > 0) yield* this.#say(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`);
    if (image === undefined) throw invalid('No image was generated. Is your Dockerfile empty?');
    return image;
  }

  *#stage(stage: Stage): Sys<Image | undefined> {
    yield* this.#announce(stage.from);
    this.#cache.reset();
    this.#args.reset();
    const base = expandWord(stage.base, this.#args.meta, this.#options.plan.dockerfile.escapeToken);
    if (base === '') throw invalid(`base name (${stage.base}) should not be blank`);
    const image = yield* this.#base(base);
    const config = image?.config ?? EMPTY_CONFIG;
    const env = config.env.some((pair) => pair.startsWith('PATH=')) ? config.env : [DEFAULT_PATH, ...config.env];
    const state: State = { image, config: { ...config, env, onBuild: [] }, author: image?.author ?? '', cmdSet: false };
    const triggers = config.onBuild;
    if (triggers.length > 0) {
      yield* this.#say(`# Executing ${triggers.length} build trigger${triggers.length > 1 ? 's' : ''}`);
      for (const trigger of triggers) yield* this.#dispatch(state, instructionOf(trigger));
    }
    yield* this.#sayImage(state);
    for (const instruction of stage.instructions) {
      yield* this.#announce(instruction);
      yield* this.#dispatch(state, instruction);
      yield* this.#sayImage(state);
    }
    this.#stages.push({ name: stage.name, image: state.image });
    return state.image;
  }

  /** The image of FROM: an earlier stage, scratch, or one by its name. */
  *#base(name: string): Sys<Image | undefined> {
    const stage = this.#stages.findLast((other) => other.name === name.toLowerCase());
    if (stage !== undefined) return stage.image;
    return name === 'scratch' ? undefined : yield* this.#image(name, this.#options.pull);
  }

  *#image(name: string, always: boolean): Sys<Image> {
    const { images } = this.#engine;
    if (always || images.lookUp(name) === undefined) yield* this.#client.fetch(name);
    return images.find(name);
  }

  *#dispatch(state: State, instruction: Instruction): Sys<void> {
    let succeeded = false;
    try {
      yield* this.#carryOut(state, instruction);
      succeeded = true;
    } finally {
      const { forceRm, rm } = this.#options;
      const containers = this.#containers;
      this.#containers = [];
      if (forceRm || (rm && succeeded)) {
        for (const id of containers) {
          const container = this.#engine.lookUpContainer(id);
          if (container !== undefined) this.#engine.removeContainer(container, { force: true, volumes: true });
          yield* this.#say(`Removing intermediate container ${id.slice(0, 12)}`);
        }
      }
    }
  }

  *#carryOut(state: State, instruction: Instruction): Sys<void> {
    const expand = (word: string): string => expandWord(word, this.#variables(state), this.#options.plan.dockerfile.escapeToken);
    switch (instruction.name) {
      case 'RUN':
        return yield* this.#run(state, instruction);
      case 'COPY':
      case 'ADD':
        return yield* this.#copy(state, instruction, expand);
      case 'WORKDIR':
        return yield* this.#workdir(state, expand(instruction.args[0] as string));
      case 'ARG': {
        const pairs = instruction.args.map((word) => this.#argument(word, this.#variables(state)));
        for (const [name, value] of pairs) this.#args.add(name, value);
        const words = pairs.map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
        return yield* this.#commit(state, [`#(nop) `, `ARG ${words.join(' ')}`]);
      }
      default: {
        const comment = applyMetadata(state, instruction, expand);
        if (comment !== undefined) yield* this.#commit(state, ['#(nop) ', comment]);
      }
    }
  }

  /** What words may refer to: ENV, then the build's arguments. */
  #variables({ config }: State): Map<string, string> {
    const env = envOf(config);
    return new Map([...this.#args.allowed(env), ...env]);
  }

  #argument(word: string, variables: ReadonlyMap<string, string>): [string, string | undefined] {
    const equals = word.indexOf('=');
    const { escapeToken } = this.#options.plan.dockerfile;
    if (equals < 0) return [expandWord(word, variables, escapeToken), undefined];
    return [word.slice(0, equals), expandWord(word.slice(equals + 1), variables, escapeToken)];
  }

  *#run(state: State, instruction: Instruction): Sys<void> {
    const { config } = state;
    const cmd = commandLine(instruction, config);
    const env = envOf(config);
    const counted = [...this.#args.counted(env)].map(([name, value]) => `${name}=${value}`).sort();
    const saved = counted.length > 0 ? [`|${counted.length}`, ...counted, ...cmd] : cmd;
    const probe: ImageConfig = { ...config, cmd: saved, entrypoint: undefined };
    if (yield* this.#hit(state, probe)) return;
    const args = [...this.#args.allowed(env)].map(([name, value]) => `${name}=${value}`);
    const container = yield* this.#container(state, cmd, [...config.env, ...args]);
    yield* this.#untilEnded(container);
    if (container.exitCode !== 0) {
      throw new StepFailed(`The command '${cmd.join(' ')}' returned a non-zero code: ${container.exitCode}`, container.exitCode);
    }
    this.#advance(state, container.tree.snapshot(), probe, container.id);
  }

  /** Runs it to its end and shows what it prints. */
  *#untilEnded(container: Container): Sys<void> {
    const chunks: Uint8Array[] = [];
    const printed = new WaitQueue();
    container.listeners.add((_stream, data) => {
      chunks.push(data);
      printed.wake();
    });
    yield* this.#client.p.sleep(STEP_NS);
    this.#engine.startContainer(container);
    try {
      for (;;) {
        for (let data = chunks.shift(); data !== undefined; data = chunks.shift()) yield* this.#client.print(data);
        if (!container.isRunning) return;
        yield* this.#client.p.wait([printed, container.changed], undefined, 'build');
      }
    } catch (thrown) {
      // Whoever asked for it has gone: so does what it runs.
      if (container.isRunning) this.#engine.killContainer(container);
      throw thrown;
    }
  }

  *#copy(state: State, { name, args, options }: Instruction, expand: (word: string) => string): Sys<void> {
    const words = args.map(expand);
    const dest = words.pop() as string;
    if (name === 'ADD' && words.some((word) => /^https?:\/\//.test(word))) {
      throw invalid('ADD failed: vethlab does not fetch URLs in ADD: use RUN curl or wget');
    }
    const from = options.get('from');
    const items = findSources(yield* this.#source(from), words, name, dest);
    const chown = options.get('chown');
    const owner = chown === undefined ? undefined : expand(chown);
    const comment = `${name} ${owner === undefined ? '' : `--chown=${owner}`}${hashOf(items)} in ${dest} `;
    const made = this.#nop(state, [`#(nop) ${comment}`]);
    if (yield* this.#hit(state, made)) return;
    yield* this.#client.p.sleep(STEP_NS);
    const mtimeMs = this.#client.p.wallClockMs;
    const tree = state.image?.tree ?? emptyTree(mtimeMs);
    const target = dest.startsWith('/') ? dest : `${state.config.workingDir}/${dest}`;
    this.#advance(
      state,
      copyInto(tree, items, target, { ...(owner === undefined ? { uid: 0, gid: 0 } : chownOf(tree, owner)), mtimeMs }),
      made,
      '',
    );
  }

  /** Where COPY takes files from: the context, a stage by its name or number, an image. */
  *#source(from: string | undefined): Sys<CopySource> {
    if (from === undefined) return { tree: this.#options.context, isContext: true };
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

  *#workdir(state: State, path: string): Sys<void> {
    const names: string[] = [];
    for (const name of (path.startsWith('/') ? path : `${state.config.workingDir}/${path}`).split('/')) {
      if (name === '..') names.pop();
      else if (name !== '' && name !== '.') names.push(name);
    }
    const workingDir = `/${names.join('/')}`;
    state.config = { ...state.config, workingDir };
    yield* this.#commit(state, [`#(nop) WORKDIR ${workingDir}`], (tree, mtimeMs) =>
      put(tree, resolveIn(tree, workingDir), emptyTree(mtimeMs), { uid: 0, gid: 0, mtimeMs }),
    );
  }

  /** A step that changes only the config, or the tree a little: a container is made for it, and is not run. */
  *#commit(
    state: State,
    comment: readonly string[],
    change: (tree: ImageDirectory, mtimeMs: number) => ImageDirectory = (tree) => tree,
  ): Sys<void> {
    const made = this.#nop(state, comment);
    if (yield* this.#hit(state, made)) return;
    const container = yield* this.#container(state, made.cmd ?? [], state.config.env);
    yield* this.#client.p.sleep(STEP_NS);
    const mtimeMs = this.#client.p.wallClockMs;
    this.#advance(state, change(state.image?.tree ?? emptyTree(mtimeMs), mtimeMs), made, container.id);
  }

  /** The config with the comment of a step that runs nothing in the place of its command. */
  #nop({ config }: State, comment: readonly string[]): ImageConfig {
    return { ...config, cmd: [...shellOf(config), ...comment] };
  }

  /** An image of an earlier build is taken for this step. */
  *#hit(state: State, made: ImageConfig): Sys<boolean> {
    const cached = this.#cache.probe(state.image, made);
    if (cached === undefined) return false;
    yield* this.#say(' ---> Using cache');
    state.image = cached;
    return true;
  }

  *#container(state: State, cmd: readonly string[], env: readonly string[]): Sys<Container> {
    const { network, extraHosts } = this.#options;
    const image = state.image ?? SCRATCH;
    const container = this.#engine.createContainer(
      {
        ...DEFAULT_SPEC,
        image: image.id,
        env,
        cmd,
        entrypoint: [''],
        healthcheck: { test: ['NONE'], intervalNs: 0, timeoutNs: 0, startPeriodNs: 0, retries: 0 },
        host: { ...DEFAULT_HOST_CONFIG, networkMode: network, extraHosts },
        networks: new Map([[network, NO_ENDPOINT_SETTINGS]]),
      },
      image,
    );
    this.#containers.push(container.id);
    yield* this.#say(` ---> Running in ${container.shortId}`);
    return container;
  }

  /** The step's image. */
  #advance(state: State, tree: ImageDirectory, containerConfig: ImageConfig, container: string): void {
    state.image = addImage(this.#engine, {
      parent: state.image,
      tree,
      config: state.config,
      containerConfig,
      author: state.author,
      comment: '',
      createdBy: (containerConfig.cmd ?? []).join(' '),
      container,
    });
  }

  *#announce({ original }: Instruction): Sys<void> {
    this.#step++;
    yield* this.#say(`Step ${this.#step}/${this.#steps} : ${original}`);
  }

  *#sayImage({ image }: State): Sys<void> {
    yield* this.#say(` ---> ${image?.id.slice(0, 12) ?? ''}`);
  }

  *#say(line: string): Sys<void> {
    yield* this.#client.print(utf8(`${line}\n`));
  }
}

function envOf({ env }: ImageConfig): Map<string, string> {
  return new Map(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** --label is one more LABEL at the end of the last stage. */
function withLabels(stages: readonly Stage[], labels: ReadonlyMap<string, string>): readonly Stage[] {
  const line = `LABEL ${[...labels].map(([key, value]) => `${key}=${value}`).join(' ')}`;
  const last = stages.at(-1) as Stage;
  return [...stages.slice(0, -1), { ...last, instructions: [...last.instructions, instructionOf(line)] }];
}
