import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import { ALL_CAPABILITIES, type CapabilitySet, capabilityNamed, capabilitySet, NO_CAPABILITIES } from '../../kernel/capability.ts';
import type { NewCredentials } from '../../machine/credentials.ts';
import type { Task } from '../../machine/task.ts';
import { failed } from '../error.ts';

/** What root in a container may unless it is told otherwise (oci/caps). */
const DEFAULT_CAPABILITIES: CapabilitySet = capabilitySet(
  ...(['chown', 'dac_override', 'fsetid', 'fowner', 'mknod', 'net_raw', 'setgid', 'setuid', 'setfcap', 'setpcap'] as const),
  ...(['net_bind_service', 'sys_chroot', 'kill', 'audit_write'] as const),
);

/** `net_admin` is CAP_NET_ADMIN. */
export function capabilityName(name: string): string {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

export const isCapability = (name: string): boolean => name.toUpperCase() === 'ALL' || capabilityNamed(capabilityName(name)) !== undefined;

/** What `--cap-add`, `--cap-drop` and `--privileged` come to (caps.TweakCapabilities). */
export function containerCapabilities(add: readonly string[], drop: readonly string[], privileged: boolean): CapabilitySet {
  if (privileged) return ALL_CAPABILITIES;
  const bit = (name: string): CapabilitySet => {
    const capability = capabilityNamed(capabilityName(name));
    return capability === undefined ? NO_CAPABILITIES : capabilitySet(capability);
  };
  const all = (names: readonly string[]): boolean => names.some((name) => name.toUpperCase() === 'ALL');
  let set = all(add) ? ALL_CAPABILITIES : all(drop) ? NO_CAPABILITIES : DEFAULT_CAPABILITIES;
  for (const name of drop) if (name.toUpperCase() !== 'ALL') set &= ~bit(name);
  for (const name of add) if (name.toUpperCase() !== 'ALL') set |= bit(name);
  return set;
}

/** Who `USER[:GROUP]` is by the container's own /etc/passwd and /etc/group (libcontainer/user). '' is root. The main group is among the others. */
export function resolveUser(
  task: Task,
  user: string,
  groupAdd: readonly string[],
): Omit<NewCredentials, 'capabilities'> & { readonly home: string } {
  const [name = '', group = ''] = user.split(':');
  const passwd = readTable(task, '/etc/passwd');
  const groups = readTable(task, '/etc/group');
  const wanted = name === '' ? '0' : name;
  const entry = passwd.find(([login, , uid]) => login === wanted || uid === wanted);
  if (entry === undefined && !/^\d+$/.test(wanted)) {
    throw failed(`unable to find user ${wanted}: no matching entries in passwd file`);
  }
  const uid = Number(entry?.[2] ?? wanted);
  let gid = Number(entry?.[3] ?? 0);
  if (group !== '') {
    const named = groups.find(([label, , number]) => label === group || number === group);
    if (named === undefined && !/^\d+$/.test(group)) {
      throw failed(`unable to find group ${group}: no matching entries in group file`);
    }
    gid = Number(named?.[2] ?? group);
  }
  const others = groups
    .filter(([, , , members = '']) => entry !== undefined && members.split(',').includes(entry[0] ?? ''))
    .map(([, , number]) => Number(number));
  const added = groupAdd.map((label) => {
    const named = groups.find(([other, , number]) => other === label || number === label);
    if (named === undefined && !/^\d+$/.test(label)) throw failed(`Unable to find group ${label}: no matching entries in group file`);
    return Number(named?.[2] ?? label);
  });
  return { uid, gid, groups: [...new Set([gid, ...(group === '' ? others : []), ...added])], home: entry?.[5] ?? '/' };
}

function readTable(task: Task, path: string): string[][] {
  const file = task.machine.files.readFile(task, path);
  return isError(file)
    ? []
    : text(file)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(':'));
}
