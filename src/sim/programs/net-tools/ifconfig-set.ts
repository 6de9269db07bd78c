import { type Ipv4, parseIpv4, parseMac } from '../../base/address.ts';
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
import { addressIoctl, aliasFlags, changeIpv6 } from './ifconfig-address.ts';
import { usage } from './ifconfig-usage.ts';
import { resolveInet } from './resolve.ts';

const FLAG_FAILED = 255;

/** `ifconfig IFACE WORDS…`: each word is a request of its own to the kernel; the rest are done even if one fails. */
export function* setInterface(c: Command, name: string, words: readonly string[]): Sys<number> {
  return yield* new Setter(c, name, words).run();
}

class Setter {
  readonly #c: Command;
  #name: string;
  readonly #words: readonly string[];
  #at = 0;
  #status = 0;
  /** Set when all words have been read: an address given later would undo it. */
  #netmask: Ipv4 | undefined;
  #family: 'inet' | 'inet6' = 'inet';

  constructor(c: Command, name: string, words: readonly string[]) {
    this.#c = c;
    this.#name = name;
    this.#words = words;
  }

  *run(): Sys<number> {
    while (this.#at < this.#words.length) yield* this.#word(this.#words[this.#at++] as string);
    if (this.#netmask !== undefined) {
      const before = this.#status;
      yield* this.#report('SIOCSIFNETMASK', addressIoctl(this.#c.p, this.#name, { kind: 'netmask', address: this.#netmask }));
      this.#status |= before;
    }
    return this.#status;
  }

  *#report(call: string, done: undefined | KernelError): Sys<void> {
    if (!isError(done)) return;
    yield* this.#c.error(`${call}: ${reason(done)}\n`);
    this.#status = 1;
  }

