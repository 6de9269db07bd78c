import type { EventQueue } from '../base/event-queue.ts';
import type { Random } from '../base/random.ts';
import { isError } from '../base/result.ts';
import { NS_PER_MS } from '../base/time.ts';
import { Kernel } from '../kernel/kernel.ts';
import { KERN_NOTICE } from '../kernel/kernel-log.ts';
import type { Trace } from '../kernel/trace.ts';
import { Cgroup } from './cgroup.ts';
import { Credentials } from './credentials.ts';
import { DescriptorTable } from './descriptors.ts';
import type { FileSystem } from './file-system.ts';
import type { Devpts } from './files/devpts.ts';
import { createFileSystem } from './files/machine-files.ts';
import { UTS_RELEASE, UTS_VERSION } from './files/proc/version.ts';
import { initialNamespaces, type Namespaces } from './namespaces.ts';
import { Pid } from './pid.ts';
import type { Process, Program, Sys, WaitStatus } from './process.ts';
import { ProcessTable } from './process-table.ts';
import type { Scheduler } from './scheduler.ts';
import { type Signal, SignalState } from './signal.ts';
import { Task } from './task.ts';
import { Terminal } from './tty/terminal.ts';

/** Inode of the mount namespace that a machine boots into, next to the network's. */
const INIT_MNT_INODE = 4026531841;
/** Inodes of pipes and sockets (sockfs, pipefs count on together). */
const FIRST_PIPE_INODE = 20_000;
/** The last number that booting used up. */
const LAST_BOOT_PID = 611;
const MAX_PROCESSES = 4_096;

/** What a login shell is given. */
const LOGIN_ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ['HOME', '/root'],
  ['LANG', 'C.UTF-8'],
  ['LOGNAME', 'root'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['SHELL', '/bin/bash'],
  ['TERM', 'xterm-256color'],
  ['USER', 'root'],
]);

/** The date when a world begins unless it says otherwise: Monday 2 November 2026, 09:00 UTC, in ms since 1970. */
const DEFAULT_EPOCH_MS = 1_793_610_000_000;

/** What a machine is made of. */
export interface MachineParts {
  readonly name: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  /** One for all machines of a world. */
  readonly scheduler: Scheduler;
  /** The date when the world began, ms since 1970. */
  readonly epochMs?: number;
  /** How many processes there may be; default 4,096. */
  readonly maxProcesses?: number;
  /** Makes the file tree, before there is any process. Default: a Debian's. */
  readonly files?: (machine: Machine) => FileSystem;
}

/** A program threw what it should not have: a bug in vethlab. */
export interface BugReport {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly message: string;
  readonly stack: string;
}

/** One computer: a kernel's network stack, processes, files, terminals. */
export class Machine {
  readonly name: string;
  readonly kernel: Kernel;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly files: FileSystem;
  readonly table: ProcessTable;
  /** Those it booted into. */
  readonly namespaces: Namespaces;
  /** The root of the control groups. */
  readonly cgroups = new Cgroup();
  /** Process 1; every terminal's shell is its descendant. */
  readonly init: Task;
  /** What network namespaces are called by others than /run/netns, by inode: an engine's containers. */
  readonly netnsNamers = new Set<() => ReadonlyMap<number, string>>();
  /** Told of every bug, for the page to show; the process has said so on its standard error already. */
  onBug: ((bug: BugReport) => void) | undefined;
  /** Told how each child of process 1 ended: its service manager. */
  onReaped: ((status: WaitStatus) => void) | undefined;
  readonly #programs = new Map<string, Program>();
  #lastInode = FIRST_PIPE_INODE;

  constructor(parts: MachineParts) {
    this.name = parts.name;
    this.clock = parts.clock;
    this.random = parts.random;
    this.scheduler = parts.scheduler;
    const { name: machine, clock, trace, epochMs = DEFAULT_EPOCH_MS } = parts;
    this.kernel = new Kernel({ machine, clock, random: parts.random.fork('kernel'), trace, epochMs });
    this.kernel.log.print(KERN_NOTICE, `Linux version ${UTS_RELEASE} ${UTS_VERSION}`);
    this.table = new ProcessTable(parts.maxProcesses ?? MAX_PROCESSES);
    this.files = (parts.files ?? createFileSystem)(this);
    const namespaces = initialNamespaces(this.kernel.initNetns, parts.name, INIT_MNT_INODE, this.cgroups);
    this.namespaces = namespaces;
    this.init = new Task({
      machine: this,
      id: new Pid([1], namespaces.pid),
      parent: undefined,
      argv: ['/sbin/init'],
      comm: 'init',
      env: LOGIN_ENVIRONMENT,
      cwd: '/',
      umask: 0o022,
      namespaces,
      credentials: new Credentials(namespaces.user),
      files: new DescriptorTable(),
      signals: new SignalState(),
    });
    this.table.add(this.init);
    namespaces.pid.lastPid = LAST_BOOT_PID;
    this.scheduler.start(this.init, runInit(this.init));
  }

