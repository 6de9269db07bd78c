import { strerror } from '../../base/errno.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import type { Ip } from './context.ts';
import { NETNS_HELP } from './help/objects.ts';
import { NETNS_ETC_DIR, NETNS_RUN_DIR, nameOfNetnsId, netnsInode, netnsNames, netnsPath } from './netns-files.ts';
import { Exit, matches, parseSigned, parseUnsigned, Words, wrong } from './parse.ts';

/** How often `ip netns monitor` looks at the folder. */
const MONITOR_PERIOD_NS = 20 * NS_PER_MS;

/** `ip netns …` (ipnetns.c). */
export function* doNetns(ip: Ip, argv: readonly string[]): Sys<number> {
  const command = argv[0];
  if (command === undefined) return list(ip);
  const rest = argv.slice(1);
  // Whatever the command, its first word must be one that could be a name.
  if (!ip.options.all && argv[1] !== undefined) checkName(argv[1]);
  if (matches(command, 'list') || matches(command, 'show') || matches(command, 'lst')) return list(ip);
  if (matches(command, 'list-id')) return listIds(ip, new Words(argv, 1));
  if (matches(command, 'help')) throw new Exit(255, NETNS_HELP);
  if (matches(command, 'add')) return add(ip, rest);
  if (matches(command, 'set')) return setId(ip, rest);
  if (matches(command, 'delete')) return del(ip, rest);
  if (matches(command, 'identify')) return identify(ip, rest);
  if (matches(command, 'pids')) return pids(ip, rest);
  if (matches(command, 'exec')) return yield* exec(ip, rest);
  if (matches(command, 'monitor')) return yield* monitor(ip);
  if (matches(command, 'attach')) return attach(ip, rest);
  throw new Exit(255, `Command "${command}" is unknown, try "ip netns help".\n`);
}

/** Moves the process into a named namespace, for -n and exec; says why not (netns_switch). */
export function switchNetns(ip: Ip, name: string | undefined): void {
  const { p } = ip;
  const failed = (what: string, error: KernelError): Exit => new Exit(255, `${what}: ${strerror(error.errno)}\n`);
  const fd = p.open(netnsPath(name ?? '(null)'), { read: true });
  if (isError(fd)) throw failed(`Cannot open network namespace "${name ?? '(null)'}"`, fd);
  const entered = p.setns(fd, 'net');
  p.close(fd);
  if (entered !== undefined) throw failed(`setting the network namespace "${name}" failed`, entered);
  const unshared = p.unshare(['mnt']);
  if (unshared !== undefined) throw failed('unshare failed', unshared);
  // /sys shows the network namespace of whoever mounted it, so it is mounted anew, where nobody else sees it.
  const { files } = p.machine;
  files.setPropagation(p, '/', 'slave', true);
  files.unmount(p, '/sys', { detach: true });
  const mounted = files.mount(p, { type: 'sysfs', source: name ?? '', target: '/sys' });
  if (mounted !== undefined) throw failed('mount of /sys failed', mounted);
  bindEtc(ip, name ?? '');
}

/** Files in /etc/netns/NAME stand in for those in /etc. */
function bindEtc(ip: Ip, name: string): void {
  const { p } = ip;
  const folder = `${NETNS_ETC_DIR}/${name}`;
  const entries = p.machine.files.readDirectory(p, folder);
  if (isError(entries)) return;
  for (const entry of entries) {
    const bound = p.machine.files.bindMount(p, `${folder}/${entry}`, `/etc/${entry}`);
    if (bound !== undefined) ip.err(`Bind ${folder}/${entry} -> /etc/${entry} failed: ${strerror(bound.errno)}\n`);
  }
}

function list(ip: Ip): number {
  const out = ip.printer();
  const names = netnsNames(ip.p);
  const refused = (): void => ip.err('Error: Peer netns reference is invalid.\n');
  const inodes = names.map((name) => netnsInode(ip.p, netnsPath(name)));
  // What cannot even be opened, a link that leads nowhere, is asked nothing.
  const opened = names.map((name) => !isError(ip.p.machine.files.stat(ip.p, netnsPath(name))));
  // A file that is no namespace is met twice: when all are asked for their ids, and when it is its turn to be shown.
  inodes.forEach((inode, i) => {
    if (inode === undefined && opened[i]) refused();
  });
  out.begin();
  names.forEach((name, i) => {
    const inode = inodes[i];
    if (inode === undefined && opened[i]) refused();
    const id = inode === undefined ? -1 : ip.rtnl.netnsId(inode);
    out.openObject();
    out.both('name', name, name);
    if (id >= 0) out.both('id', id, ` (id: ${id})`);
    out.text('\n');
    out.closeObject();
  });
  out.end();
  return 0;
}

