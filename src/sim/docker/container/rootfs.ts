import { isError } from '../../base/result.ts';
import type { Cgroup } from '../../machine/cgroup.ts';
import { HIERARCHIES, hierarchyName } from '../../machine/files/cgroup.ts';
import type { Task } from '../../machine/task.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import { DockerError, failed } from '../error.ts';
import type { EngineHost } from '../host.ts';
import type { Container } from './container.ts';
import { bindFromHost, makePath, mountVolumes } from './process.ts';
import type { DeviceMapping } from './spec.ts';

const SAFE = 'nosuid,noexec,nodev';
export const DEFAULT_SHM_BYTES = 67_108_864;

/** Devices of every container (specconv.AllowedDevices), and links beside them (setupDevSymlinks). */
const DEVICES = [
  ['null', 1, 3],
  ['random', 1, 8],
  ['full', 1, 7],
  ['tty', 5, 0],
  ['zero', 1, 5],
  ['urandom', 1, 9],
] as const;
const LINKS = [
  ['ptmx', 'pts/ptmx'],
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
] as const;
/** What of the kernel's files is not for containers (oci/defaults.go): only read, and not even that. Those that a kernel has not are passed over. */
const READ_ONLY_PATHS = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
const MASKED_PATHS = [
  ...['asound', 'acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'sched_debug', 'scsi'].map(
    (name) => `/proc/${name}`,
  ),
  '/sys/firmware',
];

/** The file systems of a container, before its program starts (runc's prepareRootfs): the kernel's, its own files of /etc, volumes, devices. */
export function mountRootfs(host: EngineHost, container: Container, task: Task): void {
  const { machine } = host;
  const { files } = machine;
  const { privileged } = container.spec.host;
  const ro = privileged ? '' : ',ro';
  const { umask } = task;
  task.umask = 0;
  for (const path of ['/proc', '/sys', '/dev', '/etc']) files.makeDirectory(task, path, 0o755);
  files.mount(task, { type: 'proc', source: 'proc', target: '/proc', options: SAFE });
  files.mount(task, { type: 'tmpfs', source: 'tmpfs', target: '/dev', options: 'nosuid,strictatime,mode=755,size=65536k' });
  for (const name of ['pts', 'mqueue', 'shm']) files.makeDirectory(task, `/dev/${name}`, 0o755);
  const pts = 'nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5';
  files.mount(task, { type: 'devpts', source: 'devpts', target: '/dev/pts', options: pts });
  files.mount(task, { type: 'sysfs', source: 'sysfs', target: '/sys', options: SAFE + ro });
  mountCgroups(host, container, task, ro);
  mountIpc(host, container, task);
  mountVolumes(host, container, task, true);
  for (const [name, major, minor] of DEVICES) files.makeDevice(task, `/dev/${name}`, [major, minor]);
  for (const [name, target] of LINKS) files.symlink(task, target, `/dev/${name}`);
  for (const device of privileged ? allDevices(host) : container.spec.host.devices) makeDevice(host, task, device);
  task.umask = umask;
}

/** What comes after the terminal is there: it is the container's console, the root is only read, the kernel's files are hidden. */
export function finishRootfs({ machine }: EngineHost, container: Container, task: Task, terminal: Terminal | undefined): void {
  const { files } = machine;
  const { host } = container.spec;
  if (terminal !== undefined) {
    makePath(machine, task, '/dev/console', true);
    files.bindMount(task, terminal.path, '/dev/console');
  }
  if (host.readonlyRootfs) files.remount(task, '/', 'ro', true);
  if (host.privileged || host.securityOpt.includes('systempaths=unconfined')) return;
  for (const path of READ_ONLY_PATHS) {
    if (files.bindMount(task, path, path) === undefined) files.remount(task, path, 'ro', true);
  }
  for (const path of MASKED_PATHS) {
    const stat = files.stat(task, path);
    if (isError(stat)) continue;
    if (stat.kind === 'directory') files.mount(task, { type: 'tmpfs', source: 'tmpfs', target: path, options: 'ro' });
    else files.bindMount(task, '/dev/null', path);
  }
}

