import { isError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { CapabilitySet } from '../../kernel/capability.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { Cgroup } from '../../machine/cgroup.ts';
import { loadImage } from '../../machine/exec.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PidNamespace, PlainNamespace, UtsNamespace } from '../../machine/namespaces.ts';
import { joinNamespace } from '../../machine/nsproxy.ts';
import type { Sys, WaitStatus } from '../../machine/process.ts';
import { SIGNAL_NUMBERS, type Signal } from '../../machine/signal.ts';
import type { Task } from '../../machine/task.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import type { StreamName } from '../container/log.ts';
import { DockerError, failed } from '../error.ts';
import { resolveUser } from './privileges.ts';
import { Stdio } from './stdio.ts';

/** Threads of `runc init` besides its first: Go's runtime has that many when it becomes the container's program. */
const RUNC_THREADS = 5;

/** A program to run in a container. */
export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  /** `USER[:GROUP]`; '' is root. */
  readonly user: string;
  /** Names or numbers of groups it is in besides. */
  readonly groupAdd: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  /** What it may, if it is root's. */
  readonly capabilities: CapabilitySet;
  readonly columns?: number;
  readonly rows?: number;
  readonly onOutput: (stream: StreamName, data: Uint8Array) => void;
}

/** The namespaces of a container's first process; undefined: those of the host. */
export interface ContainerNamespaces {
  readonly net: NetNamespace;
  readonly mnt: PlainNamespace;
  /** A new one has this host name. */
  readonly uts: { readonly hostname: string; readonly domainname: string } | UtsNamespace | undefined;
  readonly pid: 'new' | 'host' | PidNamespace;
  /** Undefined: a new one. */
  readonly ipc: PlainNamespace | undefined;
  readonly cgroup: Cgroup;
  readonly cgroupNamespace: 'new' | 'host';
}

/** A process that a shim started. */
export class ShimProcess {
  readonly task: Task;
  readonly stdio: Stdio;
  /** Exit status as `docker ps` shows it: 128 + n after a signal; undefined while it runs. */
  exitCode: number | undefined;
  readonly ended = new WaitQueue();

  constructor(task: Task, stdio: Stdio) {
    this.task = task;
    this.stdio = stdio;
  }
}

/** Before a program is run, in its namespaces: mounts and settings; throws what runc says went wrong. */
export type Prepare = (task: Task) => void;

/** Afterwards, when its terminal is there. */
export type Finish = (task: Task, terminal: Terminal | undefined) => void;

/**
 * containerd-shim: the parent of a container's processes, which stays when dockerd goes. It starts them as runc does, sees them end and
 * tells.
 */
export class Shim {
  readonly task: Task;
  /** Who is told that a process has ended: the engine of the hour. */
  onExit: (process: ShimProcess) => void = () => {};
  readonly #machine: Machine;
  readonly #processes = new Map<number, ShimProcess>();
  #init: ShimProcess | undefined;

