import { NS_PER_MS } from '../../../base/time.ts';
import { DockerError, invalid, notFound } from '../../../docker/error.ts';
import { goTime } from '../../../docker/inspect/json.ts';
import { containsAddress, overlaps, parseAddress, parseCidr } from '../../../docker/network/ipam/prefix.ts';
import { type IpamConfig, isPredefined, type Network } from '../../../docker/network/network.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, explain } from './client.ts';
import type { Flags } from './flags.ts';
import { printList, type Row } from './list.ts';
import { matches, parseFilters } from './ps-filter.ts';
import { pairs } from './run-spec.ts';

const CREATE_NS = 120 * NS_PER_MS;
const CONNECT_NS = 60 * NS_PER_MS;

/** docker network create. */
export function* networkCreate(client: Client, flags: Flags, [name = '']: readonly string[]): Sys<number> {
  const { engine } = client;
  const ipam = consolidate(flags);
  yield* client.takes(CREATE_NS);
  const network = engine.createNetwork({
    name,
    driver: flags.string('driver') || 'bridge',
    internal: flags.bool('internal'),
    attachable: flags.bool('attachable'),
    ipv6: flags.bool('ipv6'),
    options: pairs(flags.list('opt')),
    labels: pairs(flags.list('label')),
    configOnly: flags.bool('config-only'),
    ingress: flags.bool('ingress'),
    ipamDriver: flags.string('ipam-driver') || 'default',
    ipam,
    ipamOptions: pairs(flags.list('ipam-opt')),
  });
  yield* client.line(network.id);
  return 0;
}

/** Which gateway, range and kept addresses belong to which subnet (consolidateIpam). */
function consolidate(flags: Flags): IpamConfig[] {
  const subnets = flags.list('subnet');
  const ranges = flags.list('ip-range');
  const gateways = flags.list('gateway');
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new ClientError('every ip-range or gateway must have a corresponding subnet');
  }
  const configs = subnets.map((subnet) => ({
    subnet,
    prefix: parseCidr(subnet)?.prefix,
    ipRange: undefined as string | undefined,
    gateway: undefined as string | undefined,
    aux: new Map<string, string>(),
  }));
  for (const [i, { prefix }] of configs.entries()) {
    if (configs.slice(0, i).some((other) => prefix && other.prefix && overlaps(prefix, other.prefix))) {
      throw new ClientError('multiple overlapping subnet configuration is not supported');
    }
  }
  const owner = (address: bigint | undefined, v6: boolean | undefined) =>
    configs.find(({ prefix }) => prefix && address !== undefined && prefix.v6 === v6 && containsAddress(prefix, address));
  for (const range of ranges) {
    const parsed = parseCidr(range);
    const config = owner(parsed?.prefix.base, parsed?.prefix.v6);
    if (config === undefined) throw new ClientError(`no matching subnet for range ${range}`);
    config.ipRange = range;
  }
  for (const gateway of gateways) {
    const parsed = parseAddress(gateway);
    const config = owner(parsed?.address, parsed?.v6);
    if (config === undefined) throw new ClientError(`no matching subnet for gateway ${gateway}`);
    if (config.gateway !== undefined)
      throw new ClientError(`cannot configure multiple gateways (${config.gateway}, ${gateway}) for the same subnet`);
    config.gateway = gateway;
  }
  for (const [key, address] of pairs(flags.list('aux-address'))) {
    const parsed = parseAddress(address);
    const config = owner(parsed?.address, parsed?.v6);
    if (config === undefined) throw new ClientError(`no matching subnet for aux-address ${address}`);
    config.aux.set(key, address);
  }
  return configs.map(({ subnet, ipRange, gateway, aux }) => ({
    subnet,
    ...(ipRange !== undefined && { ipRange }),
    ...(gateway !== undefined && { gateway }),
    auxAddresses: aux,
  }));
}

const HEADERS: Row = {
  ID: 'NETWORK ID',
  Name: 'NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  CreatedAt: 'CREATED AT',
};
const TABLE = 'table {{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}';

/** docker network ls. */
export function* networkLs(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  const filters = parseFilters(flags.list('filter'));
  const networks = engine.networks.all
    .filter((network) => [...filters].every(([name, values]) => values.some((value) => passes(network, name, value))))
    .sort((a, b) => naturalOrder(a.name, b.name));
  const noTrunc = flags.bool('no-trunc');
  if (flags.bool('quiet') && !flags.changed('format')) {
    for (const { id } of networks) yield* client.line(noTrunc ? id : id.slice(0, 12));
    return 0;
  }
  const rows = networks.map(({ id, name, driver, spec, createdMs }) => ({
    ID: noTrunc ? id : id.slice(0, 12),
    Name: name,
    Driver: driver,
    Scope: 'local',
    IPv6: String(spec.ipv6),
    Internal: String(spec.internal),
    Labels: [...spec.labels].map(([key, value]) => `${key}=${value}`).join(','),
    CreatedAt: `${goTime(createdMs).replace('T', ' ').replace('Z', '')} +0000 UTC`,
  }));
  yield* printList(client, flags.string('format') || TABLE, HEADERS, rows);
  return 0;
}

