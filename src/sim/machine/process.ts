import type { KernelError } from '../base/result.ts';
import type { WaitQueue } from '../base/wait-queue.ts';
import type { Capability } from '../kernel/capability.ts';
import type { DataPlane } from '../kernel/data-plane.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import type { Rtnetlink } from '../kernel/rtnetlink/rtnetlink.ts';
import type { UserNamespace } from '../kernel/user-namespace.ts';
import type { Cgroup } from './cgroup.ts';
import type { Credentials } from './credentials.ts';
import type { Machine } from './machine.ts';
import type { Namespaces } from './namespaces.ts';
import type { OpenFile } from './open-file.ts';
import type { Pid } from './pid.ts';
import type { Session } from './session.ts';
import type { Signal } from './signal.ts';
import type { ProcessSockets } from './socket-rights.ts';
import type { Terminal } from './tty/terminal.ts';
import type { Termios } from './tty/termios.ts';

/** What nfnetlink(7) reaches. */
export type Netfilter = Pick<DataPlane, 'nftables' | 'ipsets' | 'conntracks'>;

/** What a process waits for when it yields. The scheduler resumes it when that has happened, or throws a caught signal in. */
export type Wait =
  /** Nothing: let others run, look for signals, come back in this instant. */
  | { readonly on: 'turn' }
  /** Any of these queues to be woken, or the time (absolute virtual ns) to come. The process looks itself what happened. */
  | { readonly on: 'queues'; readonly queues: readonly WaitQueue[]; readonly untilNs?: number; readonly why: string }
  /** Something outside the simulator (an asynchronous library): virtual time stands still and no process runs until it is done. */
  | { readonly on: 'host'; readonly start: (done: (value: unknown) => void) => void; readonly why: string };

/** What a system call or a part of a program is: a generator that yields what it waits for and returns its result. */
export type Sys<T> = Generator<Wait, T, void>;

/** Thrown into a process at its wait when a signal arrives that it has asked to catch ({@link Process.catchSignal}). */
export class Interrupted {
  readonly signal: Signal;
  constructor(signal: Signal) {
    this.signal = signal;
  }
}

/**
 * A command: what a file such as /usr/sbin/ip runs. `main` returns the exit status. Programs talk to the world only through
 * their process. A dialect (BusyBox's ping, iputils' ping) is a program of its own.
 */
export interface Program {
  readonly name: string;
  /** Where the file lies in the machine's tree, e.g. /usr/bin/ping. */
  readonly path: string;
  main(p: Process, argv: readonly string[]): Sys<number>;
  /** Candidates for the word under the cursor when Tab is pressed; absent means files. `words[0]` is the command, the last word is the one being completed (may be ''). */
  complete?(p: Process, words: readonly string[]): readonly string[];
}

/**
 * A process: a running program with its descriptors, environment, namespaces; what a program sees of the machine. The kernel's
 * side of it is {@link Task}. Numbers of processes, groups and sessions, in and out, are those of its own pid namespace.
 */
export interface Process {
  readonly machine: Machine;
  /** getpid(2). */
  readonly pid: number;
  readonly parent: Process | undefined;
  argv: readonly string[];
  /** What `ps` calls it (comm, 15 bytes). */
  comm: string;
  readonly env: Map<string, string>;
  cwd: string;
  umask: number;
  /** getpgrp(2) and getsid(2): 0 for one that began outside of the pid namespace. */
  readonly pgid: number;
  readonly sid: number;
  /** It, its process group and its session, whoever looks. */
  readonly id: Pid;
  readonly group: Pid;
  readonly session: Session;
  /** As `ps` and /proc/PID/stat show it: running or ready, asleep, frozen, stopped, zombie. */
  readonly state: 'R' | 'S' | 'D' | 'T' | 'Z';
  /** What it waits for, as it said itself: for /proc/PID/wchan and bug reports. Empty when it runs. */
  readonly waitsFor: string;
  /** How it ended; undefined while it lives. */
  readonly endStatus: WaitStatus | undefined;
  /** The controlling terminal of its session. */
  readonly tty: Terminal | undefined;
  /** Open descriptors in order of number. */
  readonly descriptors: ReadonlyMap<number, OpenFile>;
  readonly namespaces: Namespaces;
  /** Who it is and what it may; see {@link Process.capable}. */
  readonly credentials: Credentials;
  /** Its cgroup, the same in every hierarchy. */
  readonly cgroup: Cgroup;
  readonly startNs: number;
  /** Virtual time now, ns since the world began; `wallClock` is the date a program sees, ms since 1970. */
  readonly nowNs: number;
  readonly wallClockMs: number;