  constructor(machine: Machine, containerId: string) {
    this.#machine = machine;
    const task = machine.init.clone({ newSession: true, cwd: '/', env: new Map() });
    if (isError(task)) throw failed(`failed to create shim task: fork: ${task.errno}`);
    task.comm = 'containerd-shim';
    task.argv = [
      ...['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', containerId],
      ...['-address', '/var/run/docker/containerd/containerd.sock'],
    ];
    this.task = task;
    machine.scheduler.start(task, this.#run());
  }

  get init(): ShimProcess | undefined {
    return this.#init;
  }

  /** The processes of the container that have not ended, oldest first. */
  get descendants(): readonly Task[] {
    const below = (task: Task): Task[] => [...task.children].flatMap((child) => [child, ...below(child)]);
    return below(this.task)
      .filter(({ ended }) => !ended)
      .sort((a, b) => a.pid - b.pid);
  }

  /** The container's first process: process 1 of its pid namespace. */
  start(spec: ProcessSpec, namespaces: ContainerNamespaces, prepare: Prepare, finish: Finish): ShimProcess {
    if (namespaces.pid === 'new') this.task.unshare(['pid']);
    else if (namespaces.pid !== 'host') joinNamespace(this.task, namespaces.pid);
    const enter = (task: Task): void => {
      task.cgroup = namespaces.cgroup;
      if (namespaces.cgroupNamespace === 'new') task.unshare(['cgroup']);
      if (namespaces.ipc === undefined) task.unshare(['ipc']);
      else joinNamespace(task, namespaces.ipc);
      joinNamespace(task, namespaces.net);
      const { uts } = namespaces;
      if (uts !== undefined && 'kind' in uts) joinNamespace(task, uts);
      else if (uts !== undefined) {
        task.unshare(['uts']);
        Object.assign(task.namespaces.uts, { hostname: uts.hostname, ...(uts.domainname === '' ? {} : { domainname: uts.domainname }) });
      }
      joinNamespace(task, namespaces.mnt);
      prepare(task);
    };
    const process = this.#spawn(spec, 'failed to create shim task: OCI runtime create failed: runc create failed', enter, finish);
    this.#init = process;
    return process;
  }

  /** Another process in the running container: docker exec. */
  exec(spec: ProcessSpec): ShimProcess {
    const inside = this.#init?.task.namespaces;
    if (inside === undefined) throw failed('the container has no process');
    const { cgroup } = this.#init?.task ?? this.task;
    return this.#spawn(spec, 'OCI runtime exec failed: exec failed', (task) => {
      task.cgroup = cgroup;
      for (const namespace of [inside.ipc, inside.cgroup, inside.uts, inside.net, inside.mnt]) joinNamespace(task, namespace);
    });
  }

  /** Nothing is left to look after. */
  end(): void {
    if (!this.task.ended) this.task.exit({ pid: this.task.pid, kind: 'exited', status: 0 });
  }

  #spawn(spec: ProcessSpec, failure: string, enter: Prepare, finish?: Finish): ShimProcess {
    const machine = this.#machine;
    const task = this.task.clone({ env: spec.env, cwd: '/', newSession: true });
    if (isError(task)) throw failed(`${failure}: unable to start container process: ${task.errno}: unknown`);
    machine.table.passThreads(task.pidNamespace, RUNC_THREADS);
    const abandon = (error: DockerError): never => {
      task.exit({ pid: task.pid, kind: 'exited', status: 255 });
      throw error;
    };
    try {
      enter(task);
    } catch (thrown) {
      if (thrown instanceof DockerError) abandon(thrown);
      throw thrown;
    }
    const devpts = machine.files.devptsAt(task, '/dev/pts');
    if (spec.tty && isError(devpts)) {
      abandon(failed(`${failure}: unable to start container process: open /dev/ptmx: no such file or directory: unknown`));
    }
    const stdio = new Stdio(machine, spec, task, isError(devpts) ? machine.files.devpts : devpts);
    finish?.(task, stdio.terminal);
    try {
      const { home, ...user } = resolveUser(task, spec.user, spec.groupAdd);
      // Its terminal is the user's (fixStdioPermissions).
      if (stdio.terminal !== undefined) stdio.terminal.owner = { ...stdio.terminal.owner, uid: user.uid };
      task.credentials.assign({ ...user, capabilities: spec.capabilities });
      if (!task.env.has('HOME')) task.env.set('HOME', home);
    } catch (thrown) {
      if (thrown instanceof DockerError) abandon(thrown);
      throw thrown;
    }
    const cwd = spec.cwd === '' ? '/' : spec.cwd;
    const entered = machine.files.stat(task, cwd);
    if (isError(entered)) {
      abandon(cannotChange(failure, cwd, entered.errno));
    }
    task.cwd = cwd;
    const [name = ''] = spec.argv;
    const image = loadImage(task, spec.argv, task.env);
    if (isError(image)) return abandon(cannotRun(failure, name, image.errno));
    task.credentials.exec(image.privileges);
    task.argv = image.argv;
    task.comm = image.comm;
    const process = new ShimProcess(task, stdio);
    this.#processes.set(task.pidSeenBy(this.task), process);
    machine.scheduler.start(task, image.program.main(task, image.argv));
    return process;
  }

  *#run(): Sys<number> {
    for (;;) {
      const status = yield* this.task.waitpid(-1);
      if (status === undefined) continue;
      if (isError(status)) yield* this.task.wait([this.task.childChanged], undefined, 'containers');
      else this.#ended(status);
    }
  }

  #ended(status: WaitStatus): void {
    const process = this.#processes.get(status.pid);
    if (process === undefined || status.kind === 'stopped') return;
    this.#processes.delete(status.pid);
    process.exitCode = exitCode(status);
    process.ended.wake();
    this.onExit(process);
  }
}

function exitCode(status: WaitStatus): number {
  return status.kind === 'exited' ? status.status : 128 + SIGNAL_NUMBERS[status.signal as Signal];
}

/** What runc says about a program that is not there or may not be run. */
function cannotRun(failure: string, name: string, errno: string): DockerError {
  const slash = name.includes('/');
  const why =
    errno === 'ENOENT'
      ? slash
        ? `stat ${name}: no such file or directory`
        : 'executable file not found in $PATH'
      : errno === 'ENOEXEC'
        ? undefined
        : 'permission denied';
  if (why === undefined)
    return new DockerError(400, `${failure}: unable to start container process: exec ${name}: exec format error: unknown`);
  return new DockerError(
    errno === 'ENOENT' ? 127 : 126,
    `${failure}: unable to start container process: exec: ${JSON.stringify(name)}: ${why}: unknown`,
  );
}

function cannotChange(failure: string, cwd: string, errno: string): DockerError {
  const why = errno === 'ENOTDIR' ? 'not a directory' : 'no such file or directory';
  return new DockerError(
    126,
    `${failure}: unable to start container process: chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${why}: unknown`,
  );
}
