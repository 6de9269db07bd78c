import type { NamespaceKind, Process, Sys } from '../../machine/process.ts';
import { netnsInode } from '../ip/netns-files.ts';
import { type Command, command } from '../lib/command.ts';
import { LSNS_HELP } from './help.ts';
import { parseTool } from './run-program.ts';

const KINDS: readonly NamespaceKind[] = ['mnt', 'net', 'ipc', 'user', 'pid', 'uts', 'cgroup', 'time'];

/** A namespace that processes are in. */
interface Namespace {
  readonly inode: number;
  readonly kind: NamespaceKind;
  readonly processes: Process[];
  readonly netnsId: string;
  readonly mounts: readonly string[];
}

interface Column {
  readonly right: boolean;
  /** At least so wide. */
  readonly width?: number;
  /** A number in JSON. */
  readonly number?: boolean;
  value(ns: Namespace, viewer: Process): string;
}

const COLUMNS: Readonly<Record<string, Column>> = {
  NS: { right: true, width: 10, number: true, value: (ns) => String(ns.inode) },
  TYPE: { right: false, value: (ns) => ns.kind },
  PATH: { right: false, value: (ns, viewer) => `/proc/${lowestPid(ns, viewer)}/ns/${ns.kind}` },
  NPROCS: { right: true, number: true, value: (ns) => String(ns.processes.length) },
  PID: { right: true, width: 5, number: true, value: (ns, viewer) => String(lowestPid(ns, viewer)) },
  PPID: { right: true, width: 5, number: true, value: (ns, viewer) => String(first(ns)?.parent?.pidSeenBy(viewer) ?? 0) },
  COMMAND: { right: false, value: (ns) => first(ns)?.argv.join(' ') ?? '' },
  UID: { right: true, number: true, value: () => '0' },
  USER: { right: false, value: () => 'root' },
  NETNSID: { right: true, value: (ns) => ns.netnsId },
  NSFS: { right: false, value: (ns) => ns.mounts.join('\n') },
  PNS: { right: true, width: 10, number: true, value: () => '0' },
  ONS: { right: true, width: 10, number: true, value: (ns) => String(first(ns)?.namespaces.user.inode ?? 0) },
};

const LONG: Readonly<Record<string, string>> = {
  json: 'J',
  list: 'l',
  noheadings: 'n',
  output: 'o',
  'output-all': 'output-all',
  task: 'p',
  raw: 'r',
  notruncate: 'u',
  nowrap: 'W',
  type: 't',
  tree: 'T',
  help: 'h',
  version: 'V',
  persistent: 'P',
};

/** lsns(8) of util-linux 2.38.1. */
export const lsns = command('lsns', function* (c): Sys<number> {
  const parsed = yield* parseTool(c, { short: 'Jlno:p:ruWt:T::hVP', long: LONG }, LSNS_HELP);
  const flags = new Set(parsed.options.map((option) => option.flag));
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const kind = value('t');
  if (kind !== undefined && !KINDS.includes(kind as NamespaceKind)) return yield* c.die(1, `unknown namespace type: ${kind}`);
  const kinds = kind === undefined ? KINDS : [kind as NamespaceKind];
  const columns = flags.has('output-all') ? Object.keys(COLUMNS) : yield* chosenColumns(c, value('o'), kinds);
  const [inode] = parsed.operands;
  const task = value('p');
  const all = namespaces(c.p, kinds).filter((ns) => task === undefined || ns.processes.some((p) => String(p.pidSeenBy(c.p)) === task));
  if (inode !== undefined) {
    const found = all.find((ns) => String(ns.inode) === inode);
    if (found === undefined) return yield* c.die(1, `not found namespace: ${inode}`);
    printTable(
      c,
      found.processes.map((p) => ({ ...found, processes: [p] })),
      ['PID', 'PPID', 'USER', 'COMMAND'],
      flags,
    );
    return 0;
  }
  printTable(c, all, columns, flags);
  return 0;
});

