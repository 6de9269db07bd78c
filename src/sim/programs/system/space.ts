import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { MountLine } from '../../machine/files/mount-tables.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { humanSize, right } from '../lib/number.ts';
import { shellQuote } from '../lib/quote-name.ts';

/** Of several mounts of one file system the one nearest to its root (filter_mount_list). */
function oncePerDevice(mounts: readonly MountLine[]): readonly MountLine[] {
  const chosen = new Map<number, MountLine>();
  for (const mount of mounts) {
    const known = chosen.get(mount.dev);
    if (known === undefined || (known.target.length > mount.target.length && known.root.length >= mount.root.length))
      chosen.set(mount.dev, mount);
  }
  return mounts.filter((mount) => chosen.get(mount.dev) === mount);
}

const df = command('df', function* (c) {
  const table = {
    short: 'aB:hHiklmPt:Tx:',
    long: {
      all: 'a',
      'block-size': 'B',
      'human-readable': 'h',
      si: 'H',
      inodes: 'i',
      portability: 'P',
      type: 't',
      'print-type': 'T',
      'exclude-type': 'x',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const { files } = c.p.machine;
  let mounts = has('a') ? files.mounts(c.p) : oncePerDevice(files.mounts(c.p).filter((m) => m.capacity > 0));
  const only = options.findLast(({ flag }) => flag === 't')?.value;
  if (only !== undefined) mounts = mounts.filter((m) => m.type === only);
  let status = 0;
  if (operands.length > 0) {
    const chosen: MountLine[] = [];
    for (const operand of operands) {
      const path = files.resolve(c.p, operand);
      if (isError(path)) {
        yield* c.complain(`${operand}: ${reason(path)}`);
        status = 1;
        continue;
      }
      const holder = files
        .mounts(c.p)
        .filter((m) => m.target === '/' || path === m.target || path.startsWith(`${m.target}/`))
        .sort((a, b) => a.target.length - b.target.length)
        .at(-1);
      if (holder !== undefined) chosen.push(holder);
    }
    mounts = chosen;
    if (chosen.length === 0) return status;
  }
  const human = has('h') || has('H');
  const show = (kb: number): string => (human ? humanSize(kb * 1024, has('H') ? 1000 : 1024) : String(kb));
  const rows = mounts.map((m) => {
    const [size, used] = [Math.floor(m.capacity / 1024), Math.ceil(m.taken / 1024)];
    const percent = size === 0 ? '-' : `${Math.ceil((used * 100) / size)}%`;
    return [m.source, ...(has('T') ? [m.type] : []), show(size), show(used), show(size - used), percent, m.target];
  });
  const size = human ? 'Size' : '1K-blocks';
  const header = ['Filesystem', ...(has('T') ? ['Type'] : []), size, 'Used', human ? 'Avail' : 'Available', 'Use%', 'Mounted on'];
  const all = [header, ...rows];
  const leftAligned = has('T') ? 2 : 1;
  const widths = header.map((_, i) =>
    Math.max(
      i === 0 ? 14 : i < leftAligned ? 4 : i === leftAligned ? 5 : i < leftAligned + 3 ? 5 : 4,
      ...all.map((row) => (row[i] as string).length),
    ),
  );
  for (const row of all) {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : i < leftAligned ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
    );
    yield* c.print(`${cells.join(' ')}\n`);
  }
  return status;
});

const du = command('du', function* (c) {
  const table = {
    short: '0abB:cd:DhHklLmPsSx',
    long: {
      all: 'a',
      bytes: 'b',
      total: 'c',
      'max-depth': 'd',
      'human-readable': 'h',
      summarize: 's',
      'one-file-system': 'x',
      'apparent-size': 'apparent',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const bytes = has('b');
  const maxDepth = has('s') ? 0 : Number(options.findLast(({ flag }) => flag === 'd')?.value ?? Number.POSITIVE_INFINITY);
  const show = (size: number): string => (has('h') ? humanSize(size) : String(bytes ? size : Math.ceil(size / 1024)));
  let status = 0;
  let total = 0;
  const seen = new Set<string>();
  const visit = function* (path: string, depth: number): Sys<number> {
    const { files } = c.p.machine;
    const stat = files.stat(c.p, path, { noFollow: true });
    if (isError(stat)) {
      yield* c.complain(`cannot access ${shellQuote(path)}: ${reason(stat)}`);
      status = 1;
      return 0;
    }
    const key = `${stat.dev}:${stat.inode}`;
    if (stat.kind !== 'directory' && stat.nlink > 1 && seen.has(key)) return 0;
    seen.add(key);
    let size = bytes ? stat.size : (stat.blocks ?? 0) * 512;
    if (stat.kind === 'directory') {
      const names = files.readDirectory(c.p, path);
      if (isError(names)) {
        yield* c.complain(`cannot read directory ${shellQuote(path)}: ${reason(names)}`);
        status = 1;
      } else for (const name of names) size += yield* visit(`${path.endsWith('/') ? path : `${path}/`}${name}`, depth + 1);
    }
    if ((stat.kind === 'directory' || has('a') || depth === 0) && depth <= maxDepth) yield* c.print(`${show(size)}\t${path}\n`);
    return size;
  };
  for (const operand of operands.length === 0 ? ['.'] : operands) total += yield* visit(operand, 0);
  if (has('c')) yield* c.print(`${show(total)}\ttotal\n`);
  return status;
});

const free = command('free', function* (c) {
  const table = {
    short: 'bkmghlts:c:wV',
    long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't', wide: 'w' },
  };
  const { options } = yield* parseOptions(c, table, { usage: '\n % [options]' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const info = yield* memory(c);
  const show = (kb: number): string => {
    if (has('h')) return binary(kb);
    return String(Math.floor(has('b') ? kb * 1024 : has('m') ? kb / 1024 : has('g') ? kb / 1024 ** 2 : kb));
  };
  const row = (name: string, values: readonly number[]): string =>
    `${name.padEnd(9)}${values.map((v, i) => right(show(v), i === 0 ? 11 : 12)).join('')}\n`;
  const cache = info.buffers + info.cached + info.reclaimable;
  const used = info.total - info.available;
  c.out(`               total        used        free      shared  buff/cache   available\n`);
  c.out(row('Mem:', [info.total, used, info.free, info.shared, cache, info.available]));
  c.out(row('Swap:', [0, 0, 0]));
  if (has('t')) c.out(row('Total:', [info.total, used, info.free]));
  return 0;
});

function* memory(c: Command): Sys<Record<'total' | 'free' | 'available' | 'buffers' | 'cached' | 'shared' | 'reclaimable', number>> {
  const bytes = c.p.machine.files.readFile(c.p, '/proc/meminfo');
  if (isError(bytes)) {
    yield* c.error(
      'Error: /proc must be mounted\n  To mount /proc at boot you need an /etc/fstab line like:\n      proc   /proc   proc    defaults\n  In the meantime, run "mount proc /proc -t proc"\n',
    );
    return yield* c.die(1, 'failed to read /proc/meminfo');
  }
  const value = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text(bytes))?.[1] ?? 0);
  return {
    total: value('MemTotal'),
    free: value('MemFree'),
    available: value('MemAvailable'),
    buffers: value('Buffers'),
    cached: value('Cached'),
    shared: value('Shmem'),
    reclaimable: value('SReclaimable'),
  };
}

/** 1.0Gi, 23Gi, 0B. */
function binary(kb: number): string {
  if (kb === 0) return '0B';
  let value = kb;
  for (const unit of ['Ki', 'Mi', 'Gi', 'Ti']) {
    if (value < 1024) return `${value < 10 ? value.toFixed(1) : Math.floor(value)}${unit}`;
    value /= 1024;
  }
  return `${Math.floor(value)}Pi`;
}

export const SPACE_PROGRAMS: readonly Program[] = [df, du, free];
