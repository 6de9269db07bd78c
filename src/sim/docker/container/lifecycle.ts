import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { PlainNamespace } from '../../machine/namespaces.ts';
import type { Signal } from '../../machine/signal.ts';
import type { Engine } from '../engine.ts';
import { conflict, DockerError, failed, invalid } from '../error.ts';
import { type ContainerNamespaces, Shim, type ShimProcess } from '../runtime/shim.ts';
import type { Container } from './container.ts';
import { HealthMonitor } from './health.ts';
import { checkLinks, linkEnv, linkHosts } from './links.ts';
import { allocateNetwork, isContainerMode, releaseNetwork } from './networking.ts';
import { capabilitiesOf, containerArgv, containerEnv } from './process.ts';
import { restartsNow } from './restart-policy.ts';
import { cgroupOf, checkShareable, finishRootfs, mountRootfs, mountShareableShm, unmountShareableShm } from './rootfs.ts';

const RESTART_FIRST_NS = 100 * NS_PER_MS;
const RESTART_MOST_NS = 60 * NS_PER_S;
/** A container that has run this long is taken to be well: its restarts are quick again. */
const RESTART_RESET_NS = 10 * NS_PER_S;

const CREATE_FAILED = 'failed to create shim task: OCI runtime create failed: runc create failed';

/** What the kernel takes for a host name at most (__NEW_UTS_LEN). */
const MAX_HOSTNAME = 64;

