import { NS_PER_MS } from '../../../base/time.ts';
import { invalid, notFound } from '../../../docker/error.ts';
import { goTime } from '../../../docker/inspect/json.ts';
import { containsAddress, overlaps, parseAddress, parseCidr } from '../../../docker/network/ipam/prefix.ts';
import { type IpamConfig, isPredefined, type Network } from '../../../docker/network/network.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, explain } from './client.ts';
import { hasLabels, matches, parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { listFormat, type NamedFormats, printList, type Row } from './list.ts';
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
const FORMATS: NamedFormats = {
  table: 'table {{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}',
  raw: 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n',
  quiet: '{{.ID}}',
  quietRaw: 'network_id: {{.ID}}',
};

/** docker network ls. */
export function* networkLs(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  const filters = parseFilters(flags.list('filter'));
  const networks = engine.networks.all
    .filter((network) => [...filters].every(([name, values]) => passes(network, name, values)))
    .sort((a, b) => naturalOrder(a.name, b.name));
  const noTrunc = flags.bool('no-trunc');
  const rows = networks.map(({ id, name, driver, spec, createdMs }) => ({
    columns: {
      ID: noTrunc ? id : id.slice(0, 12),
      Name: name,
      Driver: driver,
      Scope: 'local',
      IPv6: String(spec.ipv6),
      Internal: String(spec.internal),
      Labels: [...spec.labels].map(([key, value]) => `${key}=${value}`).join(','),
      CreatedAt: `${goTime(createdMs).replace('T', ' ').replace('Z', '')} +0000 UTC`,
    },
    labels: spec.labels,
  }));
  yield* printList(client, listFormat(flags, FORMATS), HEADERS, rows, 'network.networkContext');
  return 0;
}

/** One filter of the listing (moby's network.Filter): of several values one has to hold, but all labels. */
function passes(network: Network, filter: string, values: readonly string[]): boolean {
  switch (filter) {
    case 'driver':
      return values.includes(network.driver);
    case 'id':
      return values.some((value) => network.id.startsWith(value) || matches(network.id, value));
    case 'name':
      return values.some((value) => matches(network.name, value));
    case 'scope':
      return values.includes('local');
    case 'type':
      return values.some((value) => {
        if (value !== 'custom' && value !== 'builtin') throw invalid(`invalid filter: 'type'='${value}'`);
        return isPredefined(network.name) === (value === 'builtin');
      });
    case 'dangling':
      return (network.endpoints.size === 0 && !isPredefined(network.name)) === isTrue(values);
    case 'label':
      return hasLabels(network.spec.labels, values);
    default:
      throw invalid(`Invalid filter '${filter}'`);
  }
}

function isTrue(values: readonly string[]): boolean {
  const [value = ''] = values;
  if (values.length > 1 || !/^(1|0|true|false)$/.test(value)) {
    throw invalid(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
  }
  return value === '1' || value === 'true';
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