function* chosenColumns(c: Command, list: string | undefined, kinds: readonly NamespaceKind[]): Sys<readonly string[]> {
  const standard = [
    'NS',
    'TYPE',
    'NPROCS',
    'PID',
    'USER',
    ...(kinds.length === 1 && kinds[0] === 'net' ? ['NETNSID', 'NSFS'] : []),
    'COMMAND',
  ];
  if (list === undefined) return standard;
  const added = list.startsWith('+');
  const names = (added ? list.slice(1) : list).split(',');
  const unknown = names.find((name) => COLUMNS[name.toUpperCase()] === undefined);
  if (unknown !== undefined) return yield* c.die(1, `unknown column: ${unknown}`);
  return [...(added ? standard : []), ...names.map((name) => name.toUpperCase())];
}

function first(ns: Namespace): Process | undefined {
  return ns.processes[0];
}

function lowestPid(ns: Namespace, viewer: Process): number {
  return first(ns)?.pidSeenBy(viewer) ?? 0;
}

/** Namespaces that a process the viewer can see is in, by inode. */
function namespaces(viewer: Process, kinds: readonly NamespaceKind[]): readonly Namespace[] {
  const found = new Map<number, Namespace>();
  const mounted = nsfsMounts(viewer);
  const processes = [...viewer.machine.processes.values()].filter((p) => p.state !== 'Z' && p.pidSeenBy(viewer) > 0);
  for (const p of processes.sort((a, b) => a.id.global - b.id.global)) {
    for (const kind of kinds) {
      const { inode } = p.namespaces[kind];
      const known = found.get(inode);
      if (known !== undefined) known.processes.push(p);
      else
        found.set(inode, {
          inode,
          kind,
          processes: [p],
          netnsId: kind === 'net' ? netnsId(viewer, inode) : '',
          mounts: mounted.get(inode) ?? [],
        });
    }
  }
  return [...found.values()].sort((a, b) => a.inode - b.inode);
}

function netnsId(viewer: Process, inode: number): string {
  const id = viewer.rtnetlink.netnsId(inode);
  return id < 0 ? 'unassigned' : String(id);
}

/** Where network namespaces are mounted, by inode. */
function nsfsMounts(viewer: Process): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const { type, target } of viewer.machine.files.mounts(viewer)) {
    const inode = type === 'nsfs' ? netnsInode(viewer, target) : undefined;
    if (inode === undefined) continue;
    const targets = found.get(inode) ?? [];
    if (!targets.includes(target)) targets.push(target);
    found.set(inode, targets);
  }
  return found;
}

function printTable(c: Command, rows: readonly Namespace[], names: readonly string[], flags: ReadonlySet<string>): void {
  const columns = names.map((name) => [name, COLUMNS[name] as Column] as const);
  const cells = rows.map((row) => columns.map(([, column]) => column.value(row, c.p)));
  if (flags.has('J')) {
    printJson(c, columns, cells);
    return;
  }
  const lines = [...(flags.has('n') ? [] : [[...names]]), ...cells];
  if (flags.has('r')) {
    for (const line of lines) c.out(`${line.map((cell) => cell.replaceAll(' ', '\\x20')).join(' ')}\n`);
    return;
  }
  if (rows.length === 0) return;
  const widths = names.map((_, i) => Math.max(columns[i]?.[1].width ?? 0, ...[names, ...cells].map((line) => (line[i] as string).length)));
  for (const line of lines) {
    const padded = line.map((cell, i) => (columns[i]?.[1].right ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)));
    c.out(`${padded.join(' ').trimEnd()}\n`);
  }
}

function printJson(c: Command, columns: readonly (readonly [string, Column])[], rows: readonly (readonly string[])[]): void {
  const objects = rows.map((row) => {
    const members = row.map((cell, i) => {
      const [name, column] = columns[i] as readonly [string, Column];
      return `         "${name.toLowerCase()}": ${column.number ? cell : cell === '' ? 'null' : JSON.stringify(cell)}`;
    });
    return `{\n${members.join(',\n')}\n      }`;
  });
  c.out(`{\n   "namespaces": [\n      ${objects.join(',')}\n   ]\n}\n`);
}
