import type { Container } from '../../../docker/container/container.ts';
import type { Engine } from '../../../docker/engine.ts';
import { exposedPorts, publishedPorts } from '../../../docker/inspect/container.ts';
import type { PortMapping } from '../../../docker/network/bridge/port-mapping.ts';
import type { Sys } from '../../../machine/process.ts';
import { DOCKER_FUNCTIONS } from '../template/docker-functions.ts';
import { executeTemplate } from '../template/execute.ts';
import { parseDockerTemplate } from '../template/inspect.ts';
import { TemplateError } from '../template/template-error.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { ellipsis, humanDuration, humanSize, type LabelledRow, listFormat, printList, type Row, templateRow } from './list.ts';
import { filterContainers } from './ps-filter.ts';

const HEADERS: Row = {
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  State: 'STATE',
  Status: 'STATUS',
  Ports: 'PORTS',
  Names: 'NAMES',
  Size: 'SIZE',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
};
const TABLE = 'table {{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}';
const RAW = [
  ...['container_id: {{.ID}}', 'image: {{.Image}}', 'command: {{.Command}}', 'created_at: {{.CreatedAt}}'],
  ...['state: {{- pad .State 1 0}}', 'status: {{- pad .Status 1 0}}', 'names: {{.Names}}', 'labels: {{- pad .Labels 1 0}}'],
  ...['ports: {{- pad .Ports 1 0}}', ''],
].join('\n');
const ROW = 'formatter.ContainerContext';
const COMMAND_WIDTH = 20;
const MOUNT_WIDTH = 15;

/** docker ps. */
export function* ps(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  checkFormat(flags.string('format'));
  const containers = filterContainers(engine, flags);
  const noTrunc = flags.bool('no-trunc');
  const size = flags.bool('size');
  const format = listFormat(flags, {
    table: size ? `${TABLE}\\t{{.Size}}` : TABLE,
    raw: size ? `${RAW}size: {{.Size}}\n` : RAW,
    quiet: '{{.ID}}',
    quietRaw: 'container_id: {{.ID}}',
  });
  yield* printList(
    client,
    format,
    HEADERS,
    containers.map((container) => ({ columns: containerRow(client, container, noTrunc), labels: container.spec.labels })),
    ROW,
  );
  return 0;
}

/** The client tries the format before it asks the engine, to see whether it needs the sizes (buildContainerListOptions). */
function checkFormat(format: string): void {
  const template = parseDockerTemplate(format);
  if (template instanceof TemplateError) throw new ClientError(`failed to parse template: ${template.message}`);
  const columns = Object.fromEntries(Object.keys(HEADERS).map((name) => [name, name === 'Image' ? '<no image>' : '']));
  const empty: LabelledRow = { columns, labels: new Map() };
  const { error } = executeTemplate(template, templateRow(empty, ROW), { functions: DOCKER_FUNCTIONS });
  if (error !== undefined) throw new ClientError(`failed to execute template: ${error.message}`);
}

