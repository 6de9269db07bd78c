import type { Container } from '../../../docker/container/container.ts';
import type { Engine } from '../../../docker/engine.ts';
import { failed, invalid, notFound } from '../../../docker/error.ts';
import type { Image } from '../../../docker/image/image.ts';
import { exposedPorts, publishedPorts } from '../../../docker/inspect/container.ts';
import { hasLabel, matches, parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';

const STATUSES = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];
const HEALTH = ['none', 'starting', 'healthy', 'unhealthy'];

type Test = (container: Container, value: string, engine: Engine) => boolean;

/** What each filter asks; of several values of one, one has to hold (daemon/list.go), but all labels. */
const TESTS: Readonly<Record<string, Test>> = {
  id: ({ id }, value) => matches(id, value) || id.startsWith(value),
  name: ({ name }, value) => matches(name, value) || matches(`/${name}`, value),
  status: ({ status }, value) => status === value,
  exited: (container, value) => Number.isFinite(container.finishedMs) && !container.isRunning && container.exitCode === Number(value),
  label: ({ spec }, value) => hasLabel(spec.labels, value),
  network: ({ networks }, value, engine) =>
    [...networks.keys()].some(
      (name) => name === value || engine.networks.all.find((network) => network.name === name)?.id.startsWith(value),
    ),
  ancestor: ({ image }, value, engine) => ancestors(engine, image).includes(engine.images.lookUp(value)),
  volume: ({ mounts }, value) => mounts.some(({ name, destination, source }) => [name, destination, source].includes(value)),
  publish: (container, value) => publishedPorts(container).some(({ hostPort, protocol }) => portIs(value, hostPort, protocol)),
  expose: (container, value) =>
    exposedPorts(container).some((port) => {
      const [number = '', protocol = 'tcp'] = port.split('/');
      return portIs(value, Number(number), protocol);
    }),
  health: ({ health }, value) => (health ?? 'none') === value,
  before: (container, value, engine) => order(engine, container) < order(engine, other(engine, value)),
  since: (container, value, engine) => order(engine, container) > order(engine, other(engine, value)),
  'is-task': (_, value) => !isTrue(value),
};

/** Throws what the engine says about a filter's value that it cannot read. */
function check(engine: Engine, name: string, value: string): void {
  if (TESTS[name] === undefined) throw invalid(`Invalid filter '${name}'`);
  if (name === 'status' && !STATUSES.includes(value)) throw invalid(`Invalid filter 'status=${value}'`);
  if (name === 'exited' && !/^[-+]?\d+$/.test(value)) throw failed(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
  if (name === 'health' && !HEALTH.includes(value)) throw invalid(`Unrecognised filter value for health: ${value}`);
  if (name === 'is-task' && !/^(1|0|true|false)$/.test(value)) throw invalid(`Invalid filter 'is-task=[${value}]'`);
  if (name === 'publish' || name === 'expose') checkPorts(name, value);
  if (name === 'before' || name === 'since') other(engine, value);
}

function checkPorts(name: string, value: string): void {
  const [range = ''] = value.split('/');
  for (const port of range.split('-')) {
    if (/^\d+$/.test(port)) continue;
    throw failed(`error while looking up for ${name} ${value}: strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`);
  }
}

function other(engine: Engine, key: string): Container {
  const found = engine.containers.lookUp(key);
  if (found === undefined) throw notFound(`no such container ${key}`);
  return found;
}

/** An image and, where it was built here, those it was built on. */
function ancestors({ images }: Engine, image: Image): readonly (Image | undefined)[] {
  const found: Image[] = [];
  for (let at: Image | undefined = image; at !== undefined; at = at.parent === undefined ? undefined : images.get(at.parent))
    found.push(at);
  return found;
}

const isTrue = (value: string): boolean => value === '1' || value === 'true';

/** The containers that `docker ps` is asked for, the newest first. */
export function filterContainers(engine: Engine, flags: Flags): Container[] {
  const filters = parseFilters(flags.list('filter'));
  for (const [name, values] of filters) for (const value of values) check(engine, name, value);
  const last = flags.bool('latest') && flags.int('last') < 1 ? 1 : flags.int('last');
  const all = flags.bool('all') || last > 0 || ['status', 'exited', 'before', 'since'].some((name) => filters.has(name));
  const found = engine.containers.all
    .filter((container) => all || container.isRunning || container.status === 'restarting')
    .filter((container) =>
      [...filters].every(([name, values]) => {
        const holds = (value: string): boolean => TESTS[name]?.(container, value, engine) === true;
        return name === 'label' ? values.every(holds) : values.some(holds);
      }),
    )
    .reverse();
  return last > 0 ? found.slice(0, last) : found;
}

const order = (engine: Engine, container: Container): number => engine.containers.all.indexOf(container);

function portIs(filter: string, port: number, protocol: string): boolean {
  const [range = '', wanted = 'tcp'] = filter.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return protocol === wanted && port >= first && port <= last;
}
