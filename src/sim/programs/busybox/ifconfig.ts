import { type Ipv4, parseIpv6, parseMac } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import {
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_UP,
} from '../../kernel/device/net-device.ts';
import type { LinkChange, LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { type AddressChange, addressIoctl, aliasFlags, changeIpv6 } from '../net-tools/ifconfig-address.ts';
import { findInterface, interfaces } from '../net-tools/interface-table.ts';
import { resolveInet } from '../net-tools/resolve.ts';
import { interfaceText } from './ifconfig-show.ts';
import { showUsage } from './usage.ts';

/** BusyBox's ifconfig (networking/ifconfig.c): what follows the interface's name is done word by word, up to the first failure. */
export function* busyboxIfconfig(c: Command, name: string, args: readonly string[]): Sys<number> {
  const all = args[0]?.startsWith('-a') === true;
  const [iface, ...words] = all ? args.slice(1) : args;
  if (iface === undefined) {
    for (const found of interfaces(c.p, all)) c.out(interfaceText(c.p, found));
    return 0;
  }
  if (words.length > 0) return yield* new Setter(c, name, iface, words).run();
  const found = findInterface(c.p, iface);
  if (found === undefined) {
    yield* c.error(`${name}: ${iface}: error fetching interface information: Device not found\n`);
    return 1;
  }
  c.out(interfaceText(c.p, found));
  return 0;
}

/** Words that set a flag; with `-` before them they clear it. For `arp` it is the other way round. */
const FLAGS: Readonly<Record<string, number>> = {
  arp: IFF_NOARP,
  allmulti: IFF_ALLMULTI,
  promisc: IFF_PROMISC,
  multicast: IFF_MULTICAST,
  // The kernel lets nobody change these.
  trailers: 0,
  dynamic: 0,
};

const ADDRESSES: Readonly<Record<string, { readonly kind: AddressChange['kind']; readonly call: string }>> = {
  netmask: { kind: 'netmask', call: 'SIOCSIFNETMASK' },
  broadcast: { kind: 'broadcast', call: 'SIOCSIFBRDADDR' },
  pointopoint: { kind: 'destination', call: 'SIOCSIFDSTADDR' },
  dstaddr: { kind: 'destination', call: 'SIOCSIFDSTADDR' },
};

/** Requests that no driver here answers. */
const UNANSWERED: Readonly<Record<string, string>> = {
  metric: 'SIOCSIFMETRIC',
  mem_start: 'SIOCSIFMAP',
  io_addr: 'SIOCSIFMAP',
  irq: 'SIOCSIFMAP',
  outfill: 'SIOCSOUTFILL',
  keepalive: 'SIOCSKEEPALIVE',
};

class Setter {
  readonly #c: Command;
  readonly #name: string;
  readonly #iface: string;
  readonly #words: readonly string[];
  #at = 0;

  constructor(c: Command, name: string, iface: string, words: readonly string[]) {
    this.#c = c;
    this.#name = name;
    this.#iface = iface;
    this.#words = words;
  }

  *run(): Sys<number> {
    while (this.#at < this.#words.length) yield* this.#word(this.#words[this.#at++] as string);
    return 0;
  }

  *#word(written: string): Sys<void> {
    const clear = written.startsWith('-');
    const word = clear ? written.slice(1) : written;
    if (word === 'up' || word === 'down') return yield* this.#flag(IFF_UP, (word === 'up') !== clear);
    const flag = FLAGS[word];
    if (flag !== undefined) return yield* this.#flag(flag, clear === (word === 'arp'));
    if (clear && (word === 'broadcast' || word === 'pointopoint')) {
      return yield* this.#flag(word === 'broadcast' ? IFF_BROADCAST : IFF_POINTOPOINT, false);
    }
    if (clear) return yield* this.#bad(written);
    const address = ADDRESSES[word];
    if (address !== undefined) {
      const value = yield* this.#resolve(yield* this.#argument());
      return yield* this.#done(address.call, addressIoctl(this.#c.p, this.#iface, { kind: address.kind, address: value }));
    }
    const unanswered = UNANSWERED[word];
    if (unanswered !== undefined) {
      yield* this.#argument();
      return yield* this.#done(unanswered, fail('EOPNOTSUPP'));
    }
    switch (word) {
      case 'mtu':
        return yield* this.#done('SIOCSIFMTU', this.#change({ mtu: strtoul(yield* this.#argument()) }));
      case 'txqueuelen':
        return yield* this.#done('SIOCSIFTXQLEN', this.#change({ txQueueLen: strtoul(yield* this.#argument()) }));
      case 'hw':
        return yield* this.#hardware();
      case 'add':
      case 'del':
        return yield* this.#inet6(word === 'add', yield* this.#argument());
      default: {
        const local = yield* this.#resolve(word);
        yield* this.#done('SIOCSIFADDR', addressIoctl(this.#c.p, this.#iface, { kind: 'local', address: local }));
        yield* this.#flag(IFF_UP, true);
      }
    }
  }

  *#argument(): Sys<string> {
    const word = this.#words[this.#at++];
    return word === undefined ? yield* showUsage(this.#c, this.#name) : word;
  }

  *#done(call: string, answer: undefined | KernelError): Sys<void> {
    if (!isError(answer)) return;
    yield* this.#c.error(`${this.#name}: ${call}: ${reason(answer)}\n`);
    throw new Exit(1);
  }

  *#bad(text: string): Sys<never> {
    yield* this.#c.error(`${this.#name}: bad address '${text}'\n`);
    throw new Exit(1);
  }

  *#resolve(text: string): Sys<Ipv4> {
    if (text === 'default') return 0;
    return (yield* resolveInet(this.#c.p, text)) ?? (yield* this.#bad(text));
  }

  #link(): LinkDump | KernelError {
    return this.#c.p.rtnetlink.link(this.#iface.replace(/:.*/, ''));
  }

  #change(change: LinkChange): undefined | KernelError {
    const link = this.#link();
    return isError(link) ? link : this.#c.p.rtnetlink.setLink(link.ifindex, change);
  }

  *#flag(bit: number, on: boolean): Sys<void> {
    const link = this.#link();
    if (isError(link)) return yield* this.#done('SIOCGIFFLAGS', link);
    const alias = this.#iface.includes(':');
    const down = bit === IFF_UP && !on;
    const done = alias ? aliasFlags(this.#c.p, this.#iface, down) : this.#change({ flags: on ? bit : 0, flagsMask: bit });
    yield* this.#done('SIOCSIFFLAGS', done);
  }

  *#hardware(): Sys<void> {
    const kind = yield* this.#argument();
    if (kind !== 'ether' && kind !== 'infiniband') return yield* showUsage(this.#c, this.#name);
    const text = yield* this.#argument();
    const address = parseMac(text);
    if (address === undefined || kind !== 'ether') {
      yield* this.#c.error(`${this.#name}: invalid hw-addr ${text}\n`);
      throw new Exit(1);
    }
    yield* this.#done('SIOCSIFHWADDR', this.#change({ address }));
  }

  *#inet6(add: boolean, text: string): Sys<void> {
    const host = text.replace(/\/.*/, '');
    if (parseIpv6(host) === undefined) return yield* this.#bad(host);
    const link = this.#link();
    if (isError(link)) return yield* this.#done('SIOCGIFINDEX', link);
    yield* this.#done(add ? 'SIOCSIFADDR' : 'SIOCDIFADDR', changeIpv6(this.#c.p, link.ifindex, text, add));
  }
}

/** What is no number is 0, as strtoul(3) has it. */
function strtoul(text: string): number {
  return Number(/^\d+/.exec(text)?.[0] ?? 0);
}
