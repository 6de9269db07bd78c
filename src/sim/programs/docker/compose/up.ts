import { NS_PER_MS } from '../../../base/time.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Image } from '../../../docker/image/image.ts';
import { DEFAULT_NETWORK_SPEC } from '../../../docker/network/network.ts';
import type { Sys } from '../../../machine/process.ts';
import { buildCommand } from '../client/build.ts';
import type { Client } from '../client/client.ts';
import { untilStopped } from '../client/containers.ts';
import type { Flags } from '../client/flags.ts';
import { fetchImage } from '../client/pull.ts';
import { ComposeError } from './compose-error.ts';
import { COMPOSE_VERSION, configHash, containerName, containerSpec, endpointOf, imageName, labelOf, networksOf } from './container-spec.ts';
import { inOrder, needs } from './load.ts';
import type { Project, Resource, Service } from './model.ts';
import type { Progress } from './progress.ts';
import { isMap, pairsOf } from './services.ts';

const NETWORK_NS = 120 * NS_PER_MS;
const CREATE_NS = 60 * NS_PER_MS;
const START_NS = 350 * NS_PER_MS;
const POLL_NS = 500 * NS_PER_MS;

export interface UpOptions {
  readonly forceRecreate: boolean;
  readonly noRecreate: boolean;
  readonly removeOrphans: boolean;
  readonly build: boolean;
  readonly noDeps: boolean;
  readonly scale: ReadonlyMap<string, number>;
}

/** A project's containers, in the order of their names; only those of a service, if one is named. */
export function containersOf(engine: Engine, project: string, service?: string): Container[] {
  return engine.containers.all
    .filter(({ spec: { labels } }) => labels.get(labelOf('project')) === project && labels.get(labelOf('oneoff')) !== 'True')
    .filter(({ spec: { labels } }) => service === undefined || labels.get(labelOf('service')) === service)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The services that are named, and with them those that they need; all, if none is. Throws for a name that is none. */
export function chosen(project: Project, names: readonly string[], withNeeds: boolean): Service[] {
  for (const name of names) {
    if (!project.services.some((service) => service.name === name)) throw new ComposeError(`no such service: ${name}`, 1);
  }
  const wanted = new Set(names.length === 0 ? project.services.map(({ name }) => name) : names);
  if (withNeeds) {
    // A set grows while it is walked through.
    for (const name of wanted) {
      const service = project.services.find((one) => one.name === name);
      for (const other of service === undefined ? [] : needs(service)) wanted.add(other);
    }
  }
  return inOrder(project.services).filter(({ name }) => wanted.has(name));
}

/** Networks, volumes, images and containers, none of which runs yet. */
export function* createAll(
  client: Client,
  project: Project,
  services: readonly Service[],
  progress: Progress,
  options: UpOptions,
): Sys<void> {
  yield* prepare(client, project, services, progress, options.build);
  for (const service of services) yield* converge(client, project, service, progress, options);
}

/** What containers need before they can be made. */
export function* prepare(client: Client, project: Project, services: readonly Service[], progress: Progress, build: boolean): Sys<void> {
  for (const service of services) yield* ensureImage(client, project, service, build, progress);
  const keys = new Set(services.flatMap(({ networks }) => [...networks.keys()]));
  for (const [key, network] of project.networks) if (keys.has(key)) yield* ensureNetwork(client, project, network, progress);
  for (const volume of project.volumes.values()) yield* ensureVolume(client, project, volume, progress);
}

function* ensureImage(client: Client, project: Project, service: Service, rebuild: boolean, progress: Progress): Sys<void> {
  const { engine } = client;
  const name = imageName(project, service);
  if (service.build !== undefined && (rebuild || engine.images.lookUp(name) === undefined))
    yield* buildService(client, project, service, [], false);
  else if (engine.images.lookUp(name) === undefined) yield* pullService(client, project, service, progress);
}

export function* pullService(client: Client, project: Project, service: Service, progress: Progress): Sys<void> {
  yield* progress.event(service.name, 'Pulling');
  try {
    yield* fetchImage(client, imageName(project, service));
  } catch (thrown) {
    yield* progress.event(service.name, 'Error');
    throw thrown;
  }
  yield* progress.event(service.name, 'Pulled');
}

/** The classic builder builds it: compose's own way with DOCKER_BUILDKIT=0. */
export function* buildService(client: Client, project: Project, service: Service, args: readonly string[], noCache: boolean): Sys<void> {
  const { build } = service;
  if (build === undefined) return;
  const file = build.dockerfile === '' ? '' : build.dockerfile.startsWith('/') ? build.dockerfile : `${build.context}/${build.dockerfile}`;
  const lists: Readonly<Record<string, readonly string[]>> = { tag: [imageName(project, service)], 'build-arg': [...build.args, ...args] };
  const texts: Readonly<Record<string, string>> = { file, target: build.target, network: 'default' };
  const flags: Flags = {
    changed: () => false,
    bool: (name) => name === 'rm' || (name === 'no-cache' && noCache),
    int: () => 0,
    string: (name) => texts[name] ?? '',
    list: (name) => lists[name] ?? [],
  };
  yield* buildCommand(client, flags, [build.context]);
}

function* ensureNetwork(client: Client, project: Project, network: Resource, progress: Progress): Sys<void> {
  const { engine } = client;
  const { key, name, external, source } = network;
  if (engine.networks.all.some((one) => one.name === name)) return;
  if (external) throw new ComposeError(`network ${name} declared as external, but could not be found`, 1);
  const id = `Network ${name}`;
  yield* progress.event(id, 'Creating');
  yield* client.takes(NETWORK_NS);
  const configs = isMap(source.ipam) && Array.isArray(source.ipam.config) ? source.ipam.config.filter(isMap) : [];
  const text = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : String(value));
  engine.createNetwork({
    ...DEFAULT_NETWORK_SPEC,
    name,
    driver: text(source.driver) ?? 'bridge',
    internal: source.internal === true,
    attachable: source.attachable === true,
    ipv6: source.enable_ipv6 === true,
    options: pairsOf(source.driver_opts),
    labels: new Map([
      ...pairsOf(source.labels),
      ...(
        [
          ['network', key],
          ['project', project.name],
          ['version', COMPOSE_VERSION],
        ] as const
      ).map(([label, value]) => [labelOf(label), value] as const),
    ]),
    ipam: configs.map(({ subnet, gateway, ip_range, aux_addresses }) => ({
      ...(subnet !== undefined && { subnet: String(subnet) }),
      ...(gateway !== undefined && { gateway: String(gateway) }),
      ...(ip_range !== undefined && { ipRange: String(ip_range) }),
      auxAddresses: pairsOf(aux_addresses),
    })),
    ipamDriver: isMap(source.ipam) && source.ipam.driver !== undefined ? String(source.ipam.driver) : 'default',
  });
  yield* progress.event(id, 'Created');
}

