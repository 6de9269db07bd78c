import { formatIpv4, ipv6Bytes, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/address.ts';
import { hex } from '../../base/bytes.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { DNS_PTR } from '../../wire/dns.ts';
import { type HostAddress, hostSources } from './getaddrinfo.ts';
import { readHosts } from './hosts-file.ts';
import { queryDns } from './resolver.ts';

/** An address as text (NI_NUMERICHOST): a link-local one with its interface. */
export function numericHost(ns: NetNamespace, host: HostAddress): string {
  if (host.family === 'inet') return formatIpv4(host.address);
  const { address, scopeId } = host;
  if (scopeId === 0) return address;
  const zoned = isLinkLocalIpv6(address) || (isMulticastIpv6(address) && /^ff.[12]:/.test(address));
  return `${address}%${(zoned ? ns.devices.get(scopeId)?.name : undefined) ?? scopeId}`;
}

/** The name of an address: /etc/hosts, then PTR records; undefined if it has none. */
export function* hostName(p: Process, host: HostAddress): Sys<string | undefined> {
  for (const source of hostSources(p)) {
    if (source === 'files') {
      const entry = readHosts(p).find(({ address }) => address.family === host.family && address.ip === host.address);
      if (entry !== undefined) return entry.name;
    } else if (source === 'dns') {
      const result = yield* queryDns(p, reverseName(host), [DNS_PTR]);
      const answer = result.kind === 'answers' ? result.messages[0]?.answers.find(({ data }) => data.type === DNS_PTR) : undefined;
      if (answer?.data.type === DNS_PTR) return answer.data.target;
    }
  }
  return undefined;
}

/** 80.113.0.203.in-addr.arpa; RFC 1035, 3.5 and RFC 3596, 2.5. */
export function reverseName(host: HostAddress): string {
  if (host.family === 'inet') return `${formatIpv4(host.address).split('.').reverse().join('.')}.in-addr.arpa`;
  return `${[...hex(ipv6Bytes(host.address))].reverse().join('.')}.ip6.arpa`;
}
