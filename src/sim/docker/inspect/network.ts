import type { Engine } from '../engine.ts';
import { formatAddress, formatPrefix } from '../network/ipam/prefix.ts';
import type { IpamConfig, Network } from '../network/network.ts';
import { goTime, type Json, stringMap } from './json.ts';

/** A network as `docker network inspect` shows it (types.NetworkResource). */
export function inspectNetwork(engine: Engine, network: Network): Json {
  const { spec } = network;
  return {
    Name: network.name,
    Id: network.id,
    Created: goTime(network.createdMs),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: spec.ipv6,
    IPAM: { Driver: 'default', Options: spec.ipamOptions === undefined ? null : stringMap(spec.ipamOptions), Config: ipamConfig(network) },
    Internal: spec.internal,
    Attachable: spec.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: spec.configOnly,
    Containers: containers(engine, network),
    Options: stringMap(spec.options),
    Labels: stringMap(spec.labels),
  };
}

/** What was asked for, and for IPv4 what was found if nothing was. */
function ipamConfig({ spec, v4 }: Network): Json {
  const asked = spec.ipam.filter(({ subnet }) => subnet !== undefined);
  const own = asked.sort((a, b) => Number(a.subnet?.includes(':')) - Number(b.subnet?.includes(':'))).map(configJson);
  if (v4 === undefined || asked.some(({ subnet }) => !subnet?.includes(':'))) return own;
  return [{ Subnet: formatPrefix(v4.pool.prefix), Gateway: formatAddress(v4.gateway, false) }, ...own];
}

function configJson({ subnet, ipRange, gateway, auxAddresses }: IpamConfig): Json {
  return {
    Subnet: subnet,
    ...(ipRange !== undefined && { IPRange: ipRange }),
    ...(gateway !== undefined && { Gateway: gateway }),
    ...(auxAddresses !== undefined && auxAddresses.size > 0 && { AuxiliaryAddresses: stringMap(auxAddresses) }),
  };
}

function containers(engine: Engine, network: Network): Json {
  const out: [string, Json][] = [];
  for (const container of engine.containers.all) {
    const endpoint = container.endpoints.get(network.name);
    if (endpoint === undefined) continue;
    const withLength = (text: string, pool: Network['v4']): string =>
      text === '' || pool === undefined ? '' : `${text}/${pool.pool.prefix.length}`;
    out.push([
      container.id,
      {
        Name: container.name,
        EndpointID: endpoint.id,
        MacAddress: endpoint.macText,
        IPv4Address: withLength(endpoint.ipv4Text, network.v4),
        IPv6Address: withLength(endpoint.ipv6Text, network.v6),
      },
    ]);
  }
  return Object.fromEntries(out.sort(([a], [b]) => (a < b ? -1 : 1)));
}
