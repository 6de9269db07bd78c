// What a namespace's rtnetlink dumps, as lines of the shape that `ip` prints, for tests to compare whole.

import { formatIpv4 } from '../base/ipv4-address.ts';
import type { NetNamespace } from './netns.ts';
import {
  type AddressDump,
  IFA_F_DADFAILED,
  IFA_F_DEPRECATED,
  IFA_F_SECONDARY,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  type IpAddress,
  type LinkDump,
  type RouteDump,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from './rtnetlink/messages.ts';

const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host' };
const FLAGS: readonly (readonly [number, string])[] = [
  [IFA_F_SECONDARY, 'secondary'],
  [IFA_F_DEPRECATED, 'deprecated'],
  [IFA_F_DADFAILED, 'dadfailed'],
  [IFA_F_TENTATIVE, 'tentative'],
];

export function showLinks(ns: NetNamespace): string[] {
  return ns.rtnetlink.links().map((link) => showLink(ns, link));
}

function showLink(ns: NetNamespace, link: LinkDump): string {
  const at = link.link === undefined ? '' : `@${link.linkNetnsId === undefined ? (nameOf(ns, link.link) ?? 'NONE') : `if${link.link}`}`;
  const away = link.linkNetnsId === undefined ? '' : ` link-netnsid ${link.linkNetnsId}`;
  return `${link.ifindex}: ${link.name}${at} ${link.flags.toString(16)} mtu ${link.mtu} qdisc ${link.qdisc} state ${link.operstate}${away}`;
}

export function showAddresses(ns: NetNamespace, dev: string): string[] {
  const ifindex = ns.deviceByName(dev)?.ifindex;
  return ns.rtnetlink
    .addresses()
    .filter((address) => address.ifindex === ifindex)
    .map(showAddress);
}

function showAddress(address: AddressDump): string {
  const peer = address.local === address.address ? '' : ` peer ${format(address.address)}`;
  const brd = address.broadcast === undefined ? '' : ` brd ${format(address.broadcast)}`;
  const flags = FLAGS.filter(([flag]) => (address.flags & flag) !== 0).map(([, name]) => ` ${name}`);
  const left = address.validLft === INFINITY_LIFE_TIME ? '' : ` valid ${address.validLft} preferred ${address.preferredLft}`;
  const label = address.label === undefined ? '' : ` ${address.label}`;
  return `${format(address.local)}${peer}/${address.prefixLen}${brd} scope ${SCOPES[address.scope]}${flags.join('')}${label}${left}`;
}

export function showRoutes(ns: NetNamespace, family: 'inet' | 'inet6', table?: number): string[] {
  return ns.rtnetlink.routes(family, table).map((route) => showRoute(ns, route));
}

export function showRoute(ns: NetNamespace, route: RouteDump): string {
  const type = route.type === 'unicast' ? '' : `${route.type} `;
  const full = route.dstLen === (route.family === 'inet' ? 32 : 128);
  const dst = route.dst === undefined ? 'default' : `${format(route.dst)}${full ? '' : `/${route.dstLen}`}`;
  const hops = route.nexthops.map((hop) => {
    const via = hop.gateway === undefined ? '' : ` via ${format(hop.gateway)}`;
    const dead = (hop.flags & RTNH_F_DEAD) !== 0 ? ' dead' : '';
    return `${via} dev ${nameOf(ns, hop.ifindex)}${dead}${(hop.flags & RTNH_F_LINKDOWN) !== 0 ? ' linkdown' : ''}`;
  });
  const table = route.table === RT_TABLE_MAIN ? '' : ` table ${route.table === RT_TABLE_LOCAL ? 'local' : route.table}`;
  const src = route.prefSrc === undefined ? '' : ` src ${format(route.prefSrc)}`;
  const metric = route.priority === undefined ? '' : ` metric ${route.priority}`;
  const expires = route.expires === undefined ? '' : ` expires ${route.expires}`;
  const mtu = route.metrics?.values.mtu === undefined ? '' : ` mtu ${route.metrics.values.mtu}`;
  return `${type}${dst}${hops.join(' +')}${table}${src}${metric}${expires}${mtu}`;
}

function nameOf(ns: NetNamespace, ifindex: number): string | undefined {
  return ns.devices.get(ifindex)?.name;
}

function format(address: IpAddress): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}