  /** By number in the first pid namespace, zombies among them. */
  get processes(): ReadonlyMap<number, Process> {
    return this.table.tasks;
  }

  get tasks(): ReadonlyMap<number, Task> {
    return this.table.tasks;
  }

  /** The date now, ms since 1970, as virtual time has it. */
  get wallClockMs(): number {
    return this.kernel.epochMs + Math.floor(this.clock.now / NS_PER_MS);
  }

  /** The host name of the namespace the machine booted into. */
  get hostname(): string {
    return this.init.namespaces.uts.hostname;
  }

  /** Makes a program's file appear at its path. */
  install(program: Program): void {
    this.addProgram(program);
    this.files.installProgram(program.path);
  }

  /** Makes a program known without a file, for an image that brings the file: what runs is what a file names ({@link Executable}). */
  addProgram(program: Program): void {
    this.#programs.set(program.path, program);
  }

  programAt(path: string): Program | undefined {
    return this.#programs.get(path);
  }

  /** A new terminal with nothing running on it: in the machine's own devpts unless said otherwise, and `opener`'s where that does not say whose. */
  openTerminal(columns: number, rows: number, devpts: Devpts = this.files.devpts, opener?: Process): Terminal {
    const index = devpts.free();
    const terminal = new Terminal(index, columns, rows, (group, signal) => this.signalGroup(group, signal));
    const { uid = opener?.credentials.uid ?? 0, gid = opener?.credentials.gid ?? 0, mode } = devpts.options;
    terminal.owner = { uid, gid, mode };
    terminal.dev = devpts.sb.dev;
    terminal.openedMs = this.wallClockMs;
    devpts.terminals.set(index, terminal);
    terminal.whenGone = () => devpts.terminals.delete(index);
    return terminal;
  }

  /**
   * Runs argv as a session leader on a terminal, as login does; its end is the terminal's end. `env` is its whole environment. Throws
   * at the process limit.
   */
  startOn(terminal: Terminal, argv: readonly string[], env = LOGIN_ENVIRONMENT): Process {
    const home = env.get('HOME') ?? '/';
    const leader = this.init.clone({ env, cwd: home, newSession: true });
    if (isError(leader)) throw new Error(`${this.name}: cannot start ${argv[0]}: ${leader.errno}`);
    for (let fd = 0; fd <= 2; fd++) leader.install(terminal.open());
    leader.session.control(terminal);
    this.scheduler.start(leader, runLogin(leader, argv));
    return leader;
  }

  /** The living processes of a group. */
  groupMembers(group: Pid): Task[] {
    const members: Task[] = [];
    for (const task of this.table.tasks.values()) if (task.group === group && !task.ended) members.push(task);
    return members;
  }

  /** A signal from the kernel to a group; nothing if there is none. */
  signalGroup(group: Pid, signal: Signal): void {
    for (const task of this.groupMembers(group)) task.post(signal);
  }

  /** A number for a pipe or a socket. */
  allocateInode(): number {
    return ++this.#lastInode;
  }
}

/** Process 1: takes the zombies that nobody else waits for. */
function* runInit(init: Task): Sys<number> {
  for (;;) {
    const status = yield* init.waitpid(-1);
    if (isError(status)) yield* init.wait([init.childChanged], undefined, 'children');
    else if (status !== undefined) init.machine.onReaped?.(status);
  }
}

function* runLogin(leader: Task, argv: readonly string[]): Sys<number> {
  const error = yield* leader.exec(argv, { file: argv[0]?.replace(/^-/, '') ?? '' });
  yield* leader.printError(`login: ${argv[0]}: ${error.errno}\n`);
  return 127;
}
