import { NS_PER_MS } from '../../base/time.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { ImageDirectory } from '../../machine/files/image-tree.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { Container } from '../container/container.ts';
import { DEFAULT_HOST_CONFIG, DEFAULT_SPEC, NO_ENDPOINT_SETTINGS } from '../container/spec.ts';
import type { Engine } from '../engine.ts';
import { addImage } from '../image/commit.ts';
import { emptyTree, put, resolveIn } from '../image/edit-tree.ts';
import { EMPTY_CONFIG, type Image, type ImageConfig } from '../image/image.ts';
import { type BuildArgs, expandArgument } from './build-args.ts';
import type { Cache } from './cache.ts';
import { type CopyItem, type CopySource, chownOf, copyInto, findSources, hashOf, isUrl, type RemoteFile, remoteItem } from './copy.ts';
import type { Instruction } from './instruction.ts';
import { applyMetadata, commandLine, type Draft, shellOf } from './metadata.ts';
import type { BuildPlan } from './plan.ts';
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
  /** Fetches what ADD names by its URL; throws why it cannot be had. */
  readonly download: (url: string) => Sys<RemoteFile>;
}

/** The build that a stage is part of. */
export interface Build {
  readonly engine: Engine;
  readonly client: BuildClient;
  readonly options: BuildOptions;
  readonly args: BuildArgs;
  readonly cache: Cache;
  /** Prints a line. */
  readonly say: (line: string) => Sys<void>;
  /** Where COPY takes files from: the context, a stage by its name or number, an image. */
  readonly source: (from: string | undefined) => Sys<CopySource>;
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

/** One stage of a Dockerfile while it is built: each instruction makes an image of the one before (dispatchers.go). */
export class StageBuilder {
  readonly #build: Build;
  readonly #draft: Draft;
  #image: Image | undefined;
  /** Containers of the step that runs. */
  #containers: string[] = [];

  /** `base`: what it stands on; undefined is scratch. */
  constructor(build: Build, base: Image | undefined) {
    this.#build = build;
    this.#image = base;
    const config = base?.config ?? EMPTY_CONFIG;
    const env = config.env.some((pair) => pair.startsWith('PATH=')) ? config.env : [DEFAULT_PATH, ...config.env];
    this.#draft = { config: { ...config, env, onBuild: [] }, author: base?.author ?? '', cmdSet: false };
  }

  /** What the steps so far have made; undefined: scratch, and nothing yet. */
  get image(): Image | undefined {
    return this.#image;
  }

  /** Carries out one step; its containers go as the options say. */
  *carryOut(instruction: Instruction): Sys<void> {
    let succeeded = false;
    try {
      yield* this.#dispatch(instruction);
      succeeded = true;
    } finally {
      const { forceRm, rm } = this.#build.options;
      const containers = this.#containers;
      this.#containers = [];
      if (forceRm || (rm && succeeded)) {
        for (const id of containers) {
          const container = this.#build.engine.containers.lookUp(id);
          if (container !== undefined) this.#build.engine.containers.remove(container, { force: true, volumes: true });
          yield* this.#build.say(`Removing intermediate container ${id.slice(0, 12)}`);
        }
      }
    }
  }

