// For tests of TCP: two hosts on a cable that may lose, delay and repeat frames.

import { Random } from '../../base/random.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import { netifRx } from '../device/receive.ts';
import { Skb } from '../skb.ts';
import type { StreamSocket } from '../socket/stream-socket.ts';
import { type Capture, ok, TestNet } from '../test-net.ts';

/** What happens to a frame on its way: `lost`, or how many ms late each copy of it comes. */
export type Fate = 'lost' | readonly number[];

const B = 0x0a000002;

/** a:eth0 10.0.0.1, fd00::1 ─── 10.0.0.2, fd00::2 b:eth0 */
export class TestWire {
  readonly net: TestNet;
  /** What a's card sends and receives. */
  readonly capture: Capture;

  constructor(options: { readonly ipv6?: boolean; readonly seed?: string } = {}) {
    const net = new TestNet(options.seed ?? 'test');
    this.net = net;
    if (options.ipv6) {
      net.ns('a', true);
      net.ns('b', true);
    }
    // As on the machine that recorded test/captures: its memory is larger, and so is the window that it offers.
    for (const host of ['a', 'b']) {
      net.sysctl(host, 'net/ipv4/tcp_congestion_control', 'reno');
      net.sysctl(host, 'net/ipv4/tcp_rmem', '4096 131072 33554432');
    }
    net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
    net.addr('a', 'eth0', '10.0.0.1/24');
    net.addr('b', 'eth0', '10.0.0.2/24');
    if (options.ipv6) {
      net.addr('a', 'eth0', 'fd00::1/64');
      net.addr('b', 'eth0', 'fd00::2/64');
    }
    net.up('a', 'eth0');
    net.up('b', 'eth0');
    net.run(3000);
    net.ping('a', '10.0.0.2');
    net.run(100);
    this.capture = net.capture('a', 'eth0');
  }

  /** From now on each TCP segment that arrives at a host meets its fate. */
  impair(host: string, fate: (count: number) => Fate): void {
    const dev: NetDevice = this.net.dev(host, 'eth0');
    let count = 0;
    let passing = false;
    dev.rxHandler = (skb) => {
      const isTcp = skb.buf[skb.data + 23] === 6 || skb.buf[skb.data + 20] === 6;
      if (passing || !isTcp) return 'pass';
      const copies = fate(count++);
      if (copies === 'lost') return 'consumed';
      const frame = skb.frame();
      for (const delay of copies) {
        this.net.clock.schedule(delay * NS_PER_MS, () => {
          this.net.clock.soon(() => {
            passing = true;
          });
          netifRx(dev, Skb.fromFrame(frame));
          this.net.clock.soon(() => {
            passing = false;
          });
        });
      }
      return 'consumed';
    };
  }

  /** A listening socket of b. */
  listen(port = 80, backlog = 5): StreamSocket {
    const socket = this.net.ns('b').sockets.tcp('inet');
    ok(socket.bind({ family: 'inet', address: 0, port }));
    ok(socket.listen(backlog));
    return socket;
  }

  /** A socket of a that has begun to connect, from a port that tests can name. */
  connect(port = 80, from = 40_000): StreamSocket {
    const socket = this.net.ns('a').sockets.tcp('inet');
    ok(socket.bind({ family: 'inet', address: 0, port: from }));
    socket.connect({ family: 'inet', address: B, port });
    return socket;
  }

  /** Both ends of an established connection. */
  pair(): { client: StreamSocket; server: StreamSocket; listener: StreamSocket } {
    const listener = this.listen();
    const client = this.connect();
    this.net.run(1);
    return { client, server: ok(listener.accept()), listener };
  }

  /** As tcpdump prints them, with numbers that differ between runs made alike. */
  lines(): string[] {
    return alike(this.capture.lines());
  }
}

/** Makes listings comparable: sequence numbers of SYNs, timestamps and chosen ports are left out. */
export function alike(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !line.startsWith('ARP'))
    .map((line) =>
      line
        .replace(/TS val \d+ ecr (\d+)/g, (_, echo: string) => `TS${echo === '0' ? ' ecr 0' : ''}`)
        .replace(/seq \d{6,}/g, 'seq N')
        .replace(/ack \d{6,}/g, 'ack N')
        .replace(/10\.0\.0\.1\.\d{5}/g, '10.0.0.1.PORT')
        .replace(/: HTTP$/, ''),
    );
}

/** Bytes that show whether one is missing, doubled or out of place. */
export function pattern(length: number, seed: string): Uint8Array {
  return new Random(seed).bytes(length);
}

/** Reads all there is. */
export function drain(socket: StreamSocket, into: number[]): 'more' | 'end' {
  for (;;) {
    const data = socket.receive(65_536);
    if (isError(data)) {
      if (data.errno !== 'EAGAIN') throw new Error(data.errno);
      return 'more';
    }
    if (data.length === 0) return 'end';
    for (const byte of data) into.push(byte);
  }
}
