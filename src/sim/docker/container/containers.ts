import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { setFrozen } from '../../machine/freezer.ts';
import { parseSignal, SIGNAL_NUMBERS, type Signal } from '../../machine/signal.ts';
import type { Engine } from '../engine.ts';
import { conflict, failed, invalid, notFound } from '../error.ts';
import type { EventLog } from '../events.ts';
import type { Image } from '../image/image.ts';
import { removeAll, type Volume } from '../volumes.ts';
import type { Container } from './container.ts';
import { checkRestartPolicy, createContainer } from './create.ts';
import { Lifecycle } from './lifecycle.ts';
import { linkHosts } from './links.ts';
import { refreshHosts } from './networking.ts';
import { CONTAINER_NAME } from './random-name.ts';
import { checkResources } from './resources.ts';
import { cgroupOf } from './rootfs.ts';
import type { ContainerSpec } from './spec.ts';

const STOP_TIMEOUT_S = 10;
/** What passes between two calls of the runtime: a process that ends at once when it is asked to is not killed, however short the time. */
const KILL_AGAIN_NS = 10 * NS_PER_MS;

/** The containers of an engine, and what is done to them. Methods throw {@link DockerError}. */
export class Containers {
  readonly #engine: Engine;
  readonly #containers: Map<string, Container>;
  readonly #events: EventLog;
  readonly #life: Lifecycle;
  /** All of them are stopped since the engine is to end. */
  #engineEnds = false;

  /** `containers` are those on the disk, by id. */
  constructor(engine: Engine, containers: Map<string, Container>) {
    this.#engine = engine;
    this.#containers = containers;
    this.#events = engine.events;
    this.#life = new Lifecycle(engine);
    engine.host.gone.add(() => {
      for (const container of containers.values()) container.cancelTimers();
    });
  }

  /** Takes over what an engine that was killed has left running. */
  takeOver(): void {
    for (const container of this.all) this.#life.takeOver(container);
  }

  /** Asks all of them to end: their policies are for the next engine. */
  stopAll(): void {
    this.#engineEnds = true;
    for (const container of this.all) this.stop(container);
  }

  /** In the order they were made. */
  get all(): readonly Container[] {
    return [...this.#containers.values()];
  }

  /** By id, by name, or by the beginning of the id. */
  find(key: string): Container {
    if (key === '') throw failed('invalid name or ID supplied: ""');
    const found = this.lookUp(key);
    if (found === undefined) throw notFound(`No such container: ${key}`);
    return found;
  }

  lookUp(key: string): Container | undefined {
    const byId = this.#containers.get(key);
    if (byId !== undefined) return byId;
    const name = key.replace(/^\//, '');
    for (const container of this.#containers.values()) if (container.name === name) return container;
    // PARENT/ALIAS is the container behind a link.
    const slash = name.indexOf('/');
    if (slash > 0) {
      const parent = this.lookUp(name.slice(0, slash));
      const link = parent && this.#engine.links.of(parent).find(({ alias }) => alias === name.slice(slash + 1));
      if (link !== undefined) return link.child;
    }
    if (key === '') return undefined;
    const starting = this.all.filter(({ id }) => id.startsWith(key));
    if (starting.length > 1) throw invalid(`multiple IDs found with provided prefix: ${key}`);
    return starting[0];
  }

  with({ name }: Volume): readonly Container[] {
    return this.all.filter(({ mounts }) => mounts.some((mount) => mount.type === 'volume' && mount.name === name));
  }

  /** `image`: where it has no name of its own. */
  create(spec: ContainerSpec, image?: Image): Container {
    const container = createContainer(this.#engine, spec, image);
    this.#containers.set(container.id, container);
    this.#events.note(container, 'create');
    return container;
  }

  start(container: Container): void {
    if (container.status === 'paused') throw conflict('cannot start a paused container, try unpause instead');
    if (container.isRunning) return;
    container.stoppedByUser = false;
    container.exitOnNext = false;
    container.staleEndpoints = new Map();
    container.restartCount = 0;
    container.cancelTimers();
    this.#life.start(container);
  }

  /** Asks it to end, and after the time ends it. Answers at once: {@link Container.changed} tells when it is over. */
  stop(container: Container, timeoutS = container.spec.stopTimeout ?? STOP_TIMEOUT_S): void {
    container.cancelTimers();
    if (!container.isRunning && container.status !== 'restarting') return;
    this.#exitOnNext(container);
    if (container.status === 'restarting') container.setStatus('exited');
    if (!container.isRunning) return;
    container.stopping = true;
    this.#signal(container, parseSignal(container.spec.stopSignal ?? 'SIGTERM') ?? 'SIGTERM');
    if (timeoutS < 0) return;
    const timer = this.#engine.host.machine.clock.schedule(timeoutS * NS_PER_S + KILL_AGAIN_NS, () => {
      container.timers.delete(cancel);
      if (container.isRunning) this.#signal(container, 'SIGKILL');
    });
    const cancel = (): void => this.#engine.host.machine.clock.cancel(timer);
    container.timers.add(cancel);
  }

  kill(container: Container, signalName = 'KILL'): void {
    const signal = parseSignal(signalName);
    if (signal === undefined) {
      if (Number.isInteger(Number(signalName)) && Number(signalName) !== 0) {
        throw failed(`The linux daemon does not support signal ${Number(signalName)}`);
      }
      throw invalid(`Invalid signal: ${signalName}`);
    }
    if (!container.isRunning) {
      throw conflict(`Container ${container.id} is not running`);
    }
    this.#signal(container, signal);
  }

  /** Any signal is to end a container that has not chosen one for that; such a signal wakes one that is paused (killWithSignal). */
  #signal(container: Container, signal: Signal): void {
    const { stopSignal } = container.spec;
    const isToEnd = stopSignal === undefined || signal === 'SIGKILL' || signal === parseSignal(stopSignal);
    if (isToEnd) this.#exitOnNext(container);
    this.#life.post(container, signal);
    this.#events.note(container, 'kill', { signal: String(SIGNAL_NUMBERS[signal]) });
    // That it goes on the daemon hears from containerd, later.
    if (isToEnd && container.status === 'paused') this.unpause(container);
  }

  pause(container: Container): void {
    if (container.status === 'paused') throw conflict(`Container ${container.id} is already paused`);
    if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
    this.#freeze(container, true);
    container.setStatus('paused');
    this.#events.note(container, 'pause');
  }

  unpause(container: Container): void {
    if (container.status !== 'paused') throw conflict(`Container ${container.id} is not paused`);
    this.#freeze(container, false);
    container.setStatus('running');
    this.#events.note(container, 'unpause');
  }

  #freeze(container: Container, frozen: boolean): void {
    const { host } = this.#engine;
    setFrozen(host.machine, cgroupOf(host, container), frozen);
  }