/** The container's cgroup in each hierarchy under a tmpfs: the host's own directories, or mounted anew in a cgroup namespace of its own. */
function mountCgroups({ machine, daemon }: EngineHost, container: Container, task: Task, ro: string): void {
  const { files } = machine;
  const top = '/sys/fs/cgroup';
  files.mount(task, { type: 'tmpfs', source: 'tmpfs', target: top, options: `${SAFE},mode=755` });
  const own = container.spec.host.cgroupnsMode === 'private';
  for (const hierarchy of HIERARCHIES) {
    const target = `${top}/${hierarchyName(hierarchy)}`;
    files.makeDirectory(task, target, 0o755);
    if (own) files.mount(task, { type: 'cgroup', source: 'cgroup', target, options: `${SAFE}${ro},${hierarchy}` });
    else {
      bindFromHost(machine, daemon, task, target + task.cgroup.path, target);
      files.remount(task, target, SAFE + ro, true);
    }
  }
}

/** /dev/mqueue and /dev/shm: its own, the host's, another container's, or none. */
function mountIpc({ machine, daemon }: EngineHost, container: Container, task: Task): void {
  const { files } = machine;
  const { ipcMode } = container.spec.host;
  if (ipcMode === 'host') {
    for (const target of ['/dev/mqueue', '/dev/shm']) bindFromHost(machine, daemon, task, target, target);
    return;
  }
  files.mount(task, { type: 'mqueue', source: 'mqueue', target: '/dev/mqueue', options: SAFE });
  if (ipcMode === 'none') files.removeDirectory(task, '/dev/shm');
  else if (ipcMode === 'private') files.mount(task, { type: 'tmpfs', source: 'shm', target: '/dev/shm', options: shmOptions(container) });
  else bindFromHost(machine, daemon, task, `${(container.sharesIpcOf ?? container).directory}/mounts/shm`, '/dev/shm');
}

/** A shareable container's /dev/shm is mounted on the host, where others find it (container.setupIPCDirs). */
export function mountShareableShm({ machine, daemon }: EngineHost, container: Container): void {
  if (container.spec.host.ipcMode !== 'shareable') return;
  const target = `${container.directory}/mounts/shm`;
  makePath(machine, daemon, target, false);
  machine.files.mount(daemon, { type: 'tmpfs', source: 'shm', target, options: shmOptions(container) });
}

export function unmountShareableShm({ machine, daemon }: EngineHost, container: Container): void {
  if (container.spec.host.ipcMode === 'shareable') machine.files.unmount(daemon, `${container.directory}/mounts/shm`, { detach: true });
}

const shmOptions = ({ spec }: Container): string => `${SAFE},mode=1777,size=${spec.host.shmSize || DEFAULT_SHM_BYTES}`;

/** Which group of processes a container's are: /docker/ID in every hierarchy (cgroupfs). */
export const cgroupOf = ({ machine }: EngineHost, container: Container): Cgroup => machine.cgroups.make('docker').make(container.id);

function makeDevice({ machine, daemon }: EngineHost, task: Task, { source, target }: DeviceMapping): void {
  const stat = machine.files.stat(daemon, source);
  if (isError(stat) || stat.rdev === undefined) {
    const why = isError(stat) ? 'no such file or directory' : 'not a device node';
    throw failed(`error gathering device information while adding custom device ${JSON.stringify(source)}: ${why}`);
  }
  makePath(machine, task, target.replace(/\/[^/]*$/, ''), false);
  machine.files.makeDevice(task, target, stat.rdev);
  machine.files.chmod(task, target, stat.mode);
  machine.files.chown(task, target, stat.uid, stat.gid);
}

/** The host's devices besides terminals and those that every container has (devices.HostDevices). */
function allDevices({ machine, daemon }: EngineHost): DeviceMapping[] {
  const names = machine.files.readDirectory(daemon, '/dev');
  const known = new Set<string>(['console', 'ptmx', ...DEVICES.map(([name]) => name)]);
  return (isError(names) ? [] : names)
    .map((name) => ({ name, stat: machine.files.stat(daemon, `/dev/${name}`, { noFollow: true }) }))
    .filter(({ name, stat }) => !known.has(name) && !isError(stat) && stat.kind === 'chardev')
    .map(({ name }) => ({ source: `/dev/${name}`, target: `/dev/${name}` }));
}

/** Whose /dev/shm it has: throws where that container is not running or keeps it for itself (daemon.getIpcContainer). */
export function checkShareable(other: Container): void {
  if (!other.isRunning) throw new DockerError(409, `container ${other.id} is not running`);
  if (other.spec.host.ipcMode === 'shareable') return;
  throw failed(`can't join IPC of container ${other.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`);
}
