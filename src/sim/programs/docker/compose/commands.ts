// What each command of docker compose does (compose v2's pkg/compose; its texts are from its documentation and source: it cannot be recorded).

import { NS_PER_MS } from '../../../base/time.ts';
import type { Container } from '../../../docker/container/container.ts';
import { publishedPorts } from '../../../docker/inspect/container.ts';
import { Interrupted, type Sys } from '../../../machine/process.ts';
import type { Client } from '../client/client.ts';
import { untilStopped } from '../client/containers.ts';
import { exec } from '../client/exec.ts';
import type { Flags } from '../client/flags.ts';
import { ellipsis, humanDuration } from '../client/list.ts';
import { portsText, statusText } from '../client/ps.ts';
import { alignColumns } from '../template/tabwriter.ts';
import { ComposeError } from './compose-error.ts';
import { configText } from './config-text.ts';
import { COMPOSE_VERSION, imageName, labelOf } from './container-spec.ts';
import { Attached, LogPrinter, showLogs } from './logs.ts';
import type { Project, Service } from './model.ts';
import { Progress } from './progress.ts';
import {
  buildService,
  chosen,
  containersOf,
  createAll,
  pullService,
  removeContainer,
  startAll,
  stopContainer,
  type UpOptions,
} from './up.ts';

const QUICK_NS = 20 * NS_PER_MS;
const START_NS = 350 * NS_PER_MS;
const CANCELED = 130;

/** One call of a command. */
export interface Call {
  readonly client: Client;
  readonly project: Project;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly warn: (message: string) => Sys<void>;
}

function upOptions(flags: Flags): UpOptions {
  const scale = flags.list('scale').map((entry) => [entry.split('=')[0] as string, Number(entry.split('=')[1])] as const);
  return {
    forceRecreate: flags.bool('force-recreate'),
    noRecreate: flags.bool('no-recreate'),
    removeOrphans: flags.bool('remove-orphans'),
    build: flags.bool('build'),
    noDeps: flags.bool('no-deps'),
    scale: new Map(scale),
  };
}

export function* up({ client, project, flags, args, warn }: Call): Sys<number> {
  const options = upOptions(flags);
  const services = chosen(project, args, !options.noDeps);
  if (services.length === 0) throw new ComposeError('no service selected', 1);
  const progress = new Progress(client);
  yield* handleOrphans(client, project, progress, options.removeOrphans, warn);
  yield* createAll(client, project, services, progress, options);
  if (flags.bool('no-start')) return 0;
  const detached = flags.bool('detach') || flags.bool('wait');
  const containers = services.flatMap(({ name }) => containersOf(client.engine, project.name, name));
  if (detached) {
    yield* startAll(client, project, services, progress, options.noDeps);
    return 0;
  }
  return yield* upAttached({ client, project, flags, args, warn }, services, containers);
}

function* upAttached({ client, project, flags }: Call, services: readonly Service[], containers: readonly Container[]): Sys<number> {
  const attached = new Attached();
  for (const container of containers) attached.attach(container);
  yield* client.line(`Attaching to ${containers.map(({ name }) => name).join(', ')}`);
  const printer = new LogPrinter(client, containers, !flags.bool('no-log-prefix'));
  const from = flags.string('exit-code-from');
  const abort = flags.bool('abort-on-container-exit') || from !== '';
  const ended = new Set<Container>();
  client.p.catchSignal('SIGINT');
  client.p.catchSignal('SIGTERM');
  try {
    yield* startAll(client, project, services, new Progress(client), flags.bool('no-deps'));
    for (;;) {
      for (let next = attached.next(); next !== undefined; next = attached.next()) yield* printer.line(...next);
      for (const container of containers) {
        if (container.isRunning || container.status === 'restarting' || ended.has(container)) continue;
        ended.add(container);
        yield* client.line(`${container.name} exited with code ${container.exitCode}`);
        if (!abort) continue;
        yield* client.line('Aborting on container exit...');
        yield* stopOrKill(client, [...containers].reverse());
        const judged = containers.find(({ spec }) => spec.labels.get(labelOf('service')) === from) ?? container;
        return judged.exitCode;
      }
      if (ended.size === containers.length) return 0;
      yield* client.p.wait([attached.grown, ...containers.map(({ changed }) => changed)], undefined, 'containers');
    }
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    yield* client.line('Gracefully stopping... (press Ctrl+C again to force)');
    yield* stopOrKill(client, [...containers].reverse());
    return CANCELED;
  }
}

/** Stops what runs; Ctrl-C meanwhile kills it. Told below the log, not where `up` told of the start. */
function* stopOrKill(client: Client, containers: readonly Container[]): Sys<void> {
  const progress = new Progress(client);
  try {
    for (const container of containers) if (container.isRunning) yield* stopContainer(client, container, progress);
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    yield* killAll(client, containers, progress, 'SIGKILL');
  }
}

