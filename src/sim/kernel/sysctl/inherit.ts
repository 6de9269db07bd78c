import type { NetNamespace } from '../netns.ts';
import { ARP_PARMS, IPV4_CONF, IPV6_CONF, type Ipv4Conf, type Ipv6Conf, ND_PARMS, type NeighParms } from './conf-tables.ts';

interface Settings<Conf> {
  readonly all: Conf;
  readonly default: Conf;
  readonly neigh: NeighParms;
}

const BOOT4: Settings<Ipv4Conf> = { all: { ...IPV4_CONF, accept_source_route: 0 }, default: IPV4_CONF, neigh: ARP_PARMS };
const BOOT6: Settings<Ipv6Conf> = { all: { ...IPV6_CONF, accept_dad: 0 }, default: IPV6_CONF, neigh: ND_PARMS };

/**
 * `conf/all` and `conf/default` of a new namespace: those of the namespace that its maker is in, as
 * net.core.devconf_inherit_init_net=3 has it; the kernel's own for a machine's first.
 */
export function inheritedSettings(maker: NetNamespace | undefined): { readonly ip4: Settings<Ipv4Conf>; readonly ip6: Settings<Ipv6Conf> } {
  if (maker === undefined) return { ip4: BOOT4, ip6: BOOT6 };
  return {
    ip4: { all: maker.ip4.confAll, default: maker.ip4.confDefault, neigh: ARP_PARMS },
    ip6: { all: maker.ip6.confAll, default: maker.ip6.confDefault, neigh: ND_PARMS },
  };
}

// Settings are immutable, so all loopbacks whose namespaces have the same defaults can have the same object.
const loopback4 = new WeakMap<Ipv4Conf, Ipv4Conf>();
const loopback6 = new WeakMap<Ipv6Conf, Ipv6Conf>();

/** What `lo` makes of the defaults of its namespace (`inetdev_init`). */
export function loopbackConf4(defaults: Ipv4Conf): Ipv4Conf {
  let conf = loopback4.get(defaults);
  if (conf === undefined) {
    conf = { ...defaults, disable_policy: 1, disable_xfrm: 1 };
    loopback4.set(defaults, conf);
  }
  return conf;
}

/** The same for IPv6 (`ipv6_add_dev`). */
export function loopbackConf6(defaults: Ipv6Conf): Ipv6Conf {
  let conf = loopback6.get(defaults);
  if (conf === undefined) {
    conf = { ...defaults, accept_dad: -1, use_tempaddr: -1 };
    loopback6.set(defaults, conf);
  }
  return conf;
}