function passes(network: Network, filter: string, value: string): boolean {
  switch (filter) {
    case 'driver':
      return network.driver === value;
    case 'id':
      return network.id.startsWith(value) || matches(network.id, value);
    case 'name':
      return matches(network.name, value);
    case 'scope':
      return value === 'local';
    case 'type':
      if (value !== 'custom' && value !== 'builtin') throw new DockerError(400, `Invalid filter: 'type'='${value}'`);
      return isPredefined(network.name) === (value === 'builtin');
    case 'dangling':
      return (network.endpoints.size === 0 && !isPredefined(network.name)) === /^(1|t|true)$/i.test(value);
    case 'label': {
      const [key = '', wanted] = value.split('=');
      return network.spec.labels.has(key) && (wanted === undefined || network.spec.labels.get(key) === wanted);
    }
    default:
      throw new DockerError(400, `Invalid filter '${filter}'`);
  }
}

/** net20 before net100 (fvbommel/sortorder). */
function naturalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (let i = 0; i < Math.min(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x, y] = [left?.[i] as string, right?.[i] as string];
    if (x === y) continue;
    if (i % 2 === 1 && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** docker network rm. */
export function* networkRm(client: Client, _: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  let status = 0;
  for (const name of names) {
    yield* client.takes(CONNECT_NS);
    try {
      engine.removeNetwork(engine.networks.find(name));
      yield* client.line(name);
    } catch (thrown) {
      yield* client.warn(explain(thrown, 'network', name));
      status = 1;
    }
  }
  return status;
}

/** docker network connect. */
export function* networkConnect(client: Client, flags: Flags, [name = '', containerName = '']: readonly string[]): Sys<number> {
  const { engine } = client;
  yield* client.takes(CONNECT_NS);
  const container = engine.containers.find(containerName);
  const [ipv4, ipv6] = [flags.string('ip'), flags.string('ip6')];
  if (ipv4 !== '' && parseAddress(ipv4)?.v6 !== false) throw invalid(`Invalid IPv4 address: ${ipv4})`);
  if (ipv6 !== '' && parseAddress(ipv6)?.v6 !== true) throw invalid(`Invalid IPv6 address: ${ipv6})`);
  engine.connect(name, container, {
    aliases: flags.list('alias'),
    links: flags.list('link'),
    ipv4,
    ipv6,
    linkLocalIps: flags.list('link-local-ip'),
    driverOptions: pairs(flags.list('driver-opt')),
  });
  return 0;
}

/** docker network disconnect. */
export function* networkDisconnect(client: Client, flags: Flags, [name = '', containerName = '']: readonly string[]): Sys<number> {
  const { engine } = client;
  yield* client.takes(CONNECT_NS);
  const container = engine.containers.lookUp(containerName);
  if (container === undefined && flags.bool('force')) throw notFound(`endpoint ${containerName} not found`);
  engine.disconnect(name, container ?? engine.containers.find(containerName));
  return 0;
}

/** Whether it passes the filters of prune: `label=`, and `label!=` for those without one. */
function isPruned(network: Network, filters: ReadonlyMap<string, readonly string[]>): boolean {
  const some = (name: string): boolean => (filters.get(name) ?? []).some((value) => passes(network, 'label', value));
  return (!filters.has('label') || some('label')) && !some('label!');
}

/** docker network prune. */
export function* networkPrune(client: Client, flags: Flags): Sys<number> {
  const { engine, p } = client;
  if (!flags.bool('force')) {
    yield* client.c.print(
      'WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue? [y/N] ',
    );
    const answer = yield* p.readLine(0);
    if (typeof answer !== 'string' || !/^y(es)?$/i.test(answer.trim())) return 0;
  }
  yield* client.takes(CONNECT_NS);
  const filters = parseFilters(flags.list('filter'));
  const deleted: string[] = [];
  for (const network of engine.networks.all) {
    if (isPredefined(network.name) || network.spec.configOnly || network.endpoints.size > 0 || !isPruned(network, filters)) continue;
    try {
      engine.removeNetwork(network);
      deleted.push(network.name);
    } catch (thrown) {
      yield* client.warn(explain(thrown));
    }
  }
  if (deleted.length > 0) yield* client.c.print(`Deleted Networks:\n${deleted.join('\n')}\n\n`);
  return 0;
}
