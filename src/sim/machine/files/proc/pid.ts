import { fail } from '../../../base/result.ts';
import type { NamespaceKind, Process } from '../../process.ts';
import type { MountTables } from '../mount-tables.ts';
import { jumpToNamespace, linkText } from '../ns-file.ts';
import { fixedDirectory, textFile, type VirtualDirectory, type VirtualLink, type VirtualNode } from '../virtual.ts';
import type { VirtualRegistry } from '../virtual-registry.ts';

/** /proc/PID (fs/proc/base.c). */
export function pidDirectory(of: Process, mounts: MountTables, _registry: VirtualRegistry): VirtualDirectory {
  return fixedDirectory({
    ns: namespaces(of, mounts),
    comm: textFile(() => `${of.comm}\n`),
    cmdline: textFile(() => of.argv.map((word) => `${word}\0`).join('')),
    environ: textFile(() => [...of.env].map(([name, value]) => `${name}=${value}\0`).join('')),
    cwd: { kind: 'symlink', target: () => of.cwd },
    mounts: textFile(() =>
      mounts
        .lines(of)
        .map((m) => `${m.source} ${m.target} ${m.type} ${m.options} 0 0\n`)
        .join(''),
    ),
  });
}

const KINDS: readonly (readonly [string, NamespaceKind])[] = [
  ['cgroup', 'cgroup'],
  ['ipc', 'ipc'],
  ['mnt', 'mnt'],
  ['net', 'net'],
  ['pid', 'pid'],
  ['pid_for_children', 'pid'],
  ['time', 'time'],
  ['time_for_children', 'time'],
  ['user', 'user'],
  ['uts', 'uts'],
];

function namespaces(of: Process, mounts: MountTables): VirtualDirectory {
  const link = (kind: NamespaceKind): VirtualLink => ({
    kind: 'symlink',
    target: () => linkText(kind, of.namespaces[kind]),
    follow: () => jumpToNamespace(kind, of.namespaces[kind], mounts),
  });
  return fixedDirectory(Object.fromEntries(KINDS.map(([name, kind]): [string, VirtualNode] => [name, link(kind)])), 0o511);
}

void fail;
