import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { utf8 } from '../../base/utf8.ts';
import { parseSignal } from '../../machine/signal.ts';
import type { Engine } from '../engine.ts';
import { DockerError, invalid } from '../error.ts';
import type { Image } from '../image/image.ts';
import { newId } from '../network/network.ts';
import { capabilityName, isCapability } from '../runtime/privileges.ts';
import { Container } from './container.ts';
import { makeInitLayer, makeWorkingDirectory, populateVolumes } from './files.ts';
import { mountsOf } from './mounts.ts';
import { initialNetworks, isContainerMode, isUserDefined } from './networking.ts';
import { overlayOptions } from './overlay.ts';
import { etcFile, makePath } from './process.ts';
import { CONTAINER_NAME, randomName } from './random-name.ts';
import { checkResources } from './resources.ts';
import type { ContainerSpec, RestartPolicy } from './spec.ts';

/** Those of docker info; what is not json-file or local, cannot be read back. */
const LOG_DRIVERS = [
  ...['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'logentries', 'splunk', 'syslog', 'none'],
];

/** Makes a container of an image (daemon.containerCreate); nothing of it runs yet, and it has no address. */
export function createContainer(engine: Engine, asked: ContainerSpec, image = engine.images.find(asked.image)): Container {
  const { machine, daemon } = engine.host;
  check(asked);
  checkResources(asked.host, engine.host);
  const name = asked.name?.replace(/^\//, '');
  const id = newId(machine.random, `container ${name ?? ''}`);
  if (name !== undefined) {
    if (!CONTAINER_NAME.test(name)) throw invalid(`Invalid container name (${asked.name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    engine.containers.reserveName(name);
  }
  const spec = resolveMode(engine, merge(asked, image, id));
  if ((spec.entrypoint ?? []).length === 0 && (spec.cmd ?? []).length === 0) throw invalid('No command specified');
  const links = linksOf(engine, spec);
  const initLayer = makeInitLayer(image.tree, machine.wallClockMs);
  const container = new Container({
    id,
    name: name ?? randomName(machine.random, (taken) => engine.containers.all.some((other) => other.name === taken)),
    anonymous: name === undefined,
    imageName: asked.image,
    image,
    spec,
    createdMs: machine.wallClockMs,
    createdNs: machine.clock.now,
    mounts: mountsOf(engine, spec),
    initLayer,
    tree: machine.files.createTree('overlay', initLayer, () => overlayOptions(id, image.id)),
    networks: initialNetworks(spec.host.networkMode, spec.networks),
  });
  for (const { alias, child } of links) engine.links.add(container, alias, child);
  makePath(machine, daemon, container.directory, false);
  const hostname = spec.domainname === '' ? spec.hostname : `${spec.hostname}.${spec.domainname}`;
  machine.files.writeFile(daemon, etcFile(container, 'hostname'), utf8(`${hostname}\n`));
  makeWorkingDirectory(engine.host, container);
  populateVolumes(engine.host, container);
  for (const file of ['hosts', 'resolv.conf'] as const) machine.files.writeFile(daemon, etcFile(container, file), new Uint8Array(0));
  return container;
}

const SECURITY_OPTIONS = /^(?:no-new-privileges(?:[=:](?:true|false))?|disable|(?:label|apparmor|seccomp|systempaths)[=:].*)$/;

/** What contradicts itself (verifyContainerSettings and runconfig's validateNetMode). */
function check({ host, hostname, workingDir, macAddress, exposedPorts, stopSignal, healthcheck, networks }: ContainerSpec): void {
  const { networkMode } = host;
  if (workingDir !== '' && !workingDir.startsWith('/')) {
    throw invalid(`the working directory '${workingDir}' is invalid, it needs to be an absolute path`);
  }
  if (stopSignal !== undefined && parseSignal(stopSignal) === undefined) throw invalid(`Invalid signal: ${stopSignal}`);
  checkRestartPolicy(host.restartPolicy);
  if (!LOG_DRIVERS.includes(host.logDriver)) {
    throw invalid(`error looking up logging plugin ${host.logDriver}: plugin ${JSON.stringify(host.logDriver)} not found`);
  }
  for (const [given, flag] of [...host.capAdd.map((name) => [name, 'CapAdd']), ...host.capDrop.map((name) => [name, 'CapDrop'])]) {
    if (!isCapability(given ?? '')) throw invalid(`invalid ${flag}: unknown capability: ${JSON.stringify(capabilityName(given ?? ''))}`);
  }
  for (const [value, what] of [
    [healthcheck?.intervalNs ?? 0, 'Interval'],
    [healthcheck?.timeoutNs ?? 0, 'Timeout'],
    [healthcheck?.startPeriodNs ?? 0, 'StartPeriod'],
  ] as const) {
    if (value !== 0 && value < NS_PER_MS) throw invalid(`${what} in Healthcheck cannot be less than 1ms`);
  }
  for (const { ipv4, ipv6 } of networks.values()) {
    if (ipv4 !== '' && parseIpv4(ipv4) === undefined) throw invalid(`invalid IPv4 address: ${ipv4}`);
    if (ipv6 !== '' && parseIpv6(ipv6) === undefined) throw invalid(`invalid IPv6 address: ${ipv6}`);
  }
  if (host.autoRemove && host.restartPolicy.name !== 'no') throw invalid("can't create 'AutoRemove' container with restart policy");
  const refuse = (what: string): never => {
    throw invalid(`conflicting options: ${what}`);
  };
  if (/^container(:|$)/.test(networkMode) && (networkMode.split(':')[1] ?? '') === '') {
    throw invalid('Invalid network mode: invalid container format container:<name|id>');
  }
  for (const option of host.securityOpt) {
    if (!SECURITY_OPTIONS.test(option)) throw invalid(`invalid --security-opt 2: ${JSON.stringify(option)}`);
  }
  if (host.utsMode === 'host' && hostname !== '') refuse('hostname and the UTS mode');
  if (isContainerMode(networkMode)) {
    if (hostname !== '') refuse('hostname and the network mode');
    if (host.links.length > 0) refuse("container type network can't be used with links. This would result in undefined behavior");
    if (host.dns.length > 0) refuse('dns and the network mode');
    if (host.extraHosts.length > 0) refuse('custom host-to-IP mapping and the network mode');
  }
  if ((isContainerMode(networkMode) || networkMode === 'host') && macAddress !== '') refuse('mac-address and the network mode');
  if (isContainerMode(networkMode)) {
    if (host.portBindings.size > 0 || host.publishAllPorts) refuse('port publishing and the container type network mode');
    if (exposedPorts.length > 0) refuse('port exposing and the container type network mode');
  }
  if (networkMode === 'host' && host.links.length > 0) {
    refuse("host type networking can't be used with links. This would result in undefined behavior");
  }
  if (networks.size > 1) throw invalid(`Container cannot be connected to network endpoints: ${[...networks.keys()].join(', ')}`);
}

/** Throws what the engine says about a policy that is none (container.ValidateRestartPolicy). */
export function checkRestartPolicy({ name, maximumRetryCount }: RestartPolicy): void {
  if (!['no', 'always', 'unless-stopped', 'on-failure'].includes(name)) throw invalid(`invalid restart policy '${name}'`);
  if (name === 'on-failure' && maximumRetryCount < 0) throw invalid('maximum retry count cannot be negative');
  if (name !== 'on-failure' && maximumRetryCount !== 0) {
    throw invalid(`maximum retry count cannot be used with restart policy '${name}'`);
  }
}

/** What the user left open is as the image says (runconfig.Merge). */
function merge(asked: ContainerSpec, { config }: Image, id: string): ContainerSpec {
  const own = new Set(asked.env.map((pair) => pair.split('=')[0]));
  const entrypoint = asked.entrypoint === undefined ? config.entrypoint : asked.entrypoint[0] === '' ? undefined : asked.entrypoint;
  // A new entry point does not go with the image's command.
  const cmd = asked.cmd ?? (asked.entrypoint === undefined ? config.cmd : undefined);
  return {
    ...asked,
    hostname:
      asked.hostname !== '' || asked.host.networkMode === 'host' || isContainerMode(asked.host.networkMode)
        ? asked.hostname
        : id.slice(0, 12),
    user: asked.user === '' ? config.user : asked.user,
    env: [...asked.env, ...config.env.filter((pair) => !own.has(pair.split('=')[0]))],
    entrypoint,
    cmd,
    workingDir: asked.workingDir === '' ? config.workingDir : asked.workingDir,
    labels: new Map([...config.labels, ...asked.labels]),
    exposedPorts: [...new Set([...asked.exposedPorts, ...config.exposedPorts, ...asked.host.portBindings.keys()])],
    volumes: [...new Set([...asked.volumes, ...config.volumes])],
    stopSignal: asked.stopSignal ?? config.stopSignal,
    healthcheck: asked.healthcheck ?? config.healthcheck,
  };
}

/** The host's name for those who share its network, the other container's id for those who share a container's. */
function resolveMode(engine: Engine, spec: ContainerSpec): ContainerSpec {
  const { pidMode, ipcMode } = spec.host;
  const byId = (mode: string): string =>
    isContainerMode(mode) ? `container:${engine.containers.find(mode.slice('container:'.length)).id}` : mode;
  const host = { ...spec.host, pidMode: byId(pidMode), ipcMode: byId(ipcMode) };
  return resolveNetwork(engine, { ...spec, host });
}

function resolveNetwork(engine: Engine, spec: ContainerSpec): ContainerSpec {
  const { networkMode } = spec.host;
  if (networkMode === 'host' && spec.hostname === '') return { ...spec, hostname: engine.host.daemon.namespaces.uts.hostname };
  if (!isContainerMode(networkMode)) return spec;
  const other = engine.containers.lookUp(networkMode.slice('container:'.length));
  if (other === undefined) return spec;
  return { ...spec, hostname: other.hostname, host: { ...spec.host, networkMode: `container:${other.id}` } };
}

function linksOf(engine: Engine, { host }: ContainerSpec): { readonly alias: string; readonly child: Container }[] {
  if (isUserDefined(host.networkMode)) return [];
  return host.links.map((link) => {
    const [name = '', alias = name] = link.split(':');
    const child = linked(engine, name);
    if (child.networkMode === 'host') {
      throw invalid("conflicting options: host type networking can't be used with links. This would result in undefined behavior");
    }
    return { alias: alias === '' ? name : alias, child };
  });
}

function linked(engine: Engine, name: string): Container {
  try {
    return engine.containers.find(name);
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    throw new DockerError(thrown.status, `could not get container for ${name}: ${thrown.message}`);
  }
}
