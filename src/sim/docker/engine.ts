import { NS_PER_MS, NS_PER_S } from '../base/time.ts';
import type { CapabilitySet } from '../kernel/capability.ts';
import { parseSignal, SIGNAL_NUMBERS, type Signal } from '../machine/signal.ts';
import type { Task } from '../machine/task.ts';
import type { Container } from './container/container.ts';
import { createContainer } from './container/create.ts';
import type { Exec, ExecSpec } from './container/exec.ts';
import { HealthMonitor } from './container/health.ts';
import { checkLinks, LinkIndex, linkEnv, linkHosts } from './container/links.ts';
import { allocateNetwork, connect, disconnect, isContainerMode, releaseNetwork } from './container/networking.ts';
import { containerArgv, containerEnv, prepareMounts } from './container/process.ts';
import { CONTAINER_NAME } from './container/random-name.ts';
import type { ContainerSpec, EndpointSettings } from './container/spec.ts';
import { conflict, DockerError, failed, invalid, notFound } from './error.ts';
import { EventLog } from './events.ts';
import type { EngineHost } from './host.ts';
import type { ImageStore } from './image/store.ts';
import { NetworkController } from './network/controller.ts';
import { type Network, type NetworkSpec, newId } from './network/network.ts';
import { containerCapabilities } from './runtime/privileges.ts';
import { type ContainerNamespaces, Shim, type ShimProcess } from './runtime/shim.ts';
import { removeAll, VolumeStore } from './volumes.ts';