function* ensureVolume(client: Client, project: Project, { key, name, external, source }: Resource, progress: Progress): Sys<void> {
  const { engine } = client;
  if (engine.volumes.lookUp(name) !== undefined) return;
  if (external) throw new ComposeError(`external volume ${JSON.stringify(name)} not found`, 1);
  yield* progress.event(`Volume ${JSON.stringify(name)}`, 'Creating');
  const own = [
    ['project', project.name],
    ['version', COMPOSE_VERSION],
    ['volume', key],
  ] as const;
  engine.volumes.create(name, {
    labels: new Map([...pairsOf(source.labels), ...own.map(([label, value]) => [labelOf(label), value] as const)]),
  });
  yield* progress.event(`Volume ${JSON.stringify(name)}`, 'Created');
}

/** As many containers of a service as are wanted, made of what the file says now (convergence.go). */
function* converge(client: Client, project: Project, service: Service, progress: Progress, options: UpOptions): Sys<void> {
  const { engine } = client;
  const image = engine.images.find(imageName(project, service));
  const count = options.scale.get(service.name) ?? service.scale;
  const existing = containersOf(engine, project.name, service.name);
  for (const container of existing.slice(count)) yield* removeContainer(client, container, progress);
  for (let number = 1; number <= count; number++) {
    const old = existing.find(({ spec }) => spec.labels.get(labelOf('container-number')) === String(number));
    const id = `Container ${containerName(project, service, number)}`;
    if (old === undefined) {
      yield* progress.event(id, 'Creating');
      yield* create(client, project, service, image, number);
      yield* progress.event(id, 'Created');
    } else if (options.forceRecreate || (!options.noRecreate && isOutdated(old, service, image))) {
      yield* progress.event(id, 'Recreate');
      if (old.isRunning) engine.containers.stop(old);
      yield* untilStopped(client, old);
      engine.containers.remove(old, { force: true });
      yield* create(client, project, service, image, number);
      yield* progress.event(id, 'Recreated');
    } else if (old.isRunning) yield* progress.event(id, 'Running');
  }
}

