import { failed } from '../../error.ts';

/** Where ports that nobody chose come from (/proc/sys/net/ipv4/ip_local_port_range). */
const DYNAMIC_FIRST = 32_768;
const DYNAMIC_LAST = 60_999;

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** Which host ports the engine has given out, by address and protocol (libnetwork's portallocator). */
export class PortAllocator {
  readonly #taken = new Map<string, Set<number>>();
  readonly #last = new Map<string, number>();

  /**
   * A port of `first`–`last`, or of the dynamic ones for 0. What others on the host listen on shows when it is bound.
   */
  request(address: string, protocol: Protocol, first: number, last: number): number {
    const own = this.#taken.get(`${address}/${protocol}`);
    const conflict = (port: number): boolean => own?.has(port) ?? false;
    if (first === last && first !== 0) {
      if (conflict(first)) throw failed(`Bind for ${shown(address)}:${first} failed: port is already allocated`);
      this.#take(address, protocol, first);
      return first;
    }
    const dynamic = first === 0;
    const [low, high] = dynamic ? [DYNAMIC_FIRST, DYNAMIC_LAST] : [first, last];
    // Where the last one of the dynamic ports was found the search goes on; a range that somebody chose is tried from its start.
    const key = `${address}/${protocol}`;
    const count = high - low + 1;
    let at = dynamic ? (this.#last.get(key) ?? high) : high;
    for (let i = 0; i < count; i++) {
      at = at >= high ? low : at + 1;
      if (conflict(at)) continue;
      if (dynamic) this.#last.set(key, at);
      this.#take(address, protocol, at);
      return at;
    }
    throw failed('all ports are allocated');
  }

  release(address: string, protocol: Protocol, port: number): void {
    this.#taken.get(`${address}/${protocol}`)?.delete(port);
  }

  #take(address: string, protocol: Protocol, port: number): void {
    const key = `${address}/${protocol}`;
    const ports = this.#taken.get(key);
    if (ports === undefined) this.#taken.set(key, new Set([port]));
    else ports.add(port);
  }
}

const shown = (address: string): string => (address.includes(':') ? `[${address}]` : address);