function listIds(ip: Ip, words: Words): number {
  let only: number | undefined;
  for (; words.left > 0; words.step()) {
    const key = words.word;
    if (key !== 'nsid' && key !== 'target-nsid') throw new Exit(255, NETNS_HELP);
    const value = words.value();
    const id = parseUnsigned(value, 31);
    if (id === undefined) throw wrong(`"${key}" value is invalid`, value);
    if (key === 'nsid') only = id;
    else if (!ids(ip).includes(id)) return ip.talk(fail('EINVAL', 'Target netns reference is invalid'));
    else return 0;
  }
  if (only !== undefined && !ids(ip).includes(only)) return ip.talk(fail('EINVAL', 'Peer netns reference is invalid'));
  const out = ip.printer();
  out.begin();
  for (const id of only === undefined ? ids(ip) : [only]) {
    out.openObject();
    out.both('nsid', id, `nsid ${id} `);
    const name = nameOfNetnsId(ip, id);
    if (name !== undefined) out.both('name', name, `(iproute2 netns name: ${name})`);
    out.text('\n');
    out.closeObject();
  }
  out.end();
  return 0;
}

/** The ids by which this namespace knows others, lowest first. */
function ids(ip: Ip): readonly number[] {
  const inodes = [...ip.p.netns.kernel.namespaces.keys()];
  return inodes
    .map((inode) => ip.rtnl.netnsId(inode))
    .filter((id) => id >= 0)
    .sort((a, b) => a - b);
}

/** /run/netns is made when first needed, and shared, so that a namespace's file is seen, and can be removed, everywhere. */
function makeRunDir(ip: Ip): void {
  const { p } = ip;
  const { files } = p.machine;
  const made = files.makeDirectory(p, NETNS_RUN_DIR, 0o755);
  if (made !== undefined && made.errno !== 'EEXIST') throw new Exit(1, `mkdir ${NETNS_RUN_DIR} failed: ${strerror(made.errno)}\n`);
  const shared = files.setPropagation(p, NETNS_RUN_DIR, 'shared', true);
  if (shared === undefined) return;
  // EINVAL says that it is no mount point yet.
  if (shared.errno !== 'EINVAL') throw new Exit(1, `mount --make-shared ${NETNS_RUN_DIR} failed: ${strerror(shared.errno)}\n`);
  const bound = files.bindMount(p, NETNS_RUN_DIR, NETNS_RUN_DIR);
  if (bound !== undefined) throw new Exit(1, `mount --bind ${NETNS_RUN_DIR} ${NETNS_RUN_DIR} failed: ${strerror(bound.errno)}\n`);
  files.setPropagation(p, NETNS_RUN_DIR, 'shared', true);
}

/** Makes the empty file that a namespace is mounted on. */
function makeNamespaceFile(ip: Ip, name: string): string {
  const path = netnsPath(name);
  const fd = ip.p.open(path, { read: true, create: true, exclusive: true }, 0);
  if (isError(fd)) throw new Exit(1, `Cannot create namespace file "${path}": ${strerror(fd.errno)}\n`);
  ip.p.close(fd);
  return path;
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.length > 255)
    throw new Exit(255, `Invalid netns name "${name}"\n`);
}

function add(ip: Ip, [name]: readonly string[]): number {
  const { p } = ip;
  if (name === undefined) throw new Exit(1, 'No netns name specified\n');
  makeRunDir(ip);
  const path = makeNamespaceFile(ip, name);
  const before = p.open('/proc/self/ns/net', { read: true });
  const unshared = p.unshare(['net']);
  if (unshared !== undefined) throw new Exit(1, `Failed to create a new network namespace "${name}": ${strerror(unshared.errno)}\n`);
  const bound = p.machine.files.bindMount(p, '/proc/self/ns/net', path);
  if (!isError(before)) {
    p.setns(before, 'net');
    p.close(before);
  }
  if (bound === undefined) return 0;
  p.machine.files.unlink(p, path);
  throw new Exit(1, `Bind /proc/self/ns/net -> ${path} failed: ${strerror(bound.errno)}\n`);
}

function attach(ip: Ip, [name, pid]: readonly string[]): number {
  const { p } = ip;
  if (name === undefined || pid === undefined) throw new Exit(1, 'No netns name and PID specified\n');
  const number = parseSigned(pid);
  if (number === undefined || number < 0) throw new Exit(1, `Invalid PID: ${pid}\n`);
  makeRunDir(ip);
  const path = makeNamespaceFile(ip, name);
  const bound = p.machine.files.bindMount(p, `/proc/${number}/ns/net`, path);
  if (bound === undefined) return 0;
  p.machine.files.unlink(p, path);
  throw new Exit(1, `Bind /proc/${number}/ns/net -> ${path} failed: ${strerror(bound.errno)}\n`);
}

function del(ip: Ip, [name]: readonly string[]): number {
  if (name === undefined && !ip.options.all) throw new Exit(1, 'No netns name specified\n');
  if (!ip.options.all) return deleteOne(ip, name as string);
  for (const each of netnsNames(ip.p)) {
    const status = deleteOne(ip, each);
    if (status !== 0) return status;
  }
  return 0;
}

function deleteOne(ip: Ip, name: string): number {
  const { p } = ip;
  const path = netnsPath(name);
  p.machine.files.unmount(p, path, { detach: true });
  const removed = p.machine.files.unlink(p, path);
  if (removed === undefined) return 0;
  ip.err(`Cannot remove namespace file "${path}": ${strerror(removed.errno)}\n`);
  return 1;
}

