import { fail, isError, type KernelError } from '../base/result.ts';
import { utf8 } from '../base/utf8.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Capability } from '../kernel/capability.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import type { Rtnetlink } from '../kernel/rtnetlink/rtnetlink.ts';
import { globalId, type UserNamespace } from '../kernel/user-namespace.ts';
import type { Cgroup } from './cgroup.ts';
import type { Credentials } from './credentials.ts';
import type { DescriptorTable } from './descriptors.ts';
import { loadImage } from './exec.ts';
import type { NamespaceFile } from './file-system.ts';
import { crash, end } from './lifecycle.ts';
import type { Machine } from './machine.ts';
import type { Namespaces, PidNamespace } from './namespaces.ts';
import { rtnetlinkOf } from './net-admin.ts';
import { enterNamespace, unshareNamespaces } from './nsproxy.ts';
import type { OpenFile } from './open-file.ts';
import type { Pid } from './pid.ts';
import { Pipe } from './pipe.ts';
import type { ExecOptions, NamespaceKind, Netfilter, OpenFlags, Process, SpawnOptions, Sys, WaitStatus } from './process.ts';
import { Execution } from './scheduler.ts';
import { Session } from './session.ts';
import type { Signal, SignalState } from './signal.ts';
import { actOnSignals, post, tellParent } from './signal-delivery.ts';
import { type ProcessSockets, socketsOf } from './socket-rights.ts';
import * as family from './task-family.ts';
import * as io from './task-io.ts';
import type { Terminal } from './tty/terminal.ts';
import type { Termios } from './tty/termios.ts';

/** What a new task starts with; {@link forkTask} fills it from the parent. */
export interface TaskOrigin {
  readonly machine: Machine;
  readonly id: Pid;
  readonly parent: Task | undefined;
  readonly argv: readonly string[];
  readonly comm: string;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly umask: number;
  readonly namespaces: Namespaces;
  readonly credentials: Credentials;
  readonly files: DescriptorTable;
  readonly signals: SignalState;
}

/** The kernel's side of a process (struct task_struct). */
export class Task implements Process {
  readonly machine: Machine;
  readonly id: Pid;
  parent: Task | undefined;
  argv: readonly string[];
  comm: string;
  readonly env: Map<string, string>;
  cwd: string;
  umask: number;
  group: Pid;
  session: Session;
  namespaces: Namespaces;
  credentials: Credentials;
  /** Where children are born and what unshare -p changes; `namespaces.pid` stays. */
  pidNamespaceForChildren: PidNamespace;
  cgroup: Cgroup;
  readonly startNs: number;
  readonly files: DescriptorTable;
  signals: SignalState;
  readonly execution: Execution;
  readonly children = new Set<Task>();
  /** A child has ended or stopped. */
  readonly childChanged = new WaitQueue();
  /** The signal that stopped it, while it is stopped, and whether the parent has been told (wait with WUNTRACED). */
  stopSignal: Signal | undefined;
  stopReported = false;
  /** How it ended: it is a zombie until its parent takes this. */
  endStatus: WaitStatus | undefined;
  /** Give back its network namespace, and its mounts. */
  letNetnsGo: () => void;
  letMountsGo: () => void;

  constructor(origin: TaskOrigin) {
    this.machine = origin.machine;
    this.id = origin.id;
    this.parent = origin.parent;
    this.argv = origin.argv;
    this.comm = origin.comm;
    this.env = new Map(origin.env);
    this.cwd = origin.cwd;
    this.umask = origin.umask;
    this.namespaces = origin.namespaces;
    this.credentials = origin.credentials;
    this.pidNamespaceForChildren = origin.namespaces.pid;
    this.files = origin.files;
    this.signals = origin.signals;
    this.cgroup = origin.parent?.cgroup ?? origin.machine.cgroups;
    this.startNs = origin.machine.clock.now;
    this.execution = new Execution(origin.machine.scheduler, this);
    this.group = origin.parent?.group ?? this.id;
    this.session = origin.parent?.session ?? new Session(this);
    this.letNetnsGo = origin.namespaces.net.hold();
    this.letMountsGo = origin.machine.files.holdMounts(origin.namespaces.mnt);
  }

  get pid(): number {
    return this.id.own;
  }

  get pgid(): number {
    return this.group.in(this.pidNamespace);
  }

  get sid(): number {
    return this.session.id.in(this.pidNamespace);
  }

  get pidNamespace(): PidNamespace {
    return this.namespaces.pid;
  }

  get netns(): NetNamespace {
    return this.namespaces.net;
  }

  get rtnetlink(): Rtnetlink {
    return rtnetlinkOf(this);
  }

  get sockets(): ProcessSockets {
    return socketsOf(this);
  }

  get netfilter(): Netfilter | KernelError {
    return this.capable('net_admin', this.netns.owner) ? this.netns.dataPlane : fail('EPERM');
  }

