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

/** What `--cap-add`, `--cap-drop` and `--privileged` come to (caps.TweakCapabilities). Throws for a name that is none. */
export function containerCapabilities(add: readonly string[], drop: readonly string[], privileged: boolean): CapabilitySet {
  if (privileged) return ALL_CAPABILITIES;
  const bit = (name: string): CapabilitySet => {
    const capability = capabilityNamed(name);
    if (capability === undefined) throw failed(`invalid CapAdd: unknown capability: ${JSON.stringify(name)}`);
    return capabilitySet(capability);
  };
  const all = (names: readonly string[]): boolean => names.some((name) => name.toUpperCase() === 'ALL');
  let set = all(add) ? ALL_CAPABILITIES : all(drop) ? NO_CAPABILITIES : DEFAULT_CAPABILITIES;
  for (const name of drop) if (name.toUpperCase() !== 'ALL') set &= ~bit(name);
  for (const name of add) if (name.toUpperCase() !== 'ALL') set |= bit(name);
  return set;
}

/** Who `USER[:GROUP]` is by the container's own /etc/passwd and /etc/group (libcontainer/user). '' is root. */
export function resolveUser(task: Task, user: string, failure: string): Omit<NewCredentials, 'capabilities'> & { readonly home: string } {
  const [name = '', group = ''] = user.split(':');
  const passwd = readTable(task, '/etc/passwd');
  const groups = readTable(task, '/etc/group');
  const wanted = name === '' ? '0' : name;
  const entry = passwd.find(([login, , uid]) => login === wanted || uid === wanted);
  if (entry === undefined && !/^\d+$/.test(wanted)) {
    throw failed(
      `${failure}: unable to start container process: unable to find user ${wanted}: no matching entries in passwd file: unknown`,
    );
  }
  const uid = Number(entry?.[2] ?? wanted);
  let gid = Number(entry?.[3] ?? 0);
  if (group !== '') {
    const named = groups.find(([label, , number]) => label === group || number === group);
    if (named === undefined && !/^\d+$/.test(group)) {
      throw failed(
        `${failure}: unable to start container process: unable to find group ${group}: no matching entries in group file: unknown`,
      );
    }
    gid = Number(named?.[2] ?? group);
  }
  const others = groups
    .filter(([, , , members = '']) => entry !== undefined && members.split(',').includes(entry[0] ?? ''))
    .map(([, , number]) => Number(number));
  return { uid, gid, groups: group === '' ? others : [], home: entry?.[5] ?? '/' };
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