function setId(ip: Ip, [name, id]: readonly string[]): number {
  if (name === undefined) throw new Exit(1, 'No netns name specified\n');
  if (id === undefined) throw new Exit(1, 'No nsid specified\n');
  const number = id === 'auto' ? -1 : parseSigned(id);
  if (number === undefined) throw wrong('Invalid "netnsid" value', id);
  if (id !== 'auto' && number < 0) throw wrong('"netnsid" value should be >= 0', id);
  const fd = ip.p.open(netnsPath(name), { read: true });
  if (isError(fd)) throw new Exit(1, `Cannot open network namespace "${name}": ${strerror(fd.errno)}\n`);
  ip.p.close(fd);
  return ip.talk(ip.rtnl.setNetnsId(netnsInode(ip.p, netnsPath(name)) ?? 0, number));
}

function identify(ip: Ip, args: readonly string[]): number {
  if (args.length > 1) throw new Exit(1, 'extra arguments specified\n');
  const [pid] = args;
  if (pid !== undefined && parseUnsigned(pid) === undefined) throw new Exit(1, `Specified string '${pid}' is not a pid\n`);
  const inode = namespaceOf(ip.p, pid ?? 'self');
  ip.out(`${netnsNames(ip.p).find((name) => netnsInode(ip.p, netnsPath(name)) === inode) ?? ''}\n`);
  return 0;
}

/** Inode of a process's network namespace. */
function namespaceOf(p: Process, pid: string): number {
  const fd = p.open(`/proc/${pid}/ns/net`, { read: true });
  if (isError(fd)) throw new Exit(1, `Cannot open network namespace: ${strerror(fd.errno)}\n`);
  p.close(fd);
  return netnsInode(p, `/proc/${pid}/ns/net`) ?? 0;
}

function pids(ip: Ip, [name, ...rest]: readonly string[]): number {
  const { p } = ip;
  if (name === undefined) throw new Exit(1, 'No netns name specified\n');
  if (rest.length > 0) throw new Exit(1, 'extra arguments specified\n');
  const fd = p.open(netnsPath(name), { read: true });
  if (isError(fd)) throw new Exit(1, `Cannot open network namespace: ${strerror(fd.errno)}\n`);
  p.close(fd);
  const inode = netnsInode(p, netnsPath(name));
  const entries = p.machine.files.readDirectory(p, '/proc');
  for (const pid of isError(entries) ? [] : entries)
    if (/^\d+$/.test(pid) && inode !== undefined && netnsInode(p, `/proc/${pid}/ns/net`) === inode) ip.out(`${pid}\n`);
  return 0;
}

function* exec(ip: Ip, args: readonly string[]): Sys<number> {
  const [name] = args;
  if (name === undefined && !ip.options.all) throw new Exit(1, 'No netns name specified\n');
  const command = ip.options.all ? args : args.slice(1);
  if (command.length === 0) throw new Exit(1, 'No command specified\n');
  if (ip.options.all) return yield* execInAll(ip, command);
  if (ip.options.batch !== undefined) return yield* execInChild(ip, name as string, command);
  switchNetns(ip, name as string);
  yield* ip.flush();
  return yield* run(ip, command);
}

function* execInAll(ip: Ip, command: readonly string[]): Sys<number> {
  for (const each of netnsNames(ip.p)) {
    ip.out(`\nnetns: ${each}\n`);
    yield* execInChild(ip, each, command);
  }
  return 0;
}

function* execInChild(ip: Ip, name: string, command: readonly string[]): Sys<number> {
  yield* ip.flush();
  const child = ip.p.fork(function* (p) {
    const inside = ip.in(p);
    try {
      switchNetns(inside, name);
      return yield* run(inside, command);
    } catch (exit) {
      if (!(exit instanceof Exit)) throw exit;
      yield* p.printError(exit.message);
      return exit.status;
    }
  });
  if (isError(child)) throw new Exit(255, `fork: ${strerror(child.errno)}\n`);
  const ended = yield* ip.p.waitpid(child.pidSeenBy(ip.p));
  if (ended === undefined || isError(ended)) return 1;
  return ended.kind === 'exited' ? ended.status : ended.kind === 'signaled' ? 128 + SIGNAL_NUMBERS[ended.signal] : 1;
}

function* run(ip: Ip, command: readonly string[]): Sys<number> {
  const error = yield* ip.p.exec(command);
  yield* ip.p.printError(`exec of "${command[0]}" failed: ${strerror(error.errno)}\n`);
  return 1;
}

/** Tells of names that come and go, until it is interrupted. */
function* monitor(ip: Ip): Sys<number> {
  makeRunDir(ip);
  let known = new Set(netnsNames(ip.p));
  for (;;) {
    yield* ip.flush();
    yield* ip.p.sleep(MONITOR_PERIOD_NS);
    const now = new Set(netnsNames(ip.p));
    for (const name of now) if (!known.has(name)) ip.out(`add ${name}\n`);
    for (const name of known) if (!now.has(name)) ip.out(`delete ${name}\n`);
    known = now;
  }
}