const RESTART_FIRST_NS = 100 * NS_PER_MS;
const RESTART_MOST_NS = 60 * NS_PER_S;
/** A container that has run this long is taken to be well: its restarts are quick again. */
const RESTART_RESET_NS = 10 * NS_PER_S;
const STOP_TIMEOUT_S = 10;

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
  readonly links = new LinkIndex();
  readonly startedMs: number;
  readonly id: string;
  readonly #containers = new Map<string, Container>();
  readonly #health: HealthMonitor;

  constructor(host: EngineHost, images: ImageStore) {
    this.host = host;
    this.networks = new NetworkController(host);
    this.images = images;
    this.volumes = new VolumeStore(host);
    this.startedMs = host.machine.wallClockMs;
    this.id = newId(host.machine.random);
    this.#health = new HealthMonitor(this);
  }

  start(): void {
    this.networks.start();
    this.host.machine.netnsNamers.add(() => this.#netnsNames());
  }

  // ---- containers

  /** In the order they were made. */
  get containers(): readonly Container[] {
    return [...this.#containers.values()];
  }

  /** By id, by name, or by the beginning of the id. */
  findContainer(key: string): Container {
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

  createContainer(spec: ContainerSpec): Container {
    const container = createContainer(this, spec);
    this.#containers.set(container.id, container);
    this.note(container, 'create');
    return container;
  }

  startContainer(container: Container): void {
    if (container.status === 'paused') throw conflict('cannot start a paused container, try unpause instead');
    if (container.isRunning) return;
    container.stoppedByUser = false;
    container.restartCount = 0;
    cancelTimers(container);
    this.#start(container);
  }

  /** Asks it to end, and after the time ends it. Answers at once: {@link Container.changed} tells when it is over. */
  stopContainer(container: Container, timeoutS = container.spec.stopTimeout ?? STOP_TIMEOUT_S): void {
    container.stoppedByUser = true;
    cancelTimers(container);
    if (container.status === 'restarting') container.setStatus('exited');
    if (!container.isRunning) return;
    const signal = parseSignal(container.spec.stopSignal ?? 'SIGTERM') ?? 'SIGTERM';
    this.note(container, 'kill', { signal: String(SIGNAL_NUMBERS[signal]) });
    this.#post(container, signal);
    if (timeoutS < 0) return;
    const timer = this.host.machine.clock.schedule(timeoutS * NS_PER_S, () => {
      container.timers.delete(cancel);
      if (!container.isRunning) return;
      this.note(container, 'kill', { signal: '9' });
      this.#post(container, 'SIGKILL');
    });
    const cancel = (): void => this.host.machine.clock.cancel(timer);
    container.timers.add(cancel);
  }

  killContainer(container: Container, signalName = 'KILL'): void {
    const signal = parseSignal(signalName);
    if (signal === undefined) throw invalid(`Invalid signal: ${signalName}`);
    if (!container.isRunning) {
      throw conflict(`Cannot kill container: ${container.name}: Container ${container.id} is not running`);
    }
    if (signal === 'SIGKILL' || signal === parseSignal(container.spec.stopSignal ?? 'SIGTERM')) container.stoppedByUser = true;
    this.note(container, 'kill', { signal: String(SIGNAL_NUMBERS[signal]) });
    this.#post(container, signal);
  }

  pauseContainer(container: Container): void {
    if (container.status === 'paused') throw conflict(`Container ${container.id} is already paused`);
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    for (const task of this.#tasks(container)) task.post('SIGSTOP');
    container.setStatus('paused');
    this.note(container, 'pause');
  }

  unpauseContainer(container: Container): void {
    if (container.status !== 'paused') throw conflict(`Container ${container.id} is not paused`);
    for (const task of this.#tasks(container)) task.post('SIGCONT');
    container.setStatus('running');
    this.note(container, 'unpause');
  }

  renameContainer(container: Container, newName: string): void {
    const name = newName.replace(/^\//, '');
    if (name === '') throw failed('Neither old nor new names may be empty');
    if (!CONTAINER_NAME.test(name)) throw invalid(`Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    if (name === container.name) throw invalid('Renaming a container with the same name as its current name');
    this.reserveName(name);
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
      container.stoppedByUser = true;
      cancelTimers(container);
      if (container.isRunning) {
        this.note(container, 'kill', { signal: '9' });
        this.#post(container, 'SIGKILL');
        this.#ended(container, 137);
      }
    }
    this.#forget(container, options.volumes === true);
  }

  /** Throws if a container has this name. */
  reserveName(name: string): void {
    for (const other of this.#containers.values()) {
      if (other.name !== name) continue;
      throw conflict(
        `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    }
  }

  createExec(container: Container, spec: ExecSpec): Exec {
    if (container.status === 'restarting') {
      throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
    }
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    if (container.status === 'paused') throw conflict(`Container ${container.name} is paused, unpause the container before exec`);
    checkLinks(container, this.#linksOf(container));
    const exec: Exec = { id: newId(this.host.machine.random), spec, process: undefined };
    container.execs.set(exec.id, exec);
    this.note(container, `exec_create: ${spec.argv.join(' ')}`, { execID: exec.id });
    return exec;
  }

  startExec(container: Container, exec: Exec, onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void): ShimProcess {
    const { spec } = exec;
    const { shim } = container;
    if (shim === undefined) throw conflict(`Container ${container.id} is not running`);
    this.note(container, `exec_start: ${spec.argv.join(' ')}`, { execID: exec.id });
    try {
      exec.process = shim.exec({
        argv: spec.argv,
        env: containerEnv(container, linkEnv(container, this.#linksOf(container)), spec.tty, spec.env),
        cwd: spec.workingDir === '' ? container.spec.workingDir : spec.workingDir,
        user: spec.user === '' ? container.spec.user : spec.user,
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

  connect(network: Network, container: Container, settings: EndpointSettings): void {
    connect(this.networks, container, network, settings);
    this.noteNetwork(network, 'connect', { container: container.id });
  }

  disconnect(network: Network, container: Container): void {
    disconnect(this.networks, container, network);
    this.noteNetwork(network, 'disconnect', { container: container.id });
  }

  // ---- events

  note(container: Container, action: string, more: Readonly<Record<string, string>> = {}): void {
    const { machine } = this.host;
    const labels = Object.fromEntries(container.spec.labels);
    this.events.add({
      type: 'container',
      action,
      id: container.id,
      attributes: { ...labels, image: container.imageName, name: container.name, ...more },
      timeMs: machine.wallClockMs,
      timeNs: machine.clock.now,
    });
  }

  noteNetwork(network: Network, action: string, more: Readonly<Record<string, string>> = {}): void {
    const { machine } = this.host;
    this.events.add({
      type: 'network',
      action,
      id: network.id,
      attributes: { name: network.name, type: network.driver, ...more },
      timeMs: machine.wallClockMs,
      timeNs: machine.clock.now,
    });
  }

  // ---- a container's life

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

  #linksOf(container: Container): ReturnType<LinkIndex['of']> {
    return container.networkMode === 'bridge' ? this.links.of(container) : [];
  }

  #start(container: Container): void {
    const { machine } = this.host;
    const links = this.#linksOf(container);
    const { spec } = container;
    try {
      checkLinks(container, links);
      const namespaces = this.#namespaces(container);
      const shim = new Shim(this.host, container.id, (process) => this.#exited(container, shim, process));
      container.shim = shim;
      container.process = shim.start(
        {
          argv: containerArgv(container),
          env: containerEnv(container, linkEnv(container, links), spec.tty),
          cwd: spec.workingDir,
          user: spec.user,
          tty: spec.tty,
          openStdin: spec.openStdin,
          capabilities: capabilitiesOf(container),
          onOutput: (stream, data) => container.printed(stream, data, machine.clock.now, machine.wallClockMs),
        },
        namespaces,
        (task) => {
          prepareMounts(this.host, container, task);
          this.#setSysctls(container);
        },
      );
    } catch (thrown) {
      this.#failed(container, thrown);
      throw thrown;
    }
    container.startedMs = machine.wallClockMs;
    container.startedNs = machine.clock.now;
    container.error = '';
    container.exitCode = 0;
    container.setStatus('running');
    for (const [name] of container.endpoints) this.noteNetwork(this.networks.find(name), 'connect', { container: container.id });
    this.note(container, 'start');
    this.#tellParents(container);
    this.#health.start(container);
  }

  /** The namespaces of a container that starts: its own, or those of the host or of another container. */
  #namespaces(container: Container): ContainerNamespaces {
    const { machine, daemon } = this.host;
    const { spec, networkMode } = container;
    const mnt = { kind: 'mnt', inode: machine.kernel.allocateInode(), owner: daemon.namespaces.user } as const;
    machine.files.setRoot(mnt, container.tree, 'overlay');
    const pid = spec.host.pidMode === 'host' ? 'host' : 'new';
    if (isContainerMode(networkMode)) {
      const other = this.findContainer(networkMode.slice('container:'.length));
      const process = other.process?.task;
      if (!other.isRunning || process === undefined) throw conflict(`cannot join network of a non running container: ${other.id}`);
      return { net: process.netns, mnt, pid, uts: { hostname: process.namespaces.uts.hostname, domainname: '' } };
    }
    const sandbox = allocateNetwork(this.networks, container, linkHosts(this.#linksOf(container)));
    container.sandbox = sandbox;
    container.sandboxId = sandbox.id;
    container.sandboxKey = sandbox.namespace.key;
    const uts = spec.host.utsMode === 'host' ? daemon.namespaces.uts : { hostname: spec.hostname, domainname: spec.domainname };
    return { net: sandbox.namespace.netns, mnt, pid, uts };
  }

  #setSysctls({ spec, sandbox }: Container): void {
    for (const [name, value] of spec.host.sysctls) {
      const path = name.replaceAll('.', '/');
      const error = sandbox?.namespace.netns.sysctl.write(path, `${value}\n`);
      if (error !== undefined) {
        throw failed(
          `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: open /proc/sys/${path}: no such file or directory: unknown`,
        );
      }
    }
  }

  /** What had been made for a start that failed goes. */
  #failed(container: Container, thrown: unknown): void {
    container.shim?.end();
    container.shim = undefined;
    container.process = undefined;
    releaseNetwork(this.networks, container);
    if (thrown instanceof DockerError) {
      container.error = thrown.message;
      container.exitCode = thrown.status === 127 || thrown.status === 126 ? thrown.status : 128;
    }
    container.changed.wake();
  }

  #post(container: Container, signal: Signal): void {
    container.process?.task.post(signal, container.shim?.task);
  }

  #tasks(container: Container): Task[] {
    const first = container.process?.task;
    if (first === undefined) return [];
    return [...this.host.machine.tasks.values()].filter((task) => !task.ended && task.pidNamespace === first.pidNamespace);
  }

  #exited(container: Container, shim: Shim, process: ShimProcess): void {
    if (container.shim !== shim) return;
    if (process !== container.process) {
      for (const [id, exec] of container.execs) {
        if (exec.process !== process) continue;
        container.execs.delete(id);
        this.note(container, 'exec_die', { execID: exec.id, exitCode: String(process.exitCode) });
      }
      return;
    }
    this.#ended(container, process.exitCode ?? 0);
  }

  /** Its first process is gone, and so is everything that was made for it to run. */
  #ended(container: Container, exitCode: number): void {
    const { machine } = this.host;
    if (container.process === undefined) return;
    const ranNs = machine.clock.now - container.startedNs;
    container.log.finish(machine.clock.now, machine.wallClockMs);
    container.shim?.end();
    container.shim = undefined;
    container.process = undefined;
    container.execs.clear();
    container.finishedMs = machine.wallClockMs;
    container.finishedNs = machine.clock.now;
    container.exitCode = exitCode;
    cancelTimers(container);
    this.note(container, 'die', { exitCode: String(exitCode) });
    for (const name of container.endpoints.keys()) {
      this.noteNetwork(this.networks.find(name), 'disconnect', { container: container.id });
    }
    releaseNetwork(this.networks, container);
    if (this.#shouldRestart(container)) {
      container.setStatus('restarting');
      this.#restartLater(container, ranNs);
      return;
    }
    container.setStatus('exited');
    if (container.stoppedByUser) this.note(container, 'stop');
    if (container.spec.host.autoRemove) this.#forget(container, true);
  }

  #shouldRestart({ spec, exitCode, restartCount, stoppedByUser }: Container): boolean {
    const { name, maximumRetryCount } = spec.host.restartPolicy;
    if (stoppedByUser) return false;
    if (name === 'always' || name === 'unless-stopped') return true;
    return name === 'on-failure' && exitCode !== 0 && (maximumRetryCount === 0 || restartCount < maximumRetryCount);
  }

  #restartLater(container: Container, ranNs: number): void {
    const { clock } = this.host.machine;
    const quick = ranNs >= RESTART_RESET_NS ? 0 : container.restartCount;
    const delay = Math.min(RESTART_FIRST_NS * 2 ** quick, RESTART_MOST_NS);
    container.restartCount++;
    const timer = clock.schedule(delay, () => {
      container.timers.delete(cancel);
      try {
        this.#start(container);
      } catch (thrown) {
        if (!(thrown instanceof DockerError)) throw thrown;
        container.setStatus('exited');
      }
    });
    const cancel = (): void => clock.cancel(timer);
    container.timers.add(cancel);
  }

  /** Those that are linked to a container find it under its new address. */
  #tellParents(container: Container): void {
    const ip = container.endpoints.get('bridge')?.ipv4Text;
    if (ip === undefined) return;
    for (const { parent, alias } of this.links.parentsOf(container, this.#containers.values())) parent.sandbox?.updateHost(alias, ip);
  }

  #forget(container: Container, withVolumes: boolean): void {
    this.#containers.delete(container.id);
    this.links.forget(container);
    removeAll(this.host, container.directory);
    if (withVolumes) {
      for (const { type, name } of container.mounts) {
        const volume = this.volumes.all.find((other) => other.name === name);
        if (type === 'volume' && volume?.anonymous) this.volumes.remove(volume, []);
      }
    }
    this.note(container, 'destroy');
    container.setStatus('removing');
  }
}

function capabilitiesOf({ spec }: Container, privileged = false): CapabilitySet {
  const { host } = spec;
  return containerCapabilities(host.capAdd, host.capDrop, host.privileged || privileged);
}

function cancelTimers(container: Container): void {
  for (const cancel of container.timers) cancel();
  container.timers.clear();
}