function* killAll(client: Client, containers: readonly Container[], progress: Progress, signal: string): Sys<void> {
  for (const container of containers.filter(({ isRunning }) => isRunning)) {
    yield* progress.event(`Container ${container.name}`, 'Killing');
    client.engine.containers.kill(container, signal);
    if (/KILL$/.test(signal)) yield* untilStopped(client, container);
    yield* progress.event(`Container ${container.name}`, 'Killed');
  }
}

/** Containers of services that the file has no more. */
function* handleOrphans(client: Client, project: Project, progress: Progress, remove: boolean, warn: Call['warn']): Sys<void> {
  const known = new Set(project.services.map(({ name }) => name));
  const orphans = containersOf(client.engine, project.name).filter(({ spec }) => !known.has(spec.labels.get(labelOf('service')) ?? ''));
  if (orphans.length === 0) return;
  if (remove) for (const orphan of orphans) yield* removeContainer(client, orphan, progress);
  else {
    yield* warn(
      `Found orphan containers ([${orphans.map(({ name }) => name).join(' ')}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.`,
    );
  }
}

export function* create({ client, project, flags, args }: Call): Sys<number> {
  yield* createAll(client, project, chosen(project, args, true), new Progress(client), upOptions(flags));
  return 0;
}

export function* down({ client, project, flags, args }: Call): Sys<number> {
  const { engine } = client;
  const progress = new Progress(client);
  const timeout = flags.changed('timeout') ? flags.int('timeout') : undefined;
  const order = chosen(project, args, false).map(({ name }) => name);
  const known = containersOf(engine, project.name).filter(({ spec }) => order.includes(spec.labels.get(labelOf('service')) ?? ''));
  const rank = ({ spec }: Container): number => order.indexOf(spec.labels.get(labelOf('service')) ?? '');
  let found = known.length > 0;
  const orphans =
    args.length > 0 || !flags.bool('remove-orphans') ? [] : containersOf(engine, project.name).filter((one) => !known.includes(one));
  for (const container of [...orphans, ...known.sort((a, b) => rank(b) - rank(a))]) {
    yield* removeContainer(client, container, progress, timeout, flags.bool('volumes'));
  }
  if (args.length > 0) return 0;
  for (const { name, external } of project.networks.values()) {
    const network = engine.networks.all.find((one) => one.name === name);
    if (external || network === undefined) continue;
    found = true;
    yield* progress.event(`Network ${name}`, 'Removing');
    yield* client.takes(QUICK_NS);
    engine.removeNetwork(network);
    yield* progress.event(`Network ${name}`, 'Removed');
  }
  for (const { name, external } of flags.bool('volumes') ? project.volumes.values() : []) {
    const volume = engine.volumes.lookUp(name);
    if (external || volume === undefined) continue;
    found = true;
    yield* progress.event(`Volume ${name}`, 'Removing');
    engine.volumes.remove(volume, []);
    yield* progress.event(`Volume ${name}`, 'Removed');
  }
  if (!found) yield* client.warn(`Warning: No resource found to remove for project ${JSON.stringify(project.name)}.`);
  return 0;
}

export function* ps({ client, project, flags, args }: Call): Sys<number> {
  chosen(project, args, false);
  const shown = containersOf(client.engine, project.name).filter(
    ({ spec, isRunning, status }) =>
      (args.length === 0 || args.includes(spec.labels.get(labelOf('service')) ?? '')) &&
      (flags.bool('all') || isRunning || status === 'restarting'),
  );
  if (flags.bool('quiet')) for (const { id } of shown) yield* client.line(id);
  else if (flags.bool('services')) {
    for (const service of new Set(shown.map(({ spec }) => spec.labels.get(labelOf('service')) ?? ''))) yield* client.line(service);
  } else {
    const now = client.p.wallClockMs;
    const rows = shown.map((container) => [
      container.name,
      container.imageName,
      `"${ellipsis([...(container.spec.entrypoint ?? []), ...(container.spec.cmd ?? [])].join(' '), 20)}"`,
      container.spec.labels.get(labelOf('service')) ?? '',
      `${humanDuration(now - container.createdMs)} ago`,
      statusText(container, now),
      container.isRunning ? portsText(container) : '',
    ]);
    const header = ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'];
    yield* client.c.print(`${alignColumns([header, ...rows].map((row) => row.join('\t')).join('\n'), 20)}\n`);
  }
  return 0;
}

export function* logs({ client, project, flags, args }: Call): Sys<number> {
  chosen(project, args, false);
  const wanted = containersOf(client.engine, project.name).filter(
    ({ spec }) => args.length === 0 || args.includes(spec.labels.get(labelOf('service')) ?? ''),
  );
  const tail = flags.string('tail');
  yield* showLogs(client, wanted, {
    follow: flags.bool('follow'),
    prefix: !flags.bool('no-log-prefix'),
    timestamps: flags.bool('timestamps'),
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
  });
  return 0;
}

