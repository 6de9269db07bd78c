// What the objects of BusyBox's ip share: its words, its complaints, its prefixes (networking/libiproute).

import { formatIpv4, type Ipv4, ipv4Contains, ipv6PrefixContains, parseIpv4, parseIpv6 } from '../../../base/address.ts';
import { isError, type KernelError } from '../../../base/result.ts';
import type { Family, IpAddress, LinkDump } from '../../../kernel/rtnetlink/messages.ts';
import type { Rtnetlink } from '../../../kernel/rtnetlink/rtnetlink.ts';
import type { Sys } from '../../../machine/process.ts';
import { Names } from '../../ip/names.ts';
import { type Command, Exit, reason } from '../../lib/command.ts';

export type AnyFamily = Family | 'link' | 'unspec';

/** An address and a length. What cannot be read is a prefix of no bits and no bytes. */
export interface Prefix {
  readonly family: Family | undefined;
  readonly address: IpAddress | undefined;
  readonly bits: number;
}

export class BusyboxIp {
  readonly c: Command;
  readonly name: string;
  readonly names: Names;
  family: AnyFamily = 'unspec';
  oneline = false;
  /** Exit status of a complaint. */
  failure = 1;

  constructor(c: Command, name: string) {
    this.c = c;
    this.name = name;
    this.names = new Names(c.p, () => false);
  }

  get rtnl(): Rtnetlink {
    return this.c.p.rtnetlink;
  }

  *die(message: string, status = this.failure): Sys<never> {
    yield* this.c.error(`${this.name}: ${message}\n`);
    throw new Exit(status);
  }

  *invalid(word: string, what = this.name): Sys<never> {
    return yield* this.die(`invalid argument '${word}' to '${what}'`);
  }

  /** rtnl_talk(). */
  *talk(answer: undefined | KernelError): Sys<number> {
    return isError(answer) ? yield* this.die(`RTNETLINK answers: ${reason(answer)}`, 2) : 0;
  }

  /** An ioctl by its name. */
  *ioctl(call: string, answer: undefined | KernelError): Sys<void> {
    if (isError(answer)) yield* this.die(`${call}: ${reason(answer)}`);
  }

  *device(name: string): Sys<LinkDump> {
    const link = this.rtnl.link(name);
    return isError(link) ? yield* this.die(`can't find device '${name}'`) : link;
  }

  deviceName(ifindex: number): string {
    const link = this.rtnl.link(ifindex);
    return isError(link) ? `if${ifindex}` : link.name;
  }

  *number(word: string, what: string): Sys<number> {
    return /^\d+$/.test(word) && Number(word) <= 0xffffffff ? Number(word) : yield* this.invalid(word, what);
  }

  /** get_prefix(). */
  *prefix(word: string, family: AnyFamily): Sys<Prefix> {
    if (word === 'default' || word === 'any' || word === 'all')
      return { family: family === 'inet6' ? 'inet6' : 'inet', address: undefined, bits: 0 };
    const [host = '', length] = word.split('/');
    const own: Family = host.includes(':') ? 'inet6' : 'inet';
    const address = family === 'unspec' || family === own ? readAddress(host) : undefined;
    if (address === undefined) return { family: own, address: undefined, bits: 0 };
    const most = own === 'inet' ? 32 : 128;
    const bits = length === undefined ? most : /^\d+$/.test(length) ? Number(length) : maskBits(length);
    if (bits === undefined || bits > most) return yield* this.die(`an inet prefix is expected rather than "${host}"`, 1);
    return { family: own, address, bits };
  }

  *address(word: string): Sys<IpAddress> {
    return readAddress(word) ?? (yield* this.die(`an inet address is expected rather than "${word}"`, 1));
  }
}

function readAddress(host: string): IpAddress | undefined {
  return host.includes(':') ? parseIpv6(host) : parseIpv4(host);
}

function maskBits(text: string): number | undefined {
  const mask = parseIpv4(text);
  if (mask === undefined) return undefined;
  const bits = Math.clz32(~mask >>> 0);
  return (mask & (bits === 32 ? 0 : 0xffffffff >>> bits)) === 0 ? bits : undefined;
}

export function addressText(address: IpAddress): string {
  return typeof address === 'number' ? formatIpv4(address as Ipv4) : address;
}

/** Whether `address` lies in the prefix. */
export function inPrefix(prefix: Prefix, address: IpAddress): boolean {
  if (prefix.bits === 0 || prefix.address === undefined) return true;
  if (typeof address === 'number') return typeof prefix.address === 'number' && ipv4Contains(prefix.address, prefix.bits, address);
  return typeof prefix.address !== 'number' && ipv6PrefixContains(prefix.address, prefix.bits, address);
}

/** The words of a command, one after the other. */
export class WordReader {
  readonly #ip: BusyboxIp;
  readonly #words: readonly string[];
  #at = 0;

  constructor(ip: BusyboxIp, words: readonly string[]) {
    this.#ip = ip;
    this.#words = words;
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  /** The next word where there may be none. */
  next(): string {
    return this.#words[this.#at++] ?? '';
  }

  peek(): string | undefined {
    return this.#words[this.#at];
  }

  /** The value that has to follow an option. */
  *value(): Sys<string> {
    const word = this.#words[this.#at++];
    return word === undefined ? yield* this.#ip.die('command line is not complete, try "help"') : word;
  }
}

/** index_in_substrings(): the first of the names that begins with the word. */
export function abbreviated<T extends string>(word: string, names: readonly T[]): T | undefined {
  return word === '' ? undefined : names.find((name) => name.startsWith(word));
}