  #link(): LinkDump | KernelError {
    return this.#c.p.rtnetlink.link(this.#name.replace(/:.*/, ''));
  }

  #change(change: LinkChange): undefined | KernelError {
    const link = this.#link();
    return isError(link) ? link : this.#c.p.rtnetlink.setLink(link.ifindex, change);
  }

  /** set_flag() and clr_flag(): the flags are read first. */
  *#flag(bit: number, on: boolean): Sys<void> {
    const link = this.#link();
    if (isError(link)) {
      yield* this.#c.error(`${this.#name}: ERROR while getting interface flags: ${reason(link)}\n`);
      this.#status = FLAG_FAILED;
      return;
    }
    const done = this.#name.includes(':')
      ? aliasFlags(this.#c.p, this.#name, bit === IFF_UP && !on)
      : this.#change({ flags: on ? bit : 0, flagsMask: bit });
    if (!isError(done)) return;
    yield* this.#c.error(`SIOCSIFFLAGS: ${reason(done)}\n`);
    this.#status = FLAG_FAILED;
  }

  /** clr_flag() for a flag that the kernel does not let anybody clear. */
  *#cannotClear(bit: number, mode: string): Sys<void> {
    const link = this.#link();
    if (isError(link) || (link.flags & bit) === 0) return;
    yield* this.#c.error(`Warning: Interface ${this.#name} still in ${mode} mode.\n`);
  }

  *#argument(): Sys<string> {
    const word = this.#words[this.#at++];
    return word === undefined ? yield* usage(this.#c) : word;
  }

  *#resolve(name: string): Sys<Ipv4> {
    const address = yield* resolveInet(this.#c.p, name);
    if (address !== undefined) return address;
    yield* this.#c.error(`${name}: Unknown host\n`);
    throw new Exit(1);
  }

  *#word(word: string): Sys<void> {
    switch (word) {
      case 'inet':
      case 'inet6':
        this.#family = word;
        break;
      case 'up':
        yield* this.#flag(IFF_UP, true);
        break;
      case 'down':
        yield* this.#flag(IFF_UP, false);
        break;
      case 'arp':
        yield* this.#flag(IFF_NOARP, false);
        break;
      case '-arp':
        yield* this.#flag(IFF_NOARP, true);
        break;
      case 'promisc':
      case '-promisc':
        yield* this.#flag(IFF_PROMISC, word === 'promisc');
        break;
      case 'allmulti':
      case '-allmulti':
        yield* this.#flag(IFF_ALLMULTI, word === 'allmulti');
        break;
      case 'multicast':
      case '-multicast':
        yield* this.#flag(IFF_MULTICAST, word === 'multicast');
        break;
      case 'mtu': {
        const mtu = atoi(yield* this.#argument());
        yield* this.#report('SIOCSIFMTU', this.#change({ mtu }));
        break;
      }
      case 'txqueuelen':
        yield* this.#report('SIOCSIFTXQLEN', this.#change({ txQueueLen: atoi(yield* this.#argument()) }));
        break;
      case 'name': {
        const name = yield* this.#argument();
        const done = this.#change({ name });
        yield* this.#report('SIOCSIFNAME', done);
        if (!isError(done)) this.#name = name;
        break;
      }
      case 'hw':
        yield* this.#hardware();
        break;
      case 'netmask':
        this.#netmask = yield* this.#resolve(yield* this.#argument());
        break;
      case 'broadcast': {
        const given = this.#words[this.#at];
        if (given !== undefined) {
          this.#at++;
          const address = yield* this.#resolve(given);
          yield* this.#report('SIOCSIFBRDADDR', addressIoctl(this.#c.p, this.#name, { kind: 'broadcast', address }));
        }
        yield* this.#flag(IFF_BROADCAST, true);
        break;
      }
      case '-broadcast':
        yield* this.#cannotClear(IFF_BROADCAST, 'BROADCAST');
        break;
      case 'pointopoint':
      case 'dstaddr': {
        const address = yield* this.#resolve(yield* this.#argument());
        yield* this.#report('SIOCSIFDSTADDR', addressIoctl(this.#c.p, this.#name, { kind: 'destination', address }));
        break;
      }
      case '-pointopoint':
        yield* this.#cannotClear(IFF_POINTOPOINT, 'POINTOPOINT');
        break;
      case 'add':
      case 'del':
        yield* this.#addOrDelete(word === 'add', yield* this.#argument());
        break;
      case 'trailers':
      case '-trailers':
      case 'dynamic':
      case '-dynamic':
        break;
      default:
        yield* this.#address(word);
    }
  }

  *#hardware(): Sys<void> {
    const kind = yield* this.#argument();
    if (kind !== 'ether') return yield* usage(this.#c);
    const text = yield* this.#argument();
    // What is missing at the end is zero.
    const address = parseMac(text.split(':').concat(Array(6).fill('0')).slice(0, 6).join(':'));
    if (address === undefined) {
      yield* this.#c.error(`${text}: invalid ether address.\n`);
      this.#status = 1;
      return;
    }
    yield* this.#report('SIOCSIFHWADDR', this.#change({ address }));
  }

  /** An address that stands for itself: it is set, and the interface brought up. */
  *#address(word: string): Sys<void> {
    if (this.#family === 'inet6' || (word.includes(':') && parseIpv4(word) === undefined && /^[0-9a-f:]+(\/\d+)?$/i.test(word))) {
      yield* this.#addOrDelete(true, word);
      return;
    }
    const [name = '', prefix] = word.split('/');
    const address = name === 'default' ? 0 : yield* resolveInet(this.#c.p, name);
    if (address === undefined) {
      yield* this.#c.error(`${name}: Unknown host\nifconfig: \`--help' gives usage information.\n`);
      throw new Exit(1);
    }
    if (prefix !== undefined) this.#netmask = Number(prefix) === 0 ? 0 : (0xffffffff << ((32 - Number(prefix)) & 31)) >>> 0;
    yield* this.#report('SIOCSIFADDR', addressIoctl(this.#c.p, this.#name, { kind: 'local', address }));
    yield* this.#flag(IFF_UP, true);
  }

  /** `add` and `del`: IPv6 addresses; IPv4 ones get a label that is free. */
  *#addOrDelete(add: boolean, word: string): Sys<void> {
    const { p } = this.#c;
    if (this.#family === 'inet6' || word.includes(':')) {
      const link = this.#link();
      const done = isError(link) ? link : changeIpv6(p, link.ifindex, word, add);
      yield* this.#report(add ? 'SIOCSIFADDR' : 'SIOCDIFADDR', done);
      return;
    }
    const address = yield* this.#resolve(word.replace(/\/.*/, ''));
    const link = this.#link();
    if (isError(link)) return yield* this.#report(add ? 'SIOCSIFADDR' : 'SIOCDIFADDR', link);
    const own = p.rtnetlink.addresses('inet').filter((a) => a.ifindex === link.ifindex);
    if (!add) {
      const found = own.find((a) => a.local === address);
      const done = found === undefined ? fail('EADDRNOTAVAIL') : aliasFlags(p, found.label ?? this.#name, true);
      yield* this.#report('SIOCDIFADDR', done);
      return;
    }
    let number = 0;
    while (own.some((a) => a.label === `${this.#name}:${number}`)) number++;
    const label = `${this.#name}:${number}`;
    yield* this.#report('SIOCSIFADDR', addressIoctl(p, label, { kind: 'local', address }));
    const first = own[0];
    if (first === undefined) return;
    addressIoctl(p, label, { kind: 'netmask', address: first.prefixLen === 0 ? 0 : (0xffffffff << (32 - first.prefixLen)) >>> 0 });
    if (first.broadcast !== undefined) addressIoctl(p, label, { kind: 'broadcast', address: first.broadcast });
  }
}

function atoi(text: string): number {
  return Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
}
