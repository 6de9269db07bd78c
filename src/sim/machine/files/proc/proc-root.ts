import { fail } from '../../../base/result.ts';
import type { Machine } from '../../machine.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualLink } from '../virtual.ts';
import type { ProcContext } from './context.ts';
import { hardwareFiles } from './hardware.ts';
import { pidDirectory } from './pid.ts';
import { sysDirectory } from './sysctl-files.ts';
import { systemFiles } from './system.ts';

/** What every /proc of a machine has: the system's files. */
export function procFiles(machine: Machine): VirtualDirectory {
  return fixedDirectory({
    net: { kind: 'symlink', size: 8, target: () => 'self/net' },
    sys: sysDirectory(machine),
    mounts: { kind: 'symlink', size: 11, target: () => 'self/mounts' },
    ...systemFiles(machine),
    ...hardwareFiles(machine),
  });
}

/** /proc (fs/proc/root.c): the system's files, then the processes. */
export function procRoot(context: ProcContext): VirtualDirectory {
  const { files } = context;
  return {
    kind: 'directory',
    names: (p) => [
      ...files.names(p),
      ...Object.keys(OWN_LINKS),
      ...[...context.pidNamespace().processes.keys()].sort((a, b) => a - b).map(String),
    ],
    lookup(p, name) {
      if (Object.hasOwn(OWN_LINKS, name)) return ownLink(context, OWN_LINKS[name] as (pid: string) => string);
      if (!/^[1-9][0-9]*$/.test(name)) return files.lookup(p, name);
      const process = context.pidNamespace().processes.get(Number(name));
      return process && pidDirectory(context, process, Number(name));
    },
  };
}

/** The links that lead whoever looks to itself. */
const OWN_LINKS: Readonly<Record<string, (pid: string) => string>> = {
  self: (pid) => pid,
  'thread-self': (pid) => `${pid}/task/${pid}`,
};

function ownLink(context: ProcContext, target: (pid: string) => string): VirtualLink {
  return {
    kind: 'symlink',
    target(p) {
      const pid = p.id.in(context.pidNamespace());
      return pid === 0 ? fail('ENOENT') : target(String(pid));
    },
  };
}