const isOutdated = ({ spec, image: of }: Container, service: Service, image: Image): boolean =>
  spec.labels.get(labelOf('config-hash')) !== configHash(service) || of.id !== image.id;

function* create(client: Client, project: Project, service: Service, image: Image, number: number): Sys<Container> {
  const { engine } = client;
  yield* client.takes(CREATE_NS);
  const container = engine.containers.create(containerSpec(engine, project, service, image, number));
  if (service.networkMode !== undefined) return container;
  for (const { key, name } of networksOf(project, service).slice(1)) {
    engine.connect(name, container, endpointOf(project, service, key, number));
  }
  return container;
}

/** Starts what does not run, each when what it depends on is as it wants it. */
export function* startAll(client: Client, project: Project, services: readonly Service[], progress: Progress, noDeps = false): Sys<void> {
  for (const service of services) {
    const idle = containersOf(client.engine, project.name, service.name).filter(({ isRunning }) => !isRunning);
    if (idle.length === 0) continue;
    if (!noDeps) yield* untilReady(client, project, service, progress);
    for (const container of idle) {
      yield* progress.event(`Container ${container.name}`, 'Starting');
      yield* client.takes(START_NS);
      try {
        client.engine.containers.start(container);
      } catch (thrown) {
        if (thrown instanceof DockerError) throw new ComposeError(`Error response from daemon: ${thrown.message}`, 1);
        throw thrown;
      }
      yield* progress.event(`Container ${container.name}`, 'Started');
    }
  }
}

function* untilReady(client: Client, project: Project, service: Service, progress: Progress): Sys<void> {
  for (const [name, condition] of service.dependsOn) {
    if (condition === 'service_started') continue;
    for (const container of containersOf(client.engine, project.name, name)) {
      const id = `Container ${container.name}`;
      yield* progress.event(id, 'Waiting');
      while (!isReady(container, condition)) {
        const why = failure(container, condition);
        if (why !== undefined) {
          yield* progress.event(id, 'Error');
          throw new ComposeError(why, 1);
        }
        yield* client.p.sleep(POLL_NS);
      }
      yield* progress.event(id, condition === 'service_healthy' ? 'Healthy' : 'Exited');
    }
  }
}

const isReady = ({ health, status, exitCode, isRunning }: Container, condition: string): boolean =>
  condition === 'service_healthy' ? isRunning && health === 'healthy' : status === 'exited' && exitCode === 0;

/** Why it will never be ready. */
function failure(container: Container, condition: string): string | undefined {
  const { name, health, status, exitCode } = container;
  if (condition === 'service_healthy') {
    if (status === 'exited') return `dependency failed to start: container ${name} exited (${exitCode})`;
    if (health === undefined) return `dependency failed to start: container ${name} has no healthcheck configured`;
    return health === 'unhealthy' ? `dependency failed to start: container ${name} is unhealthy` : undefined;
  }
  const service = container.spec.labels.get(labelOf('service')) ?? name;
  return status === 'exited' ? `service ${JSON.stringify(service)} didn't complete successfully: exit ${exitCode}` : undefined;
}

export function* stopContainer(client: Client, container: Container, progress: Progress, timeoutS?: number): Sys<void> {
  yield* progress.event(`Container ${container.name}`, 'Stopping');
  client.engine.containers.stop(container, timeoutS);
  yield* untilStopped(client, container);
  yield* progress.event(`Container ${container.name}`, 'Stopped');
}

export function* removeContainer(client: Client, container: Container, progress: Progress, timeoutS?: number, volumes = false): Sys<void> {
  yield* stopContainer(client, container, progress, timeoutS);
  yield* progress.event(`Container ${container.name}`, 'Removing');
  client.engine.containers.remove(container, { force: true, volumes });
  yield* progress.event(`Container ${container.name}`, 'Removed');
}
