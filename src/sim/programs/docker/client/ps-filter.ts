import type { Container } from '../../../docker/container/container.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import { publishedPorts } from '../../../docker/inspect/container.ts';
import type { Flags } from './flags.ts';

const STATUSES = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];

type Test = (container: Container, value: string, engine: Engine) => boolean;

/** What each filter asks; of several values of one, one has to hold (daemon/list.go). */
const TESTS: Readonly<Record<string, Test>> = {
  id: ({ id }, value) => matches(id, value) || id.startsWith(value),
  name: ({ name }, value) => matches(name, value) || matches(`/${name}`, value),
  status: ({ status }, value) => status === value,
  exited: (container, value) => Number.isFinite(container.finishedMs) && !container.isRunning && container.exitCode === Number(value),
  label: ({ spec }, value) => {
    const [key = '', wanted] = value.split('=');
    return spec.labels.has(key) && (wanted === undefined || spec.labels.get(key) === wanted);
  },
  network: ({ networks }, value, engine) =>
    [...networks.keys()].some(
      (name) => name === value || engine.networks.all.find((network) => network.name === name)?.id.startsWith(value),
    ),
  ancestor: ({ image }, value, engine) => engine.images.lookUp(value) === image,
  volume: ({ mounts }, value) => mounts.some(({ name, destination, source }) => [name, destination, source].includes(value)),
  publish: (container, value) => publishedPorts(container).some(({ hostPort, protocol }) => portIs(value, hostPort, protocol)),
  expose: ({ spec }, value) =>
    spec.exposedPorts.some((port) => {
      const [number = '', protocol = 'tcp'] = port.split('/');
      return portIs(value, Number(number), protocol);
    }),
  health: ({ health }, value) => (health ?? 'none') === value,
  before: (container, value, engine) => order(engine, container) < order(engine, engine.containers.find(value)),
  since: (container, value, engine) => order(engine, container) > order(engine, engine.containers.find(value)),
  'is-task': (_, value) => value === 'false',
};

/** The containers that `docker ps` is asked for, the newest first. */
export function filterContainers(engine: Engine, flags: Flags): Container[] {
  const filters = parseFilters(flags.list('filter'));
  for (const [name, values] of filters) {
    if (TESTS[name] === undefined) throw new DockerError(400, `Invalid filter '${name}'`);
    for (const value of values)
      if (name === 'status' && !STATUSES.includes(value)) throw new DockerError(400, `Invalid filter 'status=${value}'`);
  }
  const last = flags.bool('latest') && flags.int('last') < 1 ? 1 : flags.int('last');
  const all = flags.bool('all') || last > 0 || ['status', 'exited', 'before', 'since'].some((name) => filters.has(name));
  const found = engine.containers.all
    .filter((container) => all || container.isRunning || container.status === 'restarting')
    .filter((container) => [...filters].every(([name, values]) => values.some((value) => TESTS[name]?.(container, value, engine))))
    .reverse();
  return last > 0 ? found.slice(0, last) : found;
}

/** NAME=VALUE pairs, all values of a name together. */
export function parseFilters(list: readonly string[]): Map<string, string[]> {
  const filters = new Map<string, string[]>();
  for (const filter of list) {
    const equals = filter.indexOf('=');
    const name = filter.slice(0, equals).trim().toLowerCase();
    filters.set(name, [...(filters.get(name) ?? []), filter.slice(equals + 1).trim()]);
  }
  return filters;
}

const order = (engine: Engine, container: Container): number => engine.containers.all.indexOf(container);

/** As a regular expression, or word for word if it is none. */
export function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return text === pattern;
  }
}

function portIs(filter: string, port: number, protocol: string): boolean {
  const [range = '', wanted = 'tcp'] = filter.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return protocol === wanted && port >= first && port <= last;
}
