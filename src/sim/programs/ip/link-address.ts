import { type Mac, parseMac } from '../../base/address.ts';
import { dottedQuad } from './inet-prefix.ts';
import { Exit } from './parse.ts';

/**
 * A link-layer address as ll_addr_a2n reads it: bytes between colons, each what scanf makes of its hexadecimal digits, whatever
 * follows them. Answers the address, or how many bytes there were where they were not six.
 */
export function parseLinkAddress(word: string): { readonly address: Mac } | { readonly bytes: number } {
  const mac = parseMac(word);
  if (mac !== undefined) return { address: mac };
  // With dots it is an IPv4 address, as tunnels have them.
  if (word.includes('.') && !word.includes(':')) {
    if (dottedQuad(word) === undefined) throw invalid(word);
    return { bytes: 4 };
  }
  const parts = word.split(':');
  const values = parts.map((part) => {
    const digits = /^[0-9a-fA-F]+/.exec(part)?.[0];
    const value = digits === undefined ? undefined : Number.parseInt(digits, 16);
    if (value === undefined || value > 255) throw invalid(part);
    return value;
  });
  if (values.length !== 6) return { bytes: values.length };
  return { address: values.reduce((sum, value) => sum * 256 + value, 0) };
}

function invalid(word: string): Exit {
  return new Exit(1, `"${word}" is invalid lladdr.\n`);
}
