import { fail } from '../../../base/result.ts';
import type { Process } from '../../process.ts';
import { fixedDirectory, type VirtualDirectory } from '../virtual.ts';
import type { ProcContext } from './context.ts';
import { hardwareFiles } from './hardware.ts';
import { pidDirectory } from './pid.ts';
import { sysDirectory } from './sysctl-files.ts';
import { systemFiles } from './system.ts';

/** /proc (fs/proc/root.c): the system's files, then the processes. */
export function procRoot(context: ProcContext): VirtualDirectory {
  const self = (p: Process) => p.id.in(context.pidNamespace());
  const fixed = fixedDirectory({
    net: { kind: 'symlink', size: 8, target: () => 'self/net' },
    sys: sysDirectory(context.machine),
    mounts: { kind: 'symlink', size: 11, target: () => 'self/mounts' },
    ...systemFiles(context),
    ...hardwareFiles(context.machine),
    self: { kind: 'symlink', target: (p) => (self(p) === 0 ? fail('ENOENT') : `${self(p)}`) },
    'thread-self': {
      kind: 'symlink',
      target(p) {
        const pid = self(p);
        return pid === 0 ? fail('ENOENT') : `${pid}/task/${pid}`;
      },
    },
  });
  return {
    kind: 'directory',
    names: (p) => [...fixed.names(p), ...[...context.pidNamespace().processes.keys()].sort((a, b) => a - b).map(String)],
    lookup(p, name) {
      if (!/^[1-9][0-9]*$/.test(name)) return fixed.lookup(p, name);
      const process = context.pidNamespace().processes.get(Number(name));
      return process && pidDirectory(context, process, Number(name));
    },
  };
}
