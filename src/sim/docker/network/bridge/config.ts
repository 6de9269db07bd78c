import { type DockerError, invalid } from '../../error.ts';
import { type Prefix, parseAddress } from '../ipam/prefix.ts';

const LABEL = 'com.docker.network.bridge.';
const MTU_LABEL = 'com.docker.network.driver.mtu';
const PREFIX_LABEL = 'com.docker.network.container_iface_prefix';

/** What a bridge network was asked to be (`docker network create -o`). */
export interface BridgeConfig {
  /** The network's. */
  readonly id: string;
  readonly bridgeName: string;
  readonly enableIcc: boolean;
  readonly enableMasquerade: boolean;
  /** The bridge gets no address. */
  readonly inhibitV4: boolean;
  /** Where published ports listen if they do not say. */
  readonly hostBindingV4: string;
  /** What interfaces in containers are called, before their number. */
  readonly ifacePrefix: string;
  readonly mtu: number;
  readonly internal: boolean;
  readonly isDefault: boolean;
  readonly ipv6: boolean;
}

/** The blocks of addresses of a network, and the bridge's own address in each. */
export interface BridgeAddresses {
  readonly v4: { readonly prefix: Prefix; readonly gateway: bigint } | undefined;
  readonly v6: { readonly prefix: Prefix; readonly gateway: bigint } | undefined;
}

const DEFAULT_MTU = 1500;

export function parseBridgeOptions(
  id: string,
  options: ReadonlyMap<string, string>,
  { internal, ipv6 }: { readonly internal: boolean; readonly ipv6: boolean },
): BridgeConfig {
  const flag = (name: string, fallback: boolean): boolean => {
    const text = options.get(LABEL + name);
    if (text === undefined) return fallback;
    const value = parseBool(text);
    if (value === undefined) throw unparsable(LABEL + name, text, `strconv.ParseBool: parsing "${text}": invalid syntax`);
    return value;
  };
  const mtu = options.get(MTU_LABEL);
  if (mtu !== undefined && !/^[+-]?\d+$/.test(mtu)) {
    throw unparsable(MTU_LABEL, mtu, `strconv.Atoi: parsing "${mtu}": invalid syntax`);
  }
  const binding = options.get(`${LABEL}host_binding_ipv4`) ?? '0.0.0.0';
  if (parseAddress(binding) === undefined) throw unparsable(`${LABEL}host_binding_ipv4`, binding, 'nil ip');
  return {
    id,
    bridgeName: options.get(`${LABEL}name`) ?? `br-${id.slice(0, 12)}`,
    enableIcc: flag('enable_icc', true),
    enableMasquerade: flag('enable_ip_masquerade', true),
    inhibitV4: flag('inhibit_ipv4', false),
    hostBindingV4: binding,
    ifacePrefix: options.get(PREFIX_LABEL) ?? 'eth',
    mtu: mtu === undefined ? DEFAULT_MTU : Number(mtu),
    internal,
    isDefault: flag('default_bridge', false),
    ipv6,
  };
}

const unparsable = (label: string, value: string, why: string): DockerError => invalid(`failed to parse ${label} value: ${value} (${why})`);

/** Go's strconv.ParseBool. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}