/** A container as a line of a listing. */
export function containerRow(client: Client, container: Container, noTrunc: boolean): Row {
  const { p, engine } = client;
  const { spec } = container;
  const argv = commandText([...(spec.entrypoint ?? []), ...(spec.cmd ?? [])]);
  const mounts = container.mounts.map(({ name, source }) => name ?? source).filter((name) => name !== '');
  return {
    ID: noTrunc ? container.id : container.shortId,
    Image: imageName(engine, container, noTrunc),
    Command: JSON.stringify(noTrunc ? argv : ellipsis(argv, COMMAND_WIDTH)),
    CreatedAt: `${new Date(container.createdMs).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    RunningFor: `${humanDuration(p.wallClockMs - container.createdMs)} ago`,
    State: container.status,
    Status: statusText(container, p.wallClockMs),
    Ports: portsText(container),
    Names: names(engine, container, noTrunc),
    Size: `${humanSize(container.changedBytes)} (virtual ${humanSize(container.image.sizeBytes + container.changedBytes)})`,
    Labels: [...spec.labels].map(([key, value]) => `${key}=${value}`).join(','),
    Mounts: mounts.map((name) => (noTrunc ? name : ellipsis(name, MOUNT_WIDTH))).join(','),
    LocalVolumes: String(container.mounts.filter(({ type }) => type === 'volume').length),
    Networks: [...container.networks.keys()].sort().join(','),
  };
}

/** Words with blanks in them between quotes (daemon/list.go, transform). */
export const commandText = (argv: readonly string[]): string => argv.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');

/** The name it was made with, as long as that still means the same image. */
function imageName(engine: Engine, { imageName: name, image }: Container, noTrunc: boolean): string {
  if (engine.images.lookUp(name) === image) return /^[0-9a-f]{64}$/.test(name) && !noTrunc ? name.slice(0, 12) : name;
  return noTrunc ? `sha256:${image.id}` : image.id.slice(0, 12);
}

/** Its own name, and with --no-trunc those that links give it. */
function names(engine: Engine, container: Container, noTrunc: boolean): string {
  const own = [container.name];
  if (!noTrunc) return container.name;
  for (const { parent, alias } of engine.links.parentsOf(container)) own.push(`${parent.name}/${alias}`);
  return own.sort().join(',');
}

/** `Up 3 seconds (healthy)`, `Exited (137) 2 minutes ago`. */
export function statusText(container: Container, nowMs: number): string {
  const { status, health } = container;
  switch (status) {
    case 'created':
      return 'Created';
    case 'running':
    case 'paused': {
      const up = `Up ${humanDuration(nowMs - container.startedMs)}`;
      if (status === 'paused') return `${up} (Paused)`;
      return health === undefined ? up : `${up} (${health === 'starting' ? 'health: starting' : health})`;
    }
    case 'restarting':
      return `Restarting (${container.exitCode}) ${humanDuration(nowMs - container.finishedMs)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'exited':
      return `Exited (${container.exitCode}) ${humanDuration(nowMs - container.finishedMs)} ago`;
  }
}

interface PortLine {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly port: number;
  readonly protocol: string;
}

/** Published and exposed ports; runs of consecutive ones as ranges (formatter.DisplayablePorts). */
export function portsText(container: Container): string {
  const published = publishedPorts(container);
  const lines: PortLine[] = published.map(({ hostIp, hostPort, port, protocol }: PortMapping) => ({ hostIp, hostPort, port, protocol }));
  const isPublished = new Set(published.map(({ port, protocol }) => `${port}/${protocol}`));
  for (const exposed of exposedPorts(container)) {
    const [port, protocol = 'tcp'] = exposed.split('/');
    if (!isPublished.has(exposed)) lines.push({ hostIp: '', hostPort: 0, port: Number(port), protocol });
  }
  lines.sort(
    (a, b) =>
      a.port - b.port ||
      (a.hostIp < b.hostIp ? -1 : a.hostIp > b.hostIp ? 1 : 0) ||
      a.hostPort - b.hostPort ||
      (a.protocol < b.protocol ? -1 : 1),
  );
  const groups = new Map<string, { first: PortLine; last: PortLine }>();
  const hosts: string[] = [];
  const out: string[] = [];
  for (const line of lines) {
    if (line.hostIp !== '' && line.hostPort !== line.port) {
      hosts.push(`${line.hostIp}:${line.hostPort}->${line.port}/${line.protocol}`);
      continue;
    }
    const key = `${line.hostIp}/${line.protocol}`;
    const group = groups.get(key);
    if (group !== undefined && line.port === group.last.port + 1) group.last = line;
    else {
      if (group !== undefined) out.push(rangeText(group.first, group.last));
      groups.set(key, { first: line, last: line });
    }
  }
  for (const { first, last } of groups.values()) out.push(rangeText(first, last));
  return [...out, ...hosts].join(', ');
}

function rangeText(first: PortLine, last: PortLine): string {
  const range = first.port === last.port ? String(first.port) : `${first.port}-${last.port}`;
  if (first.hostIp === '') return `${range}/${first.protocol}`;
  return `${first.hostIp}:${range}->${range}/${first.protocol}`;
}
