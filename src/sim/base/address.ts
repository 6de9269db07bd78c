// The addresses of the layers below the socket: MAC and IPv4 as plain numbers, so that tables key on them without
// allocating; IPv6 as its canonical text.

export {
  formatIpv4,
  type Ipv4,
  ipv4Contains,
  ipv4Mask,
  ipv4MaskLength,
  isLoopbackIpv4,
  isMulticastIpv4,
  multicastMacV4,
  parseIpv4,
} from './ipv4-address.ts';
export {
  eui64,
  formatIpv6Bytes,
  IPV6_ALL_NODES,
  IPV6_ALL_ROUTERS,
  IPV6_LOOPBACK,
  IPV6_UNSPECIFIED,
  type Ipv6,
  ipv6ByteCompare,
  ipv6Bytes,
  ipv6Network,
  ipv6PrefixContains,
  isLinkLocalIpv6,
  isMulticastIpv6,
  macOfEui64,
  multicastMacV6,
  parseIpv6,
  readIpv6,
  slaacAddress,
  solicitedNode,
  writeIpv6,
} from './ipv6-address.ts';
export {
  formatMac,
  isMulticastMac,
  MAC_BROADCAST,
  MAC_ZERO,
  type Mac,
  parseMac,
  readMac,
  writeMac,
} from './mac-address.ts';
