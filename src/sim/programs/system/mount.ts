import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';

const HINT = '       dmesg(1) may have more information after failed mount system call.\n';
const WRONG = (source: string): string =>
  `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.`;
const TYPES = ['tmpfs', 'proc', 'sysfs', 'devtmpfs', 'devpts', 'mqueue', 'cgroup'];

const mount = command('mount', function* (c) {
  const table = {
    short: 'aBfFhilLMnNo:O:rRsSt:T:U:vVw',
    long: {
      all: 'a',
      bind: 'B',
      rbind: 'R',
      move: 'M',
      options: 'o',
      types: 't',
      'read-only': 'r',
      'make-shared': 'make-shared',
      'make-slave': 'make-slave',
      'make-private': 'make-private',
      'make-rshared': 'make-rshared',
      'make-rslave': 'make-rslave',
      'make-rprivate': 'make-rprivate',
      verbose: 'v',
    },
  };
  const parsed = getopt(c.args, table);
  if (parsed instanceof UsageError) return yield* misuse(c, parsed.message);
  const { files } = c.p.machine;
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  const option = (flag: string): string | undefined => parsed.options.findLast((o) => o.flag === flag)?.value;
  const [source, target] = parsed.operands;
  const wanted = option('t');
  if (source === undefined) {
    for (const m of files.mounts(c.p)) {
      if (wanted !== undefined && !wanted.split(',').includes(m.type)) continue;
      yield* c.print(`${m.source} on ${m.target} type ${m.type} (${m.options})\n`);
    }
    return 0;
  }
  // mount has root's rights whoever calls it, and gives others what fstab says, which is nothing.
  if (c.p.credentials.uids[0] !== 0) return yield* refuse(c, target ?? source, 'must be superuser to use mount.');
  const words = new Set((option('o') ?? '').split(','));
  const propagation = [...flags].map((flag) => /^make-(r?)(shared|slave|private)$/.exec(flag)).find((m) => m !== null);
  if (propagation) {
    const path = target ?? source;
    const error = files.setPropagation(c.p, path, propagation[2] as 'shared', propagation[1] === 'r');
    return isError(error) ? yield* refuse(c, path, whyNot(error, 'not mount point or bad option.')) : 0;
  }
  const changes = [...words, ...(flags.has('r') ? ['ro'] : [])].filter((word) => word !== '').join(',');
  if (words.has('remount')) {
    const path = target ?? source;
    const error = files.remount(c.p, path, changes, words.has('bind'));
    return isError(error) ? yield* refuse(c, path, whyNot(error, 'mount point not mounted or bad option.')) : 0;
  }
  if (target === undefined) {
    yield* c.error(`${c.name}: ${source}: can't find in /etc/fstab.\n`);
    return 1;
  }
  const stat = files.stat(c.p, target);
  if (isError(stat)) return yield* refuse(c, target, 'mount point does not exist.');
  if (flags.has('B') || flags.has('R') || words.has('bind') || words.has('rbind')) {
    const from = files.stat(c.p, source);
    if (isError(from)) return yield* refuse(c, target, `special device ${source} does not exist.`);
    const error = files.bindMount(c.p, source, target);
    if (isError(error))
      return yield* refuse(
        c,
        target,
        whyNot(error, error.errno === 'ENOTDIR' ? 'mount point is not a directory.' : 'wrong fs type, bad option, bad superblock.'),
      );
    if (changes !== '') files.remount(c.p, target, changes, true);
    return 0;
  }
  const type = wanted ?? 'auto';
  if (!TYPES.includes(type)) {
    if (wanted === undefined)
      return yield* refuse(
        c,
        target,
        isError(files.stat(c.p, source)) ? `special device ${source} does not exist.` : `${source} is not a block device.`,
      );
    return yield* refuse(c, target, `unknown filesystem type '${type}'.`);
  }
  if (stat.kind !== 'directory') return yield* refuse(c, target, 'mount point is not a directory.');
  const error = files.mount(c.p, { type, source, target, options: changes });
  return isError(error)
    ? yield* refuse(c, target, whyNot(error, error.errno === 'EBUSY' ? `${source} already mounted or mount point busy.` : WRONG(source)))
    : 0;
});

/** EPERM is said alike of every request. */
function whyNot({ errno }: KernelError, otherwise: string): string {
  return errno === 'EPERM' ? 'permission denied.' : otherwise;
}

function* refuse(c: Command, target: string, why: string): Sys<number> {
  const { files } = c.p.machine;
  const path = files.resolve(c.p, target);
  yield* c.error(`${c.name}: ${isError(path) ? target : path}: ${why}\n${HINT}`);
  return 32;
}

function* misuse(c: Command, message: string): Sys<number> {
  yield* c.error(`${c.name}: ${message}\nTry '${c.name} --help' for more information.\n`);
  return 1;
}

const umount = command('umount', function* (c) {
  const parsed = getopt(c.args, {
    short: 'acdfilnRqrt:vO:',
    long: { all: 'a', force: 'f', lazy: 'l', recursive: 'R', quiet: 'q', verbose: 'v' },
  });
  if (parsed instanceof UsageError) return yield* misuse(c, parsed.message);
  if (parsed.operands.length === 0) return yield* misuse(c, 'bad usage');
  const { files } = c.p.machine;
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  let status = 0;
  for (const operand of parsed.operands) {
    const path = files.resolve(c.p, operand);
    if (isError(path)) {
      yield* c.error(`${c.name}: ${operand}: no mount point specified.\n`);
      status = 32;
      continue;
    }
    const below = flags.has('R')
      ? files
          .mounts(c.p)
          .filter((m) => m.target.startsWith(`${path}/`))
          .map((m) => m.target)
          .reverse()
      : [];
    for (const target of [...below, path]) {
      const error = c.p.credentials.uids[0] !== 0 ? fail('EPERM') : files.unmount(c.p, target, { detach: flags.has('l') });
      if (!isError(error)) continue;
      const why = error.errno === 'EBUSY' ? 'target is busy.' : error.errno === 'EINVAL' ? 'not mounted.' : 'must be superuser to unmount.';
      if (!flags.has('q')) yield* c.error(`${c.name}: ${target}: ${why}\n`);
      status = 32;
    }
  }
  return status;
});

const mountpoint = command('mountpoint', function* (c) {
  const parsed = getopt(c.args, { short: 'dqx', long: { quiet: 'q', 'fs-devno': 'd' } });
  if (parsed instanceof UsageError) return yield* misuse(c, parsed.message);
  const quiet = parsed.options.some(({ flag }) => flag === 'q');
  const [operand] = parsed.operands;
  if (operand === undefined) return yield* misuse(c, 'bad usage');
  const path = c.p.machine.files.resolve(c.p, operand);
  if (isError(path)) {
    if (!quiet) yield* c.error(`${c.name}: ${operand}: No such file or directory\n`);
    return 1;
  }
  const is = c.p.machine.files.mounts(c.p).some((m) => m.target === path);
  if (!quiet) c.out(`${operand} is ${is ? '' : 'not '}a mountpoint\n`);
  return is ? 0 : 32;
});

export const MOUNT_PROGRAMS: readonly Program[] = [mount, umount, mountpoint];
