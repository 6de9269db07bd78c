import { isError } from '../base/result.ts';
import { text } from '../base/utf8.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import { loadImage } from '../machine/exec.ts';
import type { FileStat } from '../machine/file-system.ts';
import { reap } from '../machine/lifecycle.ts';
import type { Machine } from '../machine/machine.ts';
import { joinNamespace } from '../machine/nsproxy.ts';
import { OpenBase } from '../machine/open-file.ts';
import { SocketFile } from '../machine/socket-file.ts';
import type { Task } from '../machine/task.ts';
import { DEFAULT_ENGINE_CONFIG, type EngineConfig } from './config.ts';

/** More turns than these no command takes that only talks to the kernel. */
const MAX_TURNS = 1_000;
const NO_DESCRIPTORS: ReadonlyMap<number, number> = new Map();

/** What the engine has of the machine it runs on: its own process, and the programs it calls. */
export class EngineHost {
  readonly machine: Machine;
  /** dockerd itself: whose network namespace is the host's, who opens files and sockets. */
  readonly daemon: Task;
  /** Where iptables and ip6tables were found: it looks once (iptables.initCheck). */
  readonly #paths = new Map<string, string>();
  /** dockerd is gone, however it ended. */
  readonly gone = new WaitQueue();
  /** What it was told; some of it changes when it reads its file again. */
  config: EngineConfig;

  constructor(daemon: Task, config: EngineConfig = DEFAULT_ENGINE_CONFIG) {
    this.daemon = daemon;
    this.config = config;
    this.machine = daemon.machine;
    // A descriptor (to containerd) that is closed when the process ends, even if by SIGKILL.
    daemon.install(new SocketFile(this.machine.kernel.allocateInode(), () => this.gone.wake()));
  }

  get cpus(): number {
    return this.#read('/proc/stat').match(/^cpu\d+ /gm)?.length ?? 1;
  }

  get memoryBytes(): number {
    return Number(/^MemTotal: *(\d+) kB/m.exec(this.#read('/proc/meminfo'))?.[1] ?? 0) * 1024;
  }

  #read(path: string): string {
    const data = this.machine.files.readFile(this.daemon, path);
    return isError(data) ? '' : text(data);
  }

  /** A child of dockerd with nothing to run yet and no descriptors. */
  fork(): Task | undefined {
    const child = this.daemon.clone({ fds: NO_DESCRIPTORS });
    return isError(child) ? undefined : child;
  }

  /** A child that never ran, or whose work was done at once, is gone. */
  finish(child: Task, status = 0): void {
    child.exit({ pid: child.pid, kind: 'exited', status });
    reap(child);
  }

  /**
   * Runs `iptables --wait ARGS` (ip6tables for v6) in a network namespace, the host's unless said otherwise: undefined when it succeeded,
   * else what it printed on standard error.
   */
  iptables(v6: boolean, args: readonly string[], netns?: NetNamespace): string | undefined {
    const { status, stderr } = this.run([this.#path(v6 ? 'ip6tables' : 'iptables'), '--wait', ...args], netns);
    return status === 0 ? undefined : stderr;
  }

  #path(program: string): string {
    let path = this.#paths.get(program);
    if (path === undefined) {
      const folders = (this.daemon.env.get('PATH') ?? '').split(':');
      path = folders.map((folder) => `${folder}/${program}`).find((file) => !isError(this.machine.files.executable(this.daemon, file)));
      if (path === undefined) return program;
      this.#paths.set(program, path);
    }
    return path;
  }

  /** Runs a program that waits for nothing as a child of dockerd, and gives what it printed. */
  run(argv: readonly string[], netns?: NetNamespace): { readonly status: number; readonly stdout: string; readonly stderr: string } {
    const child = this.fork();
    if (child === undefined) return { status: 127, stdout: '', stderr: 'fork/exec: resource temporarily unavailable' };
    if (netns !== undefined) joinNamespace(child, netns);
    const image = loadImage(child, argv, this.daemon.env);
    if (isError(image)) {
      this.finish(child, 127);
      return { status: 127, stdout: '', stderr: `${argv[0]} not found` };
    }
    const [output, errors] = [new Capture(), new Capture()];
    child.open('/dev/null', { read: true });
    child.install(output);
    child.install(errors);
    const program = image.program.main(child, image.argv);
    let step = program.next();
    for (let turn = 0; !step.done && turn < MAX_TURNS; turn++) step = program.next();
    const status = step.done ? step.value : 1;
    this.finish(child, status);
    return { status, stdout: output.text, stderr: errors.text };
  }
}

/** A descriptor whose writes are kept. */
class Capture extends OpenBase {
  readonly kind = 'pipe';
  readonly description = 'pipe:[0]';
  #text = '';

  get text(): string {
    return this.#text;
  }

  override write(data: Uint8Array): number {
    this.#text += text(data);
    return data.length;
  }

  stat(): FileStat {
    return { kind: 'fifo', inode: 0, dev: 14, mode: 0o600, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }
}
