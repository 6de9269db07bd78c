import { parseUnsigned } from './parse.ts';

/** The protocols that `ip` knows by name without asking /etc/protocols. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['sctp', 132],
  ['udplite', 136],
]);

/** By name or number. */
export function parseIpProtocol(word: string): number | undefined {
  const number = PROTOCOLS.get(word) ?? parseUnsigned(word, 8);
  return number === 0 ? undefined : number;
}

/** Its name, or its number as `ipproto-N`. */
export function formatIpProtocol(number: number): string {
  for (const [name, value] of PROTOCOLS) if (value === number) return name;
  return `ipproto-${number}`;
}