/** How containers start, end and start again (moby's daemon/start.go, monitor.go and restartmanager). */
export class Lifecycle {
  readonly #engine: Engine;
  readonly #health: HealthMonitor;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#health = new HealthMonitor(engine);
  }

  /** Its first process, with everything it needs. Throws {@link DockerError}, and then nothing of it is left. */
  start(container: Container): void {
    const { machine } = this.#engine.host;
    const links = this.#engine.links.inForce(container);
    const { spec } = container;
    try {
      checkLinks(container, links);
      checkHostname(container);
      const namespaces = this.#namespaces(container);
      const shim = new Shim(machine, container.id);
      shim.onExit = (process) => this.#exited(container, shim, process);
      container.shim = shim;
      container.process = shim.start(
        {
          argv: containerArgv(container),
          env: containerEnv(container, linkEnv(container, links), spec.tty),
          cwd: spec.workingDir,
          user: spec.user,
          groupAdd: spec.host.groupAdd,
          tty: spec.tty,
          openStdin: spec.openStdin,
          capabilities: capabilitiesOf(container),
          onOutput: (stream, data) => container.printed(stream, data, machine.clock.now, machine.wallClockMs),
        },
        namespaces,
        (task) => {
          mountRootfs(this.#engine.host, container, task);
          this.#setSysctls(container);
        },
        (task, terminal) => finishRootfs(this.#engine.host, container, task, terminal),
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
    this.#engine.events.note(container, 'start');
    this.#tellParents(container);
    this.#health.start(container);
  }

  #noteNetwork(container: Container, name: string, action: string): void {
    this.#engine.events.noteNetwork(this.#engine.networks.find(name), action, { container: container.id });
  }

  #noteVolumes(container: Container, action: 'mount' | 'unmount'): void {
    for (const { type, name, destination, writable } of container.mounts) {
      const volume = type === 'volume' && name !== undefined ? this.#engine.volumes.lookUp(name) : undefined;
      if (volume === undefined) continue;
      const how = action === 'mount' ? { destination, propagation: '', 'read/write': String(writable) } : {};
      this.#engine.events.noteVolume(volume, action, { container: container.id, ...how });
    }
  }

  /** The namespaces of a container that starts: its own, or those of the host or of another container. */
  #namespaces(container: Container): ContainerNamespaces {
    const { machine, daemon } = this.#engine.host;
    const { spec, networkMode } = container;
    const mnt = { kind: 'mnt', inode: machine.kernel.allocateInode(), owner: daemon.namespaces.user } as const;
    machine.files.setRoot(mnt, container.tree, 'overlay');
    const pid = this.#pidNamespace(spec.host.pidMode);
    const shared = { mnt, pid, ipc: this.#ipcNamespace(container), ...this.#cgroup(container) };
    if (isContainerMode(networkMode)) {
      const other = this.#engine.containers.find(networkMode.slice('container:'.length));
      const process = other.process?.task;
      if (!other.isRunning || process === undefined) throw conflict(`cannot join network of a non running container: ${other.id}`);
      container.sharesFilesOf = other;
      return { ...shared, net: process.netns, uts: { hostname: process.namespaces.uts.hostname, domainname: '' } };
    }
    const sandbox = allocateNetwork(this.#engine.networks, container, linkHosts(this.#engine.links.inForce(container)));
    for (const name of container.endpoints.keys()) this.#noteNetwork(container, name, 'connect');
    this.#noteVolumes(container, 'mount');
    container.sandbox = sandbox;
    container.sandboxId = sandbox.id;
    container.sandboxKey = sandbox.namespace.key;
    const uts = spec.host.utsMode === 'host' ? daemon.namespaces.uts : { hostname: spec.hostname, domainname: spec.domainname };
    return { ...shared, net: sandbox.namespace.netns, uts };
  }

  #running(mode: string): Container {
    const other = this.#engine.containers.find(mode.slice('container:'.length));
    if (!other.isRunning || other.process === undefined) throw conflict(`container ${other.id} is not running`);
    return other;
  }

  #pidNamespace(mode: string): ContainerNamespaces['pid'] {
    if (!isContainerMode(mode)) return mode === 'host' ? 'host' : 'new';
    return this.#running(mode).process?.task.pidNamespace ?? 'new';
  }

  /** Undefined: a new one. */
  #ipcNamespace(container: Container): PlainNamespace | undefined {
    const mode = container.spec.host.ipcMode;
    container.sharesIpcOf = undefined;
    if (mode === 'host') return this.#engine.host.daemon.namespaces.ipc;
    if (isContainerMode(mode)) {
      container.sharesIpcOf = this.#running(mode);
      checkShareable(container.sharesIpcOf);
      return container.sharesIpcOf.process?.task.namespaces.ipc;
    }
    if (!['private', 'shareable', 'none'].includes(mode)) throw invalid(`Invalid IPC mode: ${mode}`);
    mountShareableShm(this.#engine.host, container);
    return undefined;
  }

  #cgroup(container: Container): Pick<ContainerNamespaces, 'cgroup' | 'cgroupNamespace'> {
    return {
      cgroup: cgroupOf(this.#engine.host, container),
      cgroupNamespace: container.spec.host.cgroupnsMode === 'private' ? 'new' : 'host',
    };
  }

  /** Its cgroup and what it had on the host go. */
  #leaveHost(container: Container): void {
    cgroupOf(this.#engine.host, container).remove();
    unmountShareableShm(this.#engine.host, container);
  }

  #setSysctls({ spec, sandbox, networkMode }: Container): void {
    for (const [name, value] of spec.host.sysctls) {
      const path = name.replaceAll('.', '/');
      if (networkMode === 'host' && name.startsWith('net.')) {
        throw failed(`${CREATE_FAILED}: sysctl ${JSON.stringify(name)} not allowed in host network namespace: unknown`);
      }
      const error = sandbox?.namespace.netns.sysctl.write(path, `${value}\n`);
      if (error !== undefined) {
        throw failed(
          `${CREATE_FAILED}: unable to start container process: error during container init: open /proc/sys/${path}: no such file or directory: unknown`,
        );
      }
    }
  }

  /** What had been made for a start that failed goes. */
  #failed(container: Container, thrown: unknown): void {
    this.#leaveHost(container);
    container.shim?.end();
    container.shim = undefined;
    container.process = undefined;
    for (const name of container.endpoints.keys()) this.#noteNetwork(container, name, 'disconnect');
    releaseNetwork(this.#engine.networks, container);
    if (thrown instanceof DockerError) {
      container.error = thrown.message;
      container.exitCode = /executable file not found|no such file or directory/.test(thrown.message)
        ? 127
        : thrown.message.includes('permission denied')
          ? 126
          : 128;
    }
    container.changed.wake();
  }

  post(container: Container, signal: Signal): void {
    container.process?.task.post(signal, container.shim?.task);
  }

  /** What an engine that was killed has left of a container is this one's. */
  takeOver(container: Container): void {
    const { shim, process } = container;
    if (container.status === 'restarting') container.setStatus('exited');
    if (shim === undefined || process === undefined) return;
    shim.onExit = (ended) => this.#exited(container, shim, ended);
    if (process.task.ended) this.ended(container, process.exitCode ?? 0);
  }

  #exited(container: Container, shim: Shim, process: ShimProcess): void {
    if (container.shim !== shim || this.#engine.host.daemon.ended) return;
    if (process !== container.process) {
      for (const [id, exec] of container.execs) {
        if (exec.process !== process) continue;
        container.execs.delete(id);
        this.#engine.events.note(container, 'exec_die', { execID: exec.id, exitCode: String(process.exitCode) });
      }
      return;
    }
    this.ended(container, process.exitCode ?? 0);
  }

  /** Its first process is gone, and so is everything that was made for it to run. */
  ended(container: Container, exitCode: number): void {
    const { machine } = this.#engine.host;
    if (container.process === undefined) return;
    const ranNs = machine.clock.now - container.startedNs;
    container.log.finish(machine.clock.now, machine.wallClockMs);
    this.#leaveHost(container);
    container.shim?.end();
    container.shim = undefined;
    container.process = undefined;
    container.execs.clear();
    container.finishedMs = machine.wallClockMs;
    container.finishedNs = machine.clock.now;
    container.exitCode = exitCode;
    container.cancelTimers();
    this.#engine.events.note(container, 'die', { exitCode: String(exitCode) });
    if (this.#engine.networks.isUp) {
      for (const name of container.endpoints.keys()) this.#noteNetwork(container, name, 'disconnect');
      this.#noteVolumes(container, 'unmount');
      releaseNetwork(this.#engine.networks, container);
    }
    if (restartsNow(container)) {
      container.setStatus('restarting');
      this.#restartLater(container, ranNs);
      return;
    }
    container.setStatus('exited');
    if (container.stopping) this.#engine.events.note(container, 'stop');
    container.stopping = false;
    if (container.spec.host.autoRemove) this.#engine.containers.forget(container, true);
  }

  #restartLater(container: Container, ranNs: number): void {
    const { clock } = this.#engine.host.machine;
    const quick = ranNs >= RESTART_RESET_NS ? 0 : container.restartCount;
    const delay = Math.min(RESTART_FIRST_NS * 2 ** quick, RESTART_MOST_NS);
    container.restartCount++;
    const timer = clock.schedule(delay, () => {
      container.timers.delete(cancel);
      try {
        this.start(container);
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
    for (const { parent, alias } of this.#engine.links.parentsOf(container)) parent.sandbox?.updateHost(alias, ip);
  }
}

function checkHostname({ spec }: Container): void {
  const { hostname, domainname } = spec;
  if ((domainname === '' ? hostname : `${hostname}.${domainname}`).length <= MAX_HOSTNAME) return;
  throw failed(`${CREATE_FAILED}: unable to start container process: error during container init: sethostname: invalid argument: unknown`);
}