  setuid(uid: number): KernelError | undefined {
    const id = globalId(this.namespaces.user, 'uidMap', uid);
    return id === undefined ? fail('EINVAL') : this.credentials.setuid(id);
  }

  setgid(gid: number): KernelError | undefined {
    const id = globalId(this.namespaces.user, 'gidMap', gid);
    return id === undefined ? fail('EINVAL') : this.credentials.setgid(id);
  }

  capable(capability: Capability, over: UserNamespace = this.machine.kernel.initUserNamespace): boolean {
    return this.credentials.capable(capability, over);
  }

  get tty(): Terminal | undefined {
    return this.session.tty;
  }

  get ended(): boolean {
    return this.endStatus !== undefined;
  }

  /** It does not run, whatever happens: a signal has stopped it, or its cgroup is frozen. */
  get isHeld(): boolean {
    return this.stopSignal !== undefined || this.cgroup.isFrozen;
  }

  get state(): 'R' | 'S' | 'D' | 'T' | 'Z' {
    if (this.ended) return 'Z';
    if (this.stopSignal !== undefined) return 'T';
    if (this.cgroup.isFrozen) return 'D';
    return this.execution.queued || this.machine.scheduler.current === this ? 'R' : 'S';
  }

  get waitsFor(): string {
    return this.execution.waitsFor;
  }

  get nowNs(): number {
    return this.machine.clock.now;
  }

  get wallClockMs(): number {
    return this.machine.wallClockMs;
  }

  get descriptors(): ReadonlyMap<number, OpenFile> {
    return this.files.entries();
  }

  pidSeenBy(viewer: Process): number {
    return this.id.in(viewer.namespaces.pid);
  }

  // Descriptors.

  file(fd: number): OpenFile | undefined {
    return this.files.get(fd);
  }

  read(fd: number, max?: number): Sys<Uint8Array | KernelError> {
    return io.read(this, fd, max);
  }

  write(fd: number, data: Uint8Array): Sys<number | KernelError> {
    return io.write(this, fd, data);
  }

  close(fd: number): KernelError | undefined {
    return this.files.close(fd);
  }

  open(path: string, flags: OpenFlags, mode?: number): number | KernelError {
    const file = this.machine.files.open(this, path, flags, mode);
    return isError(file) ? file : this.files.install(file);
  }

  dup2(from: number, to: number): number | KernelError {
    return this.files.dup2(from, to);
  }

  install(file: OpenFile, min?: number): number | KernelError {
    return this.files.install(file, min);
  }

  pipe(): { readonly readFd: number; readonly writeFd: number } | KernelError {
    const pipe = new Pipe(this.machine.allocateInode(), this.wallClockMs);
    const readFd = this.files.install(pipe.reader);
    const writeFd = this.files.install(pipe.writer);
    if (!isError(readFd) && !isError(writeFd)) return { readFd, writeFd };
    if (!isError(readFd)) this.files.close(readFd);
    return fail('EMFILE');
  }

  setCloseOnExec(fd: number, on: boolean): void {
    this.files.setCloseOnExec(fd, on);
  }

  terminal(fd: number): Terminal | undefined {
    return io.terminalOf(this, fd);
  }

  setTermios(fd: number, termios: Termios, when: 'now' | 'drain' | 'flush' = 'now'): Sys<undefined | KernelError> {
    return io.setTermios(this, fd, termios, when);
  }

  setForegroundGroup(fd: number, pgid: number): undefined | KernelError {
    const tty = this.terminal(fd);
    if (tty === undefined || tty.session !== this.session) return fail('ENOTTY');
    const group = family.groupNumbered(this, pgid);
    if (group === undefined) return fail('ESRCH');
    if (!this.machine.groupMembers(group).some((task) => task.session === this.session)) return fail('EPERM');
    tty.foreground = group;
    return undefined;
  }

  *print(text: string): Sys<void> {
    yield* io.write(this, 1, utf8(text));
  }

  *printError(text: string): Sys<void> {
    yield* io.write(this, 2, utf8(text));
  }

  readAll(fd: number): Sys<Uint8Array | KernelError> {
    return io.readAll(this, fd);
  }

  readLine(fd: number): Sys<string | undefined | KernelError> {
    return io.readLine(this, fd);
  }

  *sleep(ns: number): Sys<void> {
    yield* this.wait([], this.nowNs + ns, 'sleep');
  }

  *wait(queues: readonly WaitQueue[], untilNs?: number, why = 'wait'): Sys<boolean> {
    yield untilNs === undefined ? { on: 'queues', queues, why } : { on: 'queues', queues, untilNs, why };
    return !this.execution.timedOut;
  }

  *turn(): Sys<void> {
    yield { on: 'turn' };
  }

  // Other processes.

