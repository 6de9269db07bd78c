// The engine's description of a network as the client's Go types have it (docker/docker 20.10, api/types).

import { BOOL, declare, field, type GoType, mapOf, omitted, STRING, sliceOf, structOf } from './value.ts';

/** A time.Time, kept as the text that JSON has for it; printed as Time.String prints it in UTC. */
export const TIME: GoType = { ...declare('time.Time', STRING), text: (data) => timeText(data as string) };

function timeText(rfc3339: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[-+]\d\d:\d\d)$/.exec(rfc3339);
  if (match === null) return '0001-01-01 00:00:00 +0000 UTC';
  const zone = match[3] === 'Z' ? '+0000 UTC' : `${match[3]?.replace(':', '')} ${match[3]?.replace(':', '')}`;
  return `${match[1]} ${(match[2] as string).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')} ${zone}`;
}

const STRING_MAP = mapOf(STRING);

const IPAM = structOf('network.IPAM', {
  Driver: STRING,
  Options: STRING_MAP,
  Config: sliceOf(
    structOf('network.IPAMConfig', {
      Subnet: omitted(STRING),
      IPRange: omitted(STRING),
      Gateway: omitted(STRING),
      AuxAddress: omitted(STRING_MAP, 'AuxiliaryAddresses'),
    }),
  ),
});

const ENDPOINT = structOf('types.EndpointResource', {
  Name: STRING,
  EndpointID: STRING,
  MacAddress: STRING,
  IPv4Address: STRING,
  IPv6Address: STRING,
});

/** What `docker network inspect NETWORK` shows. */
export const NETWORK_RESOURCE = structOf('types.NetworkResource', {
  Name: STRING,
  ID: field(STRING, 'Id'),
  Created: TIME,
  Scope: STRING,
  Driver: STRING,
  EnableIPv6: BOOL,
  IPAM,
  Internal: BOOL,
  Attachable: BOOL,
  Ingress: BOOL,
  ConfigFrom: structOf('network.ConfigReference', { Network: STRING }),
  ConfigOnly: BOOL,
  Containers: mapOf(ENDPOINT),
  Options: STRING_MAP,
  Labels: STRING_MAP,
  Peers: omitted(sliceOf(structOf('network.PeerInfo', { Name: STRING, IP: STRING }))),
  Services: omitted(mapOf(structOf('network.ServiceInfo', { VIP: STRING, Ports: sliceOf(STRING) }))),
});