  /** The network namespace it is in: shorthand for namespaces.net. What changes it asks nobody: programs go through the next three. */
  readonly netns: NetNamespace;
  /** rtnetlink(7), and what ioctl(2) does alike: EPERM for changes without CAP_NET_ADMIN. */
  readonly rtnetlink: Rtnetlink;
  /** socket(2): EPERM for raw and packet sockets without CAP_NET_RAW, EACCES for ports of servers without CAP_NET_BIND_SERVICE. */
  readonly sockets: ProcessSockets;
  /** nfnetlink(7): the packet filter, its sets, connections. EPERM even for looking without CAP_NET_ADMIN. */
  readonly netfilter: Netfilter | KernelError;
  /** setuid(2): the effective id, and all three with CAP_SETUID. Ids are the own user namespace's: EINVAL for one it has not. */
  setuid(uid: number): KernelError | undefined;
  setgid(gid: number): KernelError | undefined;
  /** Has a capability over what belongs to a user namespace, unless given the machine's first (capable, ns_capable). */
  capable(capability: Capability, over?: UserNamespace): boolean;

  // Descriptors. Numbers as in POSIX; the machine closes them all when the process ends.
  file(fd: number): OpenFile | undefined;
  /** Up to `max` bytes; an empty array is end of file. Waits until there is something. */
  read(fd: number, max?: number): Sys<Uint8Array | KernelError>;
  /** All of it; waits while a pipe is full. EPIPE (and SIGPIPE) when nobody reads. */
  write(fd: number, data: Uint8Array): Sys<number | KernelError>;
  close(fd: number): KernelError | undefined;
  open(path: string, flags: OpenFlags, mode?: number): number | KernelError;
  dup2(from: number, to: number): number | KernelError;
  /** Lowest free descriptor that is at least `min`. Takes over the reference. EMFILE. */
  install(file: OpenFile, min?: number): number | KernelError;
  /** EMFILE. */
  pipe(): { readonly readFd: number; readonly writeFd: number } | KernelError;
  /** FD_CLOEXEC: a descriptor so marked is not passed on by exec and spawn (a fork keeps it). */
  setCloseOnExec(fd: number, on: boolean): void;

  // Terminals.
  /** The terminal a descriptor is open on; undefined where isatty(3) says no. */
  terminal(fd: number): Terminal | undefined;
  /** tcsetattr. From a background group it stops the group with SIGTTOU unless that is ignored. ENOTTY, EIO. */
  setTermios(fd: number, termios: Termios, when?: 'now' | 'drain' | 'flush'): Sys<undefined | KernelError>;
  /** tcsetpgrp, for shells: does not stop a caller in the background (a shell blocks SIGTTOU meanwhile). ENOTTY, EPERM. */
  setForegroundGroup(fd: number, pgid: number): undefined | KernelError;

  // What programs do all the time.
  /** Writes text to standard output, waiting as needed. */
  print(text: string): Sys<void>;
  /** Writes text to standard error. */
  printError(text: string): Sys<void>;
  /** Everything until end of file. */
  readAll(fd: number): Sys<Uint8Array | KernelError>;
  /** Next line without its newline; undefined at the end. Keeps the rest for the next call. */
  readLine(fd: number): Sys<string | undefined | KernelError>;
  sleep(ns: number): Sys<void>;
  /** Waits for any of the queues or until the time; true if a queue woke it. */
  wait(queues: readonly WaitQueue[], untilNs?: number, why?: string): Sys<boolean>;
  /**
   * One turn for the others; long loops yield this so that Ctrl-C lands. It is charged 100 virtual µs of work once a process does
   * nothing else (see {@link Scheduler}), so a shell yields it every hundred commands or so, not after each.
   */
  turn(): Sys<void>;