  spawn(argv: readonly string[], options: SpawnOptions = {}): Process | KernelError {
    const env = options.env ?? this.env;
    const image = loadImage(this, argv, env);
    if (isError(image)) return image;
    const credentials = this.credentials.copy();
    const refused = credentials.exec(image.privileges);
    if (refused !== undefined) return refused;
    const child = this.clone(options);
    if (isError(child)) return child;
    child.credentials = credentials;
    child.files.closeOnExec();
    child.argv = image.argv;
    child.comm = image.comm;
    this.machine.scheduler.start(child, image.program.main(child, image.argv));
    return child;
  }

  fork(main: (child: Process) => Sys<number>, options: SpawnOptions = {}): Process | KernelError {
    const child = this.clone(options);
    if (!isError(child)) this.machine.scheduler.start(child, main(child));
    return child;
  }

  *exec(argv: readonly string[], options: ExecOptions = {}): Sys<KernelError> {
    const image = loadImage(this, argv, options.env ?? this.env, options.file);
    if (isError(image)) return image;
    const refused = this.credentials.exec(image.privileges);
    if (refused !== undefined) return refused;
    if (options.env !== undefined) {
      const env = [...options.env];
      this.env.clear();
      for (const [name, value] of env) this.env.set(name, value);
    }
    this.argv = image.argv;
    this.comm = image.comm;
    this.files.closeOnExec();
    this.signals.resetCaught();
    this.machine.scheduler.start(this, image.program.main(this, image.argv));
    yield { on: 'turn' };
    throw new Error('a program that exec replaced was resumed');
  }

  waitpid(pid: number, options?: { readonly noHang?: boolean; readonly untraced?: boolean }): Sys<WaitStatus | undefined | KernelError> {
    return family.waitpid(this, pid, options);
  }

  setpgid(pid: number, pgid: number): undefined | KernelError {
    return family.setpgid(this, pid, pgid);
  }

  setsid(): number | KernelError {
    return family.setsid(this);
  }

  kill(pid: number, signal: Signal | 0): KernelError | undefined {
    return family.kill(this, pid, signal);
  }

  raise(signal: Signal): void {
    this.post(signal, this);
  }

  catchSignal(signal: Signal): void {
    this.signals.set(signal, 'catch');
  }

  ignoreSignal(signal: Signal): void {
    this.signals.set(signal, 'ignore');
  }

  defaultSignal(signal: Signal): void {
    this.signals.set(signal, 'default');
  }

  takePending(): Signal | undefined {
    return this.signals.takeCaught();
  }

  // Namespaces.

  sethostname(name: string): KernelError | undefined {
    const { uts } = this.namespaces;
    if (!this.capable('sys_admin', uts.owner)) return fail('EPERM');
    uts.hostname = name;
    return undefined;
  }

  unshare(kinds: readonly NamespaceKind[]): KernelError | undefined {
    return unshareNamespaces(this, kinds);
  }

  setns(fd: number, kind?: NamespaceKind): KernelError | undefined {
    const file = this.files.get(fd);
    if (file === undefined) return fail('EBADF');
    if (file.kind !== 'namespace') return fail('EINVAL');
    const namespaceFile = file as NamespaceFile;
    if (kind !== undefined && kind !== namespaceFile.namespaceKind) return fail('EINVAL');
    return enterNamespace(this, namespaceFile);
  }

  // What the kernel does with it.

  /** A child with copies of what this process has, in the table but with nothing to run yet (copy_process). EAGAIN, ENOMEM. */
  clone(options: SpawnOptions): Task | KernelError {
    const { machine, namespaces } = this;
    const pid = this.pidNamespaceForChildren;
    const id = machine.table.allocate(pid);
    if (isError(id)) return id;
    const child = new Task({
      machine,
      id,
      parent: this,
      argv: this.argv,
      comm: this.comm,
      env: options.env ?? this.env,
      cwd: options.cwd ?? this.cwd,
      umask: this.umask,
      namespaces: pid === namespaces.pid ? namespaces : { ...namespaces, pid },
      credentials: this.credentials.copy(),
      files: this.files.copy(options.fds),
      signals: this.signals.inherited(),
    });
    family.place(child, options);
    machine.table.add(child);
    this.children.add(child);
    return child;
  }

  /** A signal from the kernel or from `sender`. */
  post(signal: Signal, sender?: Task): void {
    post(this, signal, sender);
  }

  /** Does what pending signals ask for, except throwing caught ones, which makes the process ready. */
  actOnSignals(): void {
    actOnSignals(this);
  }

  /** Ends the process: at once, whatever it waits for. */
  exit(status: WaitStatus): void {
    end(this, status);
    tellParent(this);
  }

  /** The program threw something that it should not have. */
  crashed(error: unknown): void {
    crash(this, error);
  }
}