export function* execute({ client, project, flags, args: [service = '', ...argv] }: Call): Sys<number> {
  const index = flags.int('index');
  const container = containersOf(client.engine, project.name, service).find(
    ({ spec, isRunning }) => isRunning && spec.labels.get(labelOf('container-number')) === String(index),
  );
  if (container === undefined) throw new ComposeError(`service ${JSON.stringify(service)} is not running container #${index}`, 1);
  const tty = !flags.bool('no-TTY') && client.p.terminal(0) !== undefined && client.p.terminal(1) !== undefined;
  const own: Flags = {
    ...flags,
    bool: (name) => (name === 'interactive' ? true : name === 'tty' ? tty : flags.bool(name)),
  };
  return yield* exec(client, own, [container.name, ...argv]);
}

export function* config({ client, project, flags }: Call): Sys<number> {
  if (flags.bool('quiet')) return 0;
  if (flags.bool('services')) for (const { name } of project.services) yield* client.line(name);
  else if (flags.bool('images')) for (const service of project.services) yield* client.line(imageName(project, service));
  else if (flags.bool('volumes')) for (const key of project.volumes.keys()) yield* client.line(key);
  else yield* client.c.print(configText(project));
  return 0;
}

export function* build({ client, project, flags, args }: Call): Sys<number> {
  for (const service of chosen(project, args, false))
    yield* buildService(client, project, service, flags.list('build-arg'), flags.bool('no-cache'));
  return 0;
}

export function* pull({ client, project, args }: Call): Sys<number> {
  const progress = new Progress(client);
  for (const service of chosen(project, args, false))
    if (service.image !== undefined) yield* pullService(client, project, service, progress);
  return 0;
}

export function* start({ client, project, args }: Call): Sys<number> {
  const services = chosen(project, args, true);
  for (const { name } of args.length > 0 ? chosen(project, args, false) : services) {
    if (containersOf(client.engine, project.name, name).length === 0)
      throw new ComposeError(`service ${JSON.stringify(name)} has no container to start`, 1);
  }
  yield* startAll(client, project, services, new Progress(client));
  return 0;
}

/** Its containers, those of what depends on others first. */
function backwards({ client, project, args }: Call): Container[] {
  return [...chosen(project, args, false)].reverse().flatMap(({ name }) => containersOf(client.engine, project.name, name));
}

export function* stop(call: Call): Sys<number> {
  const progress = new Progress(call.client);
  const timeout = call.flags.changed('timeout') ? call.flags.int('timeout') : undefined;
  for (const container of backwards(call)) if (container.isRunning) yield* stopContainer(call.client, container, progress, timeout);
  return 0;
}

export function* restart(call: Call): Sys<number> {
  const { client, flags } = call;
  const progress = new Progress(client);
  for (const container of backwards(call).reverse()) {
    yield* progress.event(`Container ${container.name}`, 'Restarting');
    client.engine.containers.stop(container, flags.changed('timeout') ? flags.int('timeout') : undefined);
    yield* untilStopped(client, container);
    yield* client.takes(START_NS);
    client.engine.containers.start(container);
    yield* progress.event(`Container ${container.name}`, 'Started');
  }
  return 0;
}

export function* kill(call: Call): Sys<number> {
  yield* killAll(call.client, backwards(call), new Progress(call.client), call.flags.string('signal'));
  return 0;
}

export function* pause(call: Call): Sys<number> {
  const progress = new Progress(call.client);
  for (const container of backwards(call).reverse()) {
    yield* call.client.takes(QUICK_NS);
    call.client.engine.containers.pause(container);
    yield* progress.event(`Container ${container.name}`, 'Paused');
  }
  return 0;
}

export function* unpause(call: Call): Sys<number> {
  const progress = new Progress(call.client);
  for (const container of backwards(call).reverse()) {
    yield* call.client.takes(QUICK_NS);
    call.client.engine.containers.unpause(container);
    yield* progress.event(`Container ${container.name}`, 'Unpaused');
  }
  return 0;
}

export function* rm(call: Call): Sys<number> {
  const { client, flags } = call;
  const progress = new Progress(client);
  if (flags.bool('stop')) yield* stop(call);
  const stopped = backwards(call).filter(({ isRunning }) => !isRunning);
  if (stopped.length === 0) yield* client.warn('No stopped containers');
  for (const container of stopped) {
    yield* progress.event(`Container ${container.name}`, 'Removing');
    client.engine.containers.remove(container, { volumes: flags.bool('volumes') });
    yield* progress.event(`Container ${container.name}`, 'Removed');
  }
  return 0;
}

export function* port({ client, project, flags, args: [service = '', wanted = ''] }: Call): Sys<number> {
  const [container] = containersOf(client.engine, project.name, service);
  if (container === undefined) throw new ComposeError(`no such service: ${service}`, 1);
  const found = publishedPorts(container).find((one) => String(one.port) === wanted && one.protocol === flags.string('protocol'));
  if (found === undefined) throw new ComposeError(`no port ${wanted}/${flags.string('protocol')} for container ${container.name}`, 1);
  yield* client.line(`${found.hostIp}:${found.hostPort}`);
  return 0;
}

export function* version(client: Client, flags: Flags): Sys<number> {
  yield* client.line(flags.bool('short') ? COMPOSE_VERSION : `Docker Compose version v${COMPOSE_VERSION}`);
  return 0;
}
