import { text } from '../base/bytes.ts';
import { isError } from '../base/result.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import { Credentials } from '../machine/credentials.ts';
import { DescriptorTable } from '../machine/descriptors.ts';
import { loadImage } from '../machine/exec.ts';
import type { FileStat } from '../machine/file-system.ts';
import type { Machine } from '../machine/machine.ts';
import { OpenBase } from '../machine/open-file.ts';
import { Pid } from '../machine/pid.ts';
import { SignalState } from '../machine/signal.ts';
import { Task } from '../machine/task.ts';
import { rootEnvironment } from './run-command.ts';

/** More turns no program takes that only asks the kernel. */
const MAX_TURNS = 1_000;

/**
 * What a program prints that only asks the kernel and waits for nothing (`iptables -S`), run as root in a namespace by a process that is in
 * no table: the world is afterwards as it was, process numbers included. Undefined where it failed, or waits.
 */
export function glance(machine: Machine, netns: NetNamespace, argv: readonly string[]): string | undefined {
  const { init } = machine;
  const task = new Task({
    machine,
    id: new Pid([0], init.namespaces.pid),
    parent: undefined,
    argv,
    comm: argv[0] ?? '',
    env: rootEnvironment(machine),
    cwd: '/',
    umask: 0o022,
    namespaces: { ...init.namespaces, net: netns },
    credentials: new Credentials(init.namespaces.user),
    files: new DescriptorTable(),
    signals: new SignalState(),
  });
  try {
    const image = loadImage(task, argv, task.env);
    if (isError(image)) return undefined;
    const [input, output, errors] = [new Kept(), new Kept(), new Kept()];
    for (const file of [input, output, errors]) task.install(file);
    const run = image.program.main(task, image.argv);
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const step = run.next();
      if (step.done) return step.value === 0 ? output.text : undefined;
    }
    return undefined;
  } finally {
    task.letNetnsGo();
    task.letMountsGo();
  }
}

/** A descriptor that has nothing to read and keeps what is written. */
class Kept extends OpenBase {
  readonly kind = 'pipe';
  readonly description = 'pipe:[0]';
  text = '';

  override read(): Uint8Array {
    return new Uint8Array(0);
  }

  override write(data: Uint8Array): number {
    this.text += text(data);
    return data.length;
  }

  stat(): FileStat {
    return { kind: 'fifo', inode: 0, dev: 14, mode: 0o600, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }
}
