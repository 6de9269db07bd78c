import { NS_PER_MS, NS_PER_S } from '../base/time.ts';
import { parseSignal, SIGNAL_NUMBERS } from '../machine/signal.ts';
import type { Task } from '../machine/task.ts';
import type { Container } from './container/container.ts';
import { checkRestartPolicy, createContainer } from './container/create.ts';
import type { Exec, ExecSpec } from './container/exec.ts';
import { cancelTimers, capabilitiesOf, Lifecycle } from './container/lifecycle.ts';
import { checkLinks, type LinkIndex, linkEnv } from './container/links.ts';
import { connect, disconnect } from './container/networking.ts';
import { containerEnv } from './container/process.ts';
import { CONTAINER_NAME } from './container/random-name.ts';
import { checkResources } from './container/resources.ts';
import { restartsAtBoot } from './container/restart-policy.ts';
import type { ContainerSpec, EndpointSettings } from './container/spec.ts';
import type { EngineDisk } from './disk.ts';
import { conflict, DockerError, failed, invalid, notFound } from './error.ts';
import { type EngineEvent, EventLog } from './events.ts';
import type { EngineHost } from './host.ts';
import { type CommitOptions, commitContainer } from './image/commit.ts';
import type { Image } from './image/image.ts';
import type { ImageStore } from './image/store.ts';
import { NetworkController } from './network/controller.ts';
import { type Network, type NetworkSpec, newId } from './network/network.ts';
import type { ShimProcess } from './runtime/shim.ts';
import { removeAll, type Volume, VolumeStore } from './volumes.ts';

const STOP_TIMEOUT_S = 10;
/** What passes between two calls of the runtime: a process that ends at once when it is asked to is not killed, however short the time. */
const KILL_AGAIN_NS = 10 * NS_PER_MS;

/**
 * The Docker engine (moby's daemon): containers, networks, images and volumes of one host. Its methods are what the API offers; they
 * throw {@link DockerError}. Everything it does to the network it does through the kernel's own doors, as dockerd.
 */
export class Engine {
  readonly host: EngineHost;
  readonly networks: NetworkController;
  readonly images: ImageStore;
  readonly volumes: VolumeStore;
  readonly events = new EventLog();
  readonly links: LinkIndex;
  readonly startedMs: number;
  readonly id: string;
  readonly #containers: Map<string, Container>;
  readonly #life: Lifecycle;
  /** It stops its containers since it is to end. */
  #endsItself = false;