  // Other processes.
  /** fork + exec: runs argv[0], looked up in PATH unless it has a slash. ENOENT, EACCES, ENOEXEC… */
  spawn(argv: readonly string[], options?: SpawnOptions): Process | KernelError;
  /**
   * fork without exec: a child that runs `main` with copies of everything (a subshell). Signals the parent catches are default
   * in the child, ignored ones stay ignored. EAGAIN at the machine's process limit.
   */
  fork(main: (child: Process) => Sys<number>, options?: SpawnOptions): Process | KernelError;
  /** Replaces this process's program. Returns only on failure. */
  exec(argv: readonly string[], options?: ExecOptions): Sys<KernelError>;
  /** Waits for a child (-1 any child; 0 any in the own group) to end or, with `untraced`, to stop. ECHILD. */
  waitpid(pid: number, options?: { readonly noHang?: boolean; readonly untraced?: boolean }): Sys<WaitStatus | undefined | KernelError>;
  /** Moves a process (0: itself) of the own session to a group (0: one it leads). ESRCH, EPERM. */
  setpgid(pid: number, pgid: number): undefined | KernelError;
  /** Leads a new session without a terminal; answers its id. EPERM for the leader of a group. */
  setsid(): number | KernelError;
  /** ESRCH if there is none; pid 0 is the own group, -1 everybody but process 1, other negative numbers a group; signal 0 only looks. */
  kill(pid: number, signal: Signal | 0): KernelError | undefined;
  /** A signal to itself: raise(3). */
  raise(signal: Signal): void;
  /** This process's number in another's pid namespace; 0 where it cannot be seen. What fork(2) answers the parent, and `ps` and /proc show. */
  pidSeenBy(viewer: Process): number;
  /** Catches a signal from now on: it is thrown as {@link Interrupted} at the next wait. */
  catchSignal(signal: Signal): void;
  ignoreSignal(signal: Signal): void;
  defaultSignal(signal: Signal): void;
  /** Caught signals that have not been thrown yet; taking one clears it. For loops that would rather look than be interrupted. */
  takePending(): Signal | undefined;

  // Namespaces.
  /** EPERM without CAP_SYS_ADMIN over the uts namespace. */
  sethostname(name: string): KernelError | undefined;
  unshare(kinds: readonly NamespaceKind[]): KernelError | undefined;
  /** Enters the namespace that an open file (/run/netns/x, /proc/PID/ns/net) stands for. */
  setns(fd: number, kind?: NamespaceKind): KernelError | undefined;
}

export type NamespaceKind = 'cgroup' | 'ipc' | 'mnt' | 'net' | 'pid' | 'time' | 'user' | 'uts';

export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  readonly append?: boolean;
  readonly exclusive?: boolean;
  readonly directory?: boolean;
  readonly noFollow?: boolean;
}

export interface SpawnOptions {
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  /** Descriptors of the child: child number → this process's number. Default: inherit all. */
  readonly fds?: ReadonlyMap<number, number>;
  /** Process group to join; 0 starts a new one led by the child. */
  readonly pgid?: number;
  /** Start a new session (setsid). */
  readonly newSession?: boolean;
  /** The child becomes the terminal's foreground group. */
  readonly foreground?: boolean;
  /** Signals that are default again, or ignored, in the child: what a shell does between fork and exec. */
  readonly defaultSignals?: readonly Signal[];
  readonly ignoreSignals?: readonly Signal[];
}

export interface ExecOptions {
  readonly env?: ReadonlyMap<string, string>;
  /** What to run where argv[0] is something else: a login shell is called `-bash`. */
  readonly file?: string;
}

/** How a child ended or stopped. */
export type WaitStatus =
  | { readonly pid: number; readonly kind: 'exited'; readonly status: number }
  | { readonly pid: number; readonly kind: 'signaled'; readonly signal: Signal }
  | { readonly pid: number; readonly kind: 'stopped'; readonly signal: Signal };
