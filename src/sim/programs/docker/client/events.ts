import type { EngineEvent } from '../../../docker/events.ts';
import type { Sys } from '../../../machine/process.ts';
import { DOCKER_FUNCTIONS } from '../template/docker-functions.ts';
import { executeTemplate } from '../template/execute.ts';
import { parseDockerTemplate } from '../template/inspect.ts';
import { decode } from '../template/json.ts';
import type { Template } from '../template/parse.ts';
import { TemplateError } from '../template/template-error.ts';
import { INT64, mapOf, omitted, pointerTo, STRING, structOf } from '../template/value.ts';
import { type Client, ClientError } from './client.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { logTime } from './logs.ts';
import { parseMoment } from './timestamp.ts';

const MESSAGE = structOf('events.Message', {
  Status: omitted(STRING, 'status'),
  ID: omitted(STRING, 'id'),
  From: omitted(STRING, 'from'),
  Type: STRING,
  Action: STRING,
  Actor: structOf('events.Actor', { ID: STRING, Attributes: mapOf(STRING) }),
  Scope: omitted(STRING, 'scope'),
  Time: omitted(INT64, 'time'),
  TimeNano: omitted(INT64, 'timeNano'),
});

/** docker events: what has happened, and with no end in sight what happens. */
export function* events(client: Client, flags: Flags): Sys<number> {
  const { engine, p } = client;
  const template = parseFormat(flags.string('format'));
  const since = moment(flags.string('since'), p.wallClockMs);
  const until = moment(flags.string('until'), p.wallClockMs);
  const filters = parseFilters(flags.list('filter'));
  let position = since === undefined ? engine.events.end : 0;
  for (;;) {
    for (const event of engine.events.from(position)) {
      if (event.timeMs < (since ?? 0) || event.timeMs > (until ?? Number.POSITIVE_INFINITY)) continue;
      if (passes(event, filters)) yield* client.line(template === undefined ? plain(event) : formatted(event, template));
    }
    position = engine.events.end;
    if (until !== undefined && p.wallClockMs >= until) return 0;
    const left = until === undefined ? undefined : Math.max(1, Math.ceil((until - p.wallClockMs) * 1e6));
    yield* client.c.flush();
    yield* p.wait([engine.events.grown], left, 'events');
  }
}

function moment(given: string, nowMs: number): number | undefined {
  if (given === '') return undefined;
  const ms = parseMoment(given, nowMs);
  if (ms === undefined) throw new ClientError(`failed to parse value as time or duration: ${JSON.stringify(given)}`);
  return ms;
}

function parseFormat(format: string): Template | undefined {
  if (format === '') return undefined;
  const refuse = (why: string): never => {
    throw new ClientError(`Error parsing format: ${why}`, 64);
  };
  const template = parseDockerTemplate(format);
  if (template instanceof TemplateError) return refuse(template.message);
  // It is tried on a message with nothing in it first.
  const { error } = executeTemplate(template, messageValue({}), { functions: DOCKER_FUNCTIONS });
  return error === undefined ? template : refuse(error.message);
}

type Document = Parameters<typeof decode>[1];

const messageValue = (document: Document) => ({ type: pointerTo(MESSAGE), data: decode(MESSAGE, document) });

const sorted = (event: EngineEvent): [string, string][] => Object.entries(event.attributes).sort(([a], [b]) => (a < b ? -1 : 1));

function plain(event: EngineEvent): string {
  const attributes = sorted(event).map(([key, value]) => `${key}=${value}`);
  const { timeMs, timeNs, type, action, id } = event;
  return `${logTime(timeMs, timeNs)} ${type} ${action} ${id} (${attributes.join(', ')})`;
}

function formatted(event: EngineEvent, template: Template): string {
  const { type, action, id, attributes, timeMs, timeNs } = event;
  const old = type === 'container' ? { status: action, id, from: attributes.image ?? '' } : type === 'image' ? { status: action, id } : {};
  const document = {
    ...old,
    ...{ Type: type, Action: action, Actor: { ID: id, Attributes: Object.fromEntries(sorted(event)) }, scope: 'local' },
    ...{ time: Math.floor(timeMs / 1000), timeNano: timeMs * 1e6 + (timeNs % 1e6) },
  };
  return executeTemplate(template, messageValue(document), { functions: DOCKER_FUNCTIONS }).output;
}

type Filters = ReadonlyMap<string, readonly string[]>;

/** Which events the filters let through (daemon/events/filter.go). */
function passes({ type, action, id, attributes }: EngineEvent, filters: Filters): boolean {
  const exact = (name: string, value: string): boolean => filters.get(name)?.includes(value) ?? true;
  const prefix = (name: string, value: string): boolean => filters.get(name)?.some((wanted) => value.startsWith(wanted)) ?? true;
  const named = (name: string): boolean => prefix(name, id) || prefix(name, attributes.name ?? '');
  const kinds = ['exec_create', 'exec_start', 'health_status'];
  const byPrefix = (filters.get('event') ?? []).some((wanted) => kinds.includes(wanted));
  const image = type === 'image' ? (attributes.name ?? '') : (attributes.image ?? '');
  return (
    (byPrefix ? prefix('event', action) : exact('event', action)) &&
    exact('type', type) &&
    exact('scope', 'local') &&
    ['container', 'plugin', 'volume', 'network', 'service', 'node', 'secret', 'config', 'daemon'].every(named) &&
    [id, image, image.replace(/:[^/:]*$/, '')].some((name) => exact('image', name)) &&
    (filters.get('label') ?? []).every((label) => {
      const [key = '', ...value] = label.split('=');
      return attributes[key] !== undefined && (value.length === 0 || attributes[key] === value.join('='));
    })
  );
}
