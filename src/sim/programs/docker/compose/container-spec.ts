import { ContentHash } from '../../../docker/builder/content-hash.ts';
import { parseDuration } from '../../../docker/builder/instruction.ts';
import {
  type ContainerSpec,
  DEFAULT_HOST_CONFIG,
  DEFAULT_SPEC,
  type EndpointSettings,
  NO_ENDPOINT_SETTINGS,
} from '../../../docker/container/spec.ts';
import type { Engine } from '../../../docker/engine.ts';
import type { Image } from '../../../docker/image/image.ts';
import { parsePortSpecs } from '../client/port-spec.ts';
import { parseRestart } from '../client/run-spec.ts';
import { ComposeError } from './compose-error.ts';
import type { Project, Service } from './model.ts';

/** As the plugin of Docker 20.10's last packages calls itself. */
export const COMPOSE_VERSION = '2.17.2';
const LABEL = 'com.docker.compose';

export const labelOf = (key: string): string => `${LABEL}.${key}`;

/** Which configuration a container was made of. */
export const configHash = ({ source }: Service): string => new ContentHash().add(JSON.stringify(source)).hex;

export const containerName = ({ name }: Project, service: Service, number: number): string =>
  service.containerName ?? `${name}-${service.name}-${number}`;

/** What a service's image is called where it is built and not named. */
export const imageName = ({ name }: Project, service: Service): string => service.image ?? `${name}-${service.name}`;

/** The networks of a service on the host, the first of which a container is made in (by priority, then by name). */
export function networksOf(project: Project, service: Service): { readonly name: string; readonly key: string }[] {
  return [...service.networks]
    .sort(([a, one], [b, other]) => other.priority - one.priority || (a < b ? -1 : 1))
    .map(([key]) => ({ key, name: project.networks.get(key)?.name ?? key }));
}

/** How a service's container is in one of its networks: found by its own name and its service's. */
export function endpointOf(project: Project, service: Service, key: string, number: number, oneOff = false): EndpointSettings {
  const network = service.networks.get(key);
  const links = service.links.map((link) => {
    const [other = '', alias = other] = link.split(':');
    const target = project.services.find(({ name }) => name === other);
    return `${target === undefined ? other : containerName(project, target, 1)}:${alias}`;
  });
  return {
    ...NO_ENDPOINT_SETTINGS,
    aliases: oneOff ? [] : [containerName(project, service, number), service.name, ...(network?.aliases ?? [])],
    links,
    ipv4: network?.ipv4 ?? '',
    ipv6: network?.ipv6 ?? '',
  };
}

/** The container that a service asks for. */
export function containerSpec(engine: Engine, project: Project, service: Service, image: Image, number: number): ContainerSpec {
  const ports = parsePortSpecs(service.ports, service.expose);
  const [first] = networksOf(project, service);
  const networkMode = modeOf(engine, project, service) ?? first?.name ?? 'none';
  const own =
    first !== undefined && service.networkMode === undefined ? endpointOf(project, service, first.key, number) : NO_ENDPOINT_SETTINGS;
  const grace = service.text('stop_grace_period');
  return {
    ...DEFAULT_SPEC,
    name: containerName(project, service, number),
    image: imageName(project, service),
    hostname: service.text('hostname'),
    domainname: service.text('domainname'),
    user: service.text('user'),
    tty: service.flag('tty'),
    openStdin: service.flag('stdin_open'),
    env: [...service.environment].map(([name, value]) => `${name}=${value}`),
    cmd: service.command,
    entrypoint: service.entrypoint,
    workingDir: service.text('working_dir'),
    labels: new Map([...service.labels, ...labels(project, service, image, number)]),
    exposedPorts: ports.exposed,
    volumes: service.volumes.filter((volume) => !volume.includes(':')),
    macAddress: service.text('mac_address'),
    stopSignal: service.text('stop_signal') || undefined,
    stopTimeout: grace === '' ? undefined : Math.round((parseDuration(grace) ?? 0) / 1e9),
    healthcheck: service.healthcheck,
    host: {
      ...DEFAULT_HOST_CONFIG,
      binds: service.volumes.filter((volume) => volume.includes(':')).map((volume) => bindOf(project, volume)),
      networkMode,
      portBindings: ports.bindings,
      restartPolicy: parseRestart(service.restart),
      capAdd: service.list('cap_add').map(capability),
      capDrop: service.list('cap_drop').map(capability),
      privileged: service.flag('privileged'),
      dns: service.list('dns'),
      dnsOptions: service.list('dns_opt'),
      dnsSearch: service.list('dns_search'),
      extraHosts: service.list('extra_hosts').map((host) => host.replace('=', ':')),
      readonlyRootfs: service.flag('read_only'),
      sysctls: new Map(
        service.list('sysctls').map((entry) => {
          const at = entry.search(/[=:]/);
          return [entry.slice(0, at), entry.slice(at + 1)];
        }),
      ),
      tmpfs: new Map(service.list('tmpfs').map((entry) => [entry.split(':')[0] ?? '', entry.split(':')[1] ?? ''])),
      pidMode: service.text('pid'),
      utsMode: service.text('uts'),
      init: service.flag('init') ? true : undefined,
    },
    networks: new Map([[networkMode, own]]),
  };
}

/** network_mode, with another service's or container's id in it. */
function modeOf(engine: Engine, project: Project, { networkMode }: Service): string | undefined {
  if (networkMode === undefined) return undefined;
  const other = networkMode.startsWith('service:') ? networkMode.slice('service:'.length) : undefined;
  if (other === undefined) return networkMode;
  const service = project.services.find(({ name }) => name === other);
  if (service === undefined) throw new ComposeError(`service ${JSON.stringify(other)} not found`, 1);
  return `container:${engine.containers.find(containerName(project, service, 1)).id}`;
}

function labels(project: Project, service: Service, image: Image, number: number): [string, string][] {
  const depends = [...service.dependsOn].map(([name, condition]) => `${name}:${condition}:false`).join(',');
  return [
    [labelOf('config-hash'), configHash(service)],
    [labelOf('container-number'), String(number)],
    [labelOf('depends_on'), depends],
    [labelOf('image'), `sha256:${image.id}`],
    [labelOf('oneoff'), 'False'],
    [labelOf('project'), project.name],
    [labelOf('project.config_files'), project.files.join(',')],
    [labelOf('project.working_dir'), project.directory],
    [labelOf('service'), service.name],
    [labelOf('version'), COMPOSE_VERSION],
  ];
}

/** A volume's key becomes its name on the host. */
function bindOf(project: Project, volume: string): string {
  const [source = '', target = '', mode = 'rw'] = volume.split(':');
  return `${project.volumes.get(source)?.name ?? source}:${target}:${mode}`;
}

const capability = (name: string): string => (name.toUpperCase() === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name.toUpperCase()}`);