  *#dispatch(instruction: Instruction): Sys<void> {
    const { escapeToken } = this.#build.options.plan.dockerfile;
    const expand = (word: string): string => expandWord(word, this.#variables, escapeToken);
    switch (instruction.name) {
      case 'RUN':
        return yield* this.#run(instruction);
      case 'COPY':
      case 'ADD':
        return yield* this.#copy(instruction, expand);
      case 'WORKDIR':
        return yield* this.#workdir(expand(instruction.args[0] as string));
      case 'ARG': {
        const pairs = instruction.args.map((word) => expandArgument(word, this.#variables, escapeToken));
        for (const [name, value] of pairs) this.#build.args.add(name, value);
        const words = pairs.map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
        return yield* this.#commit([`#(nop) `, `ARG ${words.join(' ')}`]);
      }
      default: {
        const comment = applyMetadata(this.#draft, instruction, expand);
        if (comment !== undefined) yield* this.#commit(['#(nop) ', comment]);
      }
    }
  }

  /** What words may refer to: ENV, then the build's arguments. */
  get #variables(): Map<string, string> {
    const env = envOf(this.#draft.config);
    return new Map([...this.#build.args.allowed(env), ...env]);
  }

  *#run(instruction: Instruction): Sys<void> {
    const { config } = this.#draft;
    const cmd = commandLine(instruction, config);
    const env = envOf(config);
    const counted = [...this.#build.args.counted(env)].map(([name, value]) => `${name}=${value}`).sort();
    const saved = counted.length > 0 ? [`|${counted.length}`, ...counted, ...cmd] : cmd;
    const probe: ImageConfig = { ...config, cmd: saved, entrypoint: undefined };
    if (yield* this.#hit(probe)) return;
    const args = [...this.#build.args.allowed(env)].map(([name, value]) => `${name}=${value}`);
    const container = yield* this.#container(cmd, [...config.env, ...args]);
    yield* this.#untilEnded(container);
    if (container.exitCode !== 0) {
      throw new StepFailed(`The command '${cmd.join(' ')}' returned a non-zero code: ${container.exitCode}`, container.exitCode);
    }
    this.#advance(container.tree.snapshot(), probe, container.id);
  }

  /** Runs it to its end and shows what it prints. */
  *#untilEnded(container: Container): Sys<void> {
    const chunks: Uint8Array[] = [];
    const printed = new WaitQueue();
    container.listeners.add((_stream, data) => {
      chunks.push(data);
      printed.wake();
    });
    yield* this.#build.client.p.sleep(STEP_NS);
    this.#build.engine.containers.start(container);
    try {
      for (;;) {
        for (let data = chunks.shift(); data !== undefined; data = chunks.shift()) yield* this.#build.client.print(data);
        if (!container.isRunning) return;
        yield* this.#build.client.p.wait([printed, container.changed], undefined, 'build');
      }
    } catch (thrown) {
      // Whoever asked for it has gone: so does what it runs.
      if (container.isRunning) this.#build.engine.containers.kill(container);
      throw thrown;
    }
  }

  *#copy({ name, args, options }: Instruction, expand: (word: string) => string): Sys<void> {
    const words = args.map(expand);
    const dest = words.pop() as string;
    const from = options.get('from');
    const fetched = new Map<string, CopyItem>();
    for (const url of name === 'ADD' ? words.filter(isUrl) : []) {
      fetched.set(url, remoteItem(url, yield* this.#build.client.download(url), dest));
    }
    const items = findSources(yield* this.#build.source(from), words, name, dest, fetched);
    const chown = options.get('chown');
    const owner = chown === undefined ? undefined : expand(chown);
    const comment = `${name} ${owner === undefined ? '' : `--chown=${owner}`}${hashOf(items)} in ${dest} `;
    const made = this.#nop([`#(nop) ${comment}`]);
    if (yield* this.#hit(made)) return;
    yield* this.#build.client.p.sleep(STEP_NS);
    const mtimeMs = this.#build.client.p.wallClockMs;
    const tree = this.#image?.tree ?? emptyTree(mtimeMs);
    const target = dest.startsWith('/') ? dest : `${this.#draft.config.workingDir}/${dest}`;
    const owned = { ...(owner === undefined ? { uid: 0, gid: 0 } : chownOf(tree, owner)), mtimeMs };
    const unpack = name === 'ADD' ? this.#build.client.p.machine : undefined;
    this.#advance(copyInto(tree, items, target, owned, unpack), made, '');
  }

  *#workdir(path: string): Sys<void> {
    const names: string[] = [];
    for (const name of (path.startsWith('/') ? path : `${this.#draft.config.workingDir}/${path}`).split('/')) {
      if (name === '..') names.pop();
      else if (name !== '' && name !== '.') names.push(name);
    }
    const workingDir = `/${names.join('/')}`;
    this.#draft.config = { ...this.#draft.config, workingDir };
    yield* this.#commit([`#(nop) WORKDIR ${workingDir}`], (tree, mtimeMs) =>
      put(tree, resolveIn(tree, workingDir), emptyTree(mtimeMs), { uid: 0, gid: 0, mtimeMs }),
    );
  }

  /** A step that changes only the config, or the tree a little: a container is made for it, and is not run. */
  *#commit(comment: readonly string[], change: (tree: ImageDirectory, mtimeMs: number) => ImageDirectory = (tree) => tree): Sys<void> {
    const made = this.#nop(comment);
    if (yield* this.#hit(made)) return;
    const container = yield* this.#container(made.cmd ?? [], this.#draft.config.env);
    yield* this.#build.client.p.sleep(STEP_NS);
    const mtimeMs = this.#build.client.p.wallClockMs;
    this.#advance(change(this.#image?.tree ?? emptyTree(mtimeMs), mtimeMs), made, container.id);
  }

  /** The config with the comment of a step that runs nothing in the place of its command. */
  #nop(comment: readonly string[]): ImageConfig {
    const { config } = this.#draft;
    return { ...config, cmd: [...shellOf(config), ...comment] };
  }

  /** An image of an earlier build is taken for this step. */
  *#hit(made: ImageConfig): Sys<boolean> {
    const cached = this.#build.cache.probe(this.#image, made);
    if (cached === undefined) return false;
    yield* this.#build.say(' ---> Using cache');
    this.#image = cached;
    return true;
  }

  *#container(cmd: readonly string[], env: readonly string[]): Sys<Container> {
    const { network, extraHosts } = this.#build.options;
    const image = this.#image ?? SCRATCH;
    const container = this.#build.engine.containers.create(
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
    yield* this.#build.say(` ---> Running in ${container.shortId}`);
    return container;
  }

  /** The step's image. */
  #advance(tree: ImageDirectory, containerConfig: ImageConfig, container: string): void {
    this.#image = addImage(this.#build.engine, {
      parent: this.#image,
      tree,
      config: this.#draft.config,
      containerConfig,
      author: this.#draft.author,
      comment: '',
      createdBy: (containerConfig.cmd ?? []).join(' '),
      container,
    });
  }
}

function envOf({ env }: ImageConfig): Map<string, string> {
  return new Map(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
