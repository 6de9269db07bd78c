// The network that containers are in if nobody says another (moby's daemon_unix.go, initBridgeDriver).

import { formatIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { EngineConfig } from '../config.ts';
import { failed } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { formatPrefix, type Prefix, parseAddress, parseCidr } from './ipam/prefix.ts';
import { DEFAULT_GATEWAY, DEFAULT_NETWORK_SPEC, type IpamConfig, type NetworkSpec } from './network.ts';

const DOCKER0 = 'docker0';
/** `--bridge none`: there is no default network. */
const DISABLED = 'none';

export const hasDefaultBridge = ({ bridge }: EngineConfig): boolean => bridge !== DISABLED;

export const defaultBridgeDevice = ({ bridge }: EngineConfig): string => (bridge === '' ? DOCKER0 : bridge);

/** What the default network is to be; `free` finds a block of addresses for a bridge that has none and is told none. */
export function defaultBridgeSpec(host: EngineHost, free: () => Prefix): NetworkSpec {
  const { config } = host;
  const device = defaultBridgeDevice(config);
  return {
    ...DEFAULT_NETWORK_SPEC,
    name: 'bridge',
    ipamOptions: undefined,
    ipv6: config.ipv6,
    options: new Map([
      ['com.docker.network.bridge.default_bridge', 'true'],
      ['com.docker.network.bridge.enable_icc', String(config.icc)],
      ['com.docker.network.bridge.enable_ip_masquerade', String(config.ipMasq)],
      ['com.docker.network.bridge.host_binding_ipv4', config.ip],
      ['com.docker.network.bridge.name', device],
      ['com.docker.network.driver.mtu', String(config.mtu)],
    ]),
    ipam: [ipamV4(host, device, free), ...(config.fixedCidrV6 === '' ? [] : [{ subnet: config.fixedCidrV6 }])],
  };
}

/** The bridge keeps the address that it has from before, unless `--bip` gives it one. */
function ipamV4(host: EngineHost, device: string, free: () => Prefix): IpamConfig {
  const { bip, fixedCidr, defaultGateway } = host.config;
  const auxAddresses = defaultGateway === '' ? undefined : new Map([[DEFAULT_GATEWAY, defaultGateway]]);
  const more = { ...(fixedCidr !== '' && { ipRange: checked(fixedCidr) }), ...(auxAddresses !== undefined && { auxAddresses }) };
  if (bip !== '') return { subnet: subnetOf(bip), gateway: bip.split('/')[0] as string, ...more };
  const own = addressOf(host, device);
  return own === undefined ? { subnet: formatPrefix(free()), ...more } : { subnet: subnetOf(own), ...gatewayIn(own), ...more };
}

function addressOf({ daemon }: EngineHost, device: string): string | undefined {
  const { rtnetlink } = daemon.netns;
  const link = rtnetlink.link(device);
  if (isError(link)) return undefined;
  const first = rtnetlink.addresses('inet').find(({ ifindex }) => ifindex === link.ifindex);
  return first === undefined ? undefined : `${formatIpv4(Number(first.local))}/${first.prefixLen}`;
}

/** An address that is not the network's own is the gateway. */
function gatewayIn(cidr: string): { readonly gateway?: string } {
  const [address = ''] = cidr.split('/');
  return parseAddress(address)?.address === parseCidr(cidr)?.prefix.base ? {} : { gateway: address };
}

const subnetOf = (cidr: string): string => {
  const parsed = parseCidr(cidr);
  if (parsed === undefined) throw failed(`invalid CIDR address: ${cidr}`);
  return formatPrefix(parsed.prefix);
};

function checked(cidr: string): string {
  subnetOf(cidr);
  return cidr;
}