  rename(container: Container, newName: string): void {
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
    this.#events.note(container, 'rename', { oldName: `/${old}` });
  }

  remove(container: Container, options: { readonly force?: boolean; readonly volumes?: boolean } = {}): void {
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
      container.cancelTimers();
      if (container.isRunning) {
        this.#signal(container, 'SIGKILL');
        this.#life.ended(container, 137);
      }
    }
    this.forget(container, options.volumes === true);
  }

  /** What `docker update` changes: limits and the restart policy. */
  update(container: Container, change: Partial<ContainerSpec['host']>): void {
    const { host } = container.spec;
    const refuse = (why: string): never => {
      throw failed(`Cannot update container ${container.id}: ${why}`);
    };
    if (change.restartPolicy !== undefined) checkRestartPolicy(change.restartPolicy);
    const swap = host.memorySwap === 0 ? host.memory * 2 : host.memorySwap;
    if ((change.memory ?? 0) > swap && (change.memorySwap ?? 0) === 0) {
      refuse('Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time');
    }
    checkResources({ memory: 0, memorySwap: 0, nanoCpus: 0, ...change }, this.#engine.host);
    if (host.autoRemove && change.restartPolicy !== undefined && change.restartPolicy.name !== 'no') {
      refuse('Restart policy cannot be updated because AutoRemove is enabled for the container');
    }
    container.spec = { ...container.spec, host: { ...host, ...change } };
    this.#events.note(container, 'update');
  }

  /** The name that a link gives to another container goes. */
  unlink(parent: Container, alias: string): void {
    const { links, networks } = this.#engine;
    links.remove(parent, alias);
    refreshHosts(networks, parent, linkHosts(links.inForce(parent)));
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

  /** Whatever its policy, it stays away when it ends (ExitOnNext). */
  #exitOnNext(container: Container): void {
    container.exitOnNext = true;
    if (!this.#engineEnds) container.stoppedByUser = true;
  }

  /** Nothing of it is left. */
  forget(container: Container, withVolumes: boolean): void {
    this.#containers.delete(container.id);
    this.#engine.links.forget(container);
    removeAll(this.#engine.host, container.directory);
    if (withVolumes) {
      for (const { type, name } of container.mounts) {
        const volume = type === 'volume' && name !== undefined ? this.#engine.volumes.lookUp(name) : undefined;
        if (volume?.anonymous && this.with(volume).length === 0) this.#engine.removeVolume(volume);
      }
    }
    this.#events.note(container, 'destroy');
    container.setStatus('removing');
  }
}