  constructor(host: EngineHost, disk: EngineDisk) {
    this.host = host;
    this.networks = new NetworkController(host, disk.networks);
    this.images = disk.images;
    this.volumes = new VolumeStore(host, disk.volumes);
    this.links = disk.links;
    this.startedMs = host.machine.wallClockMs;
    this.id = disk.engineId;
    this.#containers = disk.containers;
    this.#life = new Lifecycle(this);
    host.gone.add(() => {
      for (const container of this.#containers.values()) cancelTimers(container);
    });
  }

  /** Takes over what an engine that was killed has left running. All of it is to be stopped before this one starts. */
  takeOver(): void {
    for (const container of this.#containers.values()) this.#life.takeOver(container);
  }

  /** Brings the networks up, and those containers that are to be there whenever an engine is. */
  start(): void {
    this.networks.start();
    this.host.machine.netnsNamers.add(() => this.#netnsNames());
    for (const container of this.#containers.values()) {
      if (container.sandbox === undefined) continue;
      this.networks.clear(container.sandbox, container.endpoints.values());
      container.staleEndpoints = new Map(container.endpoints);
      container.endpoints.clear();
      container.sandbox = undefined;
    }
    for (const container of this.containers.filter(restartsAtBoot)) {
      try {
        this.startContainer(container);
      } catch (thrown) {
        if (!(thrown instanceof DockerError)) throw thrown;
      }
    }
  }

  /** Asks all its containers to end: their policies are for the next engine. */
  shutDown(): void {
    this.#endsItself = true;
    for (const container of this.#containers.values()) this.stopContainer(container);
  }

  // ---- containers

  /** In the order they were made. */
  get containers(): readonly Container[] {
    return [...this.#containers.values()];
  }

  /** By id, by name, or by the beginning of the id. */
  findContainer(key: string): Container {
    if (key === '') throw failed('invalid name or ID supplied: ""');
    const found = this.lookUpContainer(key);
    if (found === undefined) throw notFound(`No such container: ${key}`);
    return found;
  }

  lookUpContainer(key: string): Container | undefined {
    const byId = this.#containers.get(key);
    if (byId !== undefined) return byId;
    const name = key.replace(/^\//, '');
    for (const container of this.#containers.values()) if (container.name === name) return container;
    // PARENT/ALIAS is the container behind a link.
    const slash = name.indexOf('/');
    if (slash > 0) {
      const parent = this.lookUpContainer(name.slice(0, slash));
      const link = parent && this.links.of(parent).find(({ alias }) => alias === name.slice(slash + 1));
      if (link !== undefined) return link.child;
    }
    if (key === '') return undefined;
    const starting = this.containers.filter(({ id }) => id.startsWith(key));
    if (starting.length > 1) throw invalid(`multiple IDs found with provided prefix: ${key}`);
    return starting[0];
  }

  /** `image`: where it has no name of its own. */
  createContainer(spec: ContainerSpec, image?: Image): Container {
    const container = createContainer(this, spec, image);
    this.#containers.set(container.id, container);
    this.note(container, 'create');
    return container;
  }

  startContainer(container: Container): void {
    if (container.status === 'paused') throw conflict('cannot start a paused container, try unpause instead');
    if (container.isRunning) return;
    container.stoppedByUser = false;
    container.exitOnNext = false;
    container.staleEndpoints = new Map();
    container.restartCount = 0;
    cancelTimers(container);
    this.#life.start(container);
  }

  /** Asks it to end, and after the time ends it. Answers at once: {@link Container.changed} tells when it is over. */
  stopContainer(container: Container, timeoutS = container.spec.stopTimeout ?? STOP_TIMEOUT_S): void {
    cancelTimers(container);
    if (!container.isRunning && container.status !== 'restarting') return;
    this.#exitOnNext(container);
    if (container.status === 'restarting') container.setStatus('exited');
    if (!container.isRunning) return;
    container.stopping = true;
    const signal = parseSignal(container.spec.stopSignal ?? 'SIGTERM') ?? 'SIGTERM';
    this.note(container, 'kill', { signal: String(SIGNAL_NUMBERS[signal]) });
    this.#life.post(container, signal);
    if (timeoutS < 0) return;
    const timer = this.host.machine.clock.schedule(timeoutS * NS_PER_S + KILL_AGAIN_NS, () => {
      container.timers.delete(cancel);
      if (!container.isRunning) return;
      this.note(container, 'kill', { signal: '9' });
      this.#life.post(container, 'SIGKILL');
    });
    const cancel = (): void => this.host.machine.clock.cancel(timer);
    container.timers.add(cancel);
  }

  killContainer(container: Container, signalName = 'KILL'): void {
    const signal = parseSignal(signalName);
    if (signal === undefined) throw invalid(`Invalid signal: ${signalName}`);
    if (!container.isRunning) {
      throw conflict(`Container ${container.id} is not running`);
    }
    if (signal === 'SIGKILL' || signal === parseSignal(container.spec.stopSignal ?? 'SIGTERM')) this.#exitOnNext(container);
    this.note(container, 'kill', { signal: String(SIGNAL_NUMBERS[signal]) });
    this.#life.post(container, signal);
  }

  pauseContainer(container: Container): void {
    if (container.status === 'paused') throw conflict(`Container ${container.id} is already paused`);
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    for (const task of this.#life.tasks(container)) task.post('SIGSTOP');
    container.setStatus('paused');
    this.note(container, 'pause');
  }

  unpauseContainer(container: Container): void {
    if (container.status !== 'paused') throw conflict(`Container ${container.id} is not paused`);
    for (const task of this.#life.tasks(container)) task.post('SIGCONT');
    container.setStatus('running');
    this.note(container, 'unpause');
  }

  renameContainer(container: Container, newName: string): void {
    const name = newName.replace(/^\//, '');
    if (name === '') throw failed('Neither old nor new names may be empty');
    if (name === container.name) throw invalid('Renaming a container with the same name as its current name');
    const refused = 'Error when allocating new name: ';
    if (!CONTAINER_NAME.test(name)) {
      throw invalid(`${refused}Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    }
    this.reserveName(name, refused);
    const old = container.name;
    container.name = name;
    container.anonymous = false;
    for (const [network, endpoint] of container.endpoints) {
      if (container.sandbox === undefined) continue;
      const renamed = container.sandbox.rename(endpoint, { ...endpoint.spec, containerName: name, dnsName: name });
      container.endpoints.set(network, renamed);
      endpoint.network.endpoints.set(endpoint.id, renamed);
    }
    this.note(container, 'rename', { oldName: `/${old}` });
  }

  removeContainer(container: Container, options: { readonly force?: boolean; readonly volumes?: boolean } = {}): void {
    if (container.isRunning || container.status === 'restarting') {
      if (!options.force) {
        const state = container.status === 'paused' ? 'a paused' : container.status === 'restarting' ? 'a restarting' : 'a running';
        const advice =
          container.status === 'paused'
            ? 'Unpause and then stop the container before attempting removal or force remove'
            : 'Stop the container before attempting removal or force remove';
        throw conflict(`You cannot remove ${state} container ${container.id}. ${advice}`);
      }
      this.#exitOnNext(container);
      cancelTimers(container);
      if (container.isRunning) {
        this.note(container, 'kill', { signal: '9' });
        this.#life.post(container, 'SIGKILL');
        this.#life.ended(container, 137);
      }
    }
    this.forget(container, options.volumes === true);
  }

  /** What `docker update` changes: limits and the restart policy. */
  updateContainer(container: Container, change: Partial<ContainerSpec['host']>): void {
    const { host } = container.spec;
    const refuse = (why: string): never => {
      throw failed(`Cannot update container ${container.id}: ${why}`);
    };
    if (change.restartPolicy !== undefined) checkRestartPolicy(change.restartPolicy);
    checkResources({ memory: 0, memorySwap: 0, nanoCpus: 0, ...change }, this.host.cpus);
    if (host.autoRemove && change.restartPolicy !== undefined && change.restartPolicy.name !== 'no') {
      refuse('Restart policy cannot be updated because AutoRemove is enabled for the container');
    }
    container.spec = { ...container.spec, host: { ...host, ...change } };
    this.note(container, 'update');
  }

  /**
   * The lines of the host's `ps ARGS` that are about the container's processes, the heading first; words apart (daemon/top_unix.go).
   */
  containerProcesses(container: Container, args: readonly string[]): { readonly titles: string[]; readonly processes: string[][] } {
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    if (container.status === 'restarting') throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
    const tasks = this.#life.tasks(container);
    const only = this.host.run(['ps', ...args, `-q${tasks.map(({ pid }) => pid).join(',')}`]);
    // Some options of ps do not go with -q.
    const { status, stdout, stderr } = only.status === 0 ? only : this.host.run(['ps', ...args]);
    if (status !== 0) throw failed(`ps: ${stderr.split('\n')[0] ?? ''}`);
    const [heading = '', ...lines] = stdout.trimEnd().split('\n');
    const titles = heading.trim().split(/ +/);
    const pidColumn = titles.indexOf('PID');
    if (pidColumn < 0) throw failed("Couldn't find PID field in ps output");
    const own = new Set(tasks.map(({ pid }) => pid));
    const processes = lines.map((line) => splitColumns(line, titles.length)).filter((columns) => own.has(Number(columns[pidColumn])));
    this.note(container, 'top');
    return { titles, processes };
  }

  /** What runs in it. */
  processesOf(container: Container): readonly Task[] {
    return this.#life.tasks(container);
  }

  /** Throws if a container has this name; the text begins with `refused`. */
  reserveName(name: string, refused = ''): void {
    for (const other of this.#containers.values()) {
      if (other.name !== name) continue;
      throw conflict(
        `${refused}Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    }
  }

  /** Makes an image of what a container has become. Its name is given with {@link ImageStore.tag}. */
  commit(container: Container, options: CommitOptions): Image {
    const image = commitContainer(this, container, options);
    this.note(container, 'commit', { comment: options.comment, imageID: `sha256:${image.id}` });
    return image;
  }

  createExec(container: Container, spec: ExecSpec): Exec {
    if (container.status === 'restarting') {
      throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
    }
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    if (container.status === 'paused') throw conflict(`Container ${container.name} is paused, unpause the container before exec`);
    checkLinks(container, this.#life.linksOf(container));
    const exec: Exec = { id: newId(this.host.machine.random), spec, process: undefined };
    container.execs.set(exec.id, exec);
    this.note(container, `exec_create: ${execText(spec)}`, { execID: exec.id });
    return exec;
  }

  startExec(container: Container, exec: Exec, onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void): ShimProcess {
    const { spec } = exec;
    const { shim } = container;
    if (shim === undefined) throw conflict(`Container ${container.id} is not running`);
    this.note(container, `exec_start: ${execText(spec)}`, { execID: exec.id });
    try {
      exec.process = shim.exec({
        argv: spec.argv,
        env: containerEnv(container, linkEnv(container, this.#life.linksOf(container)), spec.tty, spec.env),
        cwd: spec.workingDir === '' ? container.spec.workingDir : spec.workingDir,
        user: spec.user === '' ? container.spec.user : spec.user,
        groupAdd: container.spec.host.groupAdd,
        tty: spec.tty,
        openStdin: spec.openStdin,
        capabilities: capabilitiesOf(container, spec.privileged),
        ...(spec.columns === undefined ? {} : { columns: spec.columns }),
        ...(spec.rows === undefined ? {} : { rows: spec.rows }),
        onOutput,
      });
    } catch (thrown) {
      container.execs.delete(exec.id);
      throw thrown;
    }
    return exec.process;
  }

  // ---- networks

  createNetwork(spec: NetworkSpec): Network {
    const network = this.networks.create(spec);
    this.noteNetwork(network, 'create');
    return network;
  }

  removeNetwork(network: Network): void {
    this.networks.remove(network);
    this.noteNetwork(network, 'destroy');
  }

  /** A container that does not run takes any name of a network; whether there is one shows when it starts. */
  connect(name: string, container: Container, settings: EndpointSettings): void {
    const network = this.#networkFor(container, name);
    if (network === undefined) {
      container.networks.set(name, settings);
      return;
    }
    connect(this.networks, container, network, settings);
    if (container.isRunning) this.noteNetwork(network, 'connect', { container: container.id });
  }

  disconnect(name: string, container: Container): void {
    const network = this.#networkFor(container, name);
    disconnect(this.networks, container, network ?? name);
    if (network === undefined) return;
    // One comes from the endpoint that goes, one from the request (daemon.DisconnectFromNetwork).
    if (container.isRunning) this.noteNetwork(network, 'disconnect', { container: container.id });
    this.noteNetwork(network, 'disconnect', { container: container.id });
  }

  #networkFor(container: Container, name: string): Network | undefined {
    try {
      return this.networks.find(name);
    } catch (thrown) {
      if (container.isRunning || !(thrown instanceof DockerError)) throw thrown;
      return undefined;
    }
  }

  // ---- volumes

  createVolume(name: string | undefined, options: Parameters<VolumeStore['create']>[1] = {}): Volume {
    const existing = name === undefined ? undefined : this.volumes.lookUp(name);
    if (existing !== undefined) return existing;
    const volume = this.volumes.create(name, options);
    this.noteVolume(volume, 'create');
    return volume;
  }

  /** Throws while a container has it. */
  removeVolume(volume: Volume): void {
    this.volumes.remove(
      volume,
      this.containersWith(volume).map(({ id }) => id),
    );
    this.noteVolume(volume, 'destroy');
  }

  containersWith({ name }: Volume): Container[] {
    return this.containers.filter(({ mounts }) => mounts.some((mount) => mount.type === 'volume' && mount.name === name));
  }

  // ---- events

  note(container: Container, action: string, more: Readonly<Record<string, string>> = {}): void {
    const labels = Object.fromEntries(container.spec.labels);
    this.#record('container', container.id, action, { ...labels, image: container.imageName, name: container.name, ...more });
  }

  noteNetwork(network: Network, action: string, more: Readonly<Record<string, string>> = {}): void {
    this.#record('network', network.id, action, { name: network.name, type: network.driver, ...more });
  }

  noteVolume(volume: Volume, action: string, more: Readonly<Record<string, string>> = {}): void {
    this.#record('volume', volume.name, action, { driver: 'local', ...more });
  }

  noteImage(imageId: string, name: string, action: string): void {
    this.#record('image', `sha256:${imageId}`, action, { name });
  }

  #record(type: EngineEvent['type'], id: string, action: string, attributes: Readonly<Record<string, string>>): void {
    const { machine } = this.host;
    this.events.add({ type, action, id, attributes, timeMs: machine.wallClockMs, timeNs: machine.clock.now });
  }

  /** Whatever its policy, it stays away when it ends (ExitOnNext). */
  #exitOnNext(container: Container): void {
    container.exitOnNext = true;
    if (!this.#endsItself) container.stoppedByUser = true;
  }

  /** A namespace that several containers share is called after the first. */
  #netnsNames(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    if (this.host.daemon.ended) return names;
    for (const { name, process } of this.#containers.values()) {
      const inode = process?.task.netns.inode;
      if (inode !== undefined && !names.has(inode)) names.set(inode, name);
    }
    return names;
  }

  /** Nothing of it is left. */
  forget(container: Container, withVolumes: boolean): void {
    this.#containers.delete(container.id);
    this.links.forget(container);
    removeAll(this.host, container.directory);
    if (withVolumes) {
      for (const { type, name } of container.mounts) {
        const volume = type === 'volume' && name !== undefined ? this.volumes.lookUp(name) : undefined;
        if (volume?.anonymous && this.containersWith(volume).length === 0) this.removeVolume(volume);
      }
    }
    this.note(container, 'destroy');
    container.setStatus('removing');
  }
}

const execText = ({ argv: [program = '', ...args] }: ExecSpec): string => `${program} ${args.join(' ')}`;

/** The last column takes the rest of the line. */
function splitColumns(line: string, count: number): string[] {
  const words = line.trim().split(/ +/);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}
