// Packet sockets: packet(7), net/packet/af_packet.c, of type SOCK_RAW.

import { u16 } from '../../base/bytes.ts';
import { readMac } from '../../base/mac-address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import { ETH_HLEN, ETH_SRC, ETH_TYPE, ethIsTagged, VLAN_HLEN } from '../../wire/ethernet.ts';
import { changePromiscuity } from '../device/device-state.ts';
import type { NetDevice, PacketTap } from '../device/net-device.ts';
import { devQueueXmit } from '../device/transmit.ts';
import type { NetStack } from '../ip/net-stack.ts';
import { Skb } from '../skb.ts';
import { nextSocketInode } from './inode.ts';
import type { PacketSocket, SockAddrLl } from './socket.ts';

/** Every protocol, and what is sent too. */
const ETH_P_ALL = 3;
/** Bytes of frames that wait to be read before further ones are dropped; libpcap's default ring is as large. */
const RECEIVE_BUFFER = 2 * 1024 * 1024;

interface Captured {
  readonly frame: Uint8Array;
  readonly from: SockAddrLl;
  readonly timeNs: number;
  readonly originalLength: number;
}

export class PacketSocketImpl implements PacketSocket, PacketTap {
  readonly inode: number;
  readonly readable = new WaitQueue();
  filter: ((frame: Uint8Array) => boolean) | undefined = undefined;
  private readonly stack: NetStack;
  private readonly onClose: (socket: PacketSocketImpl) => void;
  private readonly queue: Captured[] = [];
  queuedBytes = 0;
  private received = 0;
  private dropped = 0;
  private pendingError: KernelError | undefined = undefined;
  private readonly promiscuous: NetDevice[] = [];
  device: NetDevice | undefined = undefined;
  bound = false;
  protocol = 0;

  constructor(stack: NetStack, onClose: (socket: PacketSocketImpl) => void) {
    this.stack = stack;
    this.inode = nextSocketInode(stack.ns.kernel);
    this.onClose = onClose;
  }

  bind(ifindex: number, protocol: number): undefined | KernelError {
    const { ns } = this.stack;
    const dev = ifindex === 0 ? undefined : ns.devices.get(ifindex);
    if (ifindex !== 0 && dev === undefined) return fail('ENODEV');
    this.unhook();
    this.device = dev;
    this.protocol = protocol;
    this.pendingError = undefined;
    this.hook();
    if (dev !== undefined && !dev.up) this.pendingError = fail('ENETDOWN');
    return undefined;
  }

  hearAll(ifindex: number): undefined | KernelError {
    const dev = this.stack.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENODEV');
    this.promiscuous.push(dev);
    changePromiscuity(dev, 1);
    return undefined;
  }

  private hook(): void {
    if (this.protocol === 0) return;
    this.bound = true;
    if (this.protocol !== ETH_P_ALL) {
      let taps = this.stack.protocolTaps.get(this.protocol);
      if (!taps) {
        taps = new Set();
        this.stack.protocolTaps.set(this.protocol, taps);
      }
      taps.add(this);
    } else {
      (this.device?.taps ?? this.stack.taps).push(this);
    }
  }

  private unhook(): void {
    if (!this.bound) return;
    this.bound = false;
    const taps = this.stack.protocolTaps.get(this.protocol);
    taps?.delete(this);
    if (taps?.size === 0) this.stack.protocolTaps.delete(this.protocol);
    for (const list of [this.stack.taps, this.device?.taps ?? []]) {
      const index = list.indexOf(this);
      if (index >= 0) list.splice(index, 1);
    }
  }

  /** A frame passes (packet_rcv): filtered on the kernel's bytes, copied only if it is kept. */
  readonly frame = (dev: NetDevice, skb: Skb): void => {
    if (this.device !== undefined && this.device !== dev) return;
    const start = skb.mac >= 0 ? skb.mac : skb.data;
    if (this.filter !== undefined && !this.filter(skb.buf.subarray(start, skb.end))) return;
    this.received++;
    const length = skb.end - start;
    if (this.queuedBytes + length > RECEIVE_BUFFER) {
      this.dropped++;
      return;
    }
    this.queuedBytes += length;
    this.queue.push({
      frame: skb.buf.slice(start, skb.end),
      from: {
        ifindex: dev.ifindex,
        protocol: length >= ETH_HLEN ? u16(skb.buf, start + ETH_TYPE) : 0,
        pktType: skb.pktType,
        address: length >= ETH_HLEN ? readMac(skb.buf, start + ETH_SRC) : 0,
      },
      timeNs: this.stack.ns.kernel.clock.now,
      originalLength: length,
    });
    this.readable.wake();
  };

  send(frame: Uint8Array, ifindex: number): number | KernelError {
    const dev = ifindex === 0 ? this.device : this.stack.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENXIO');
    if (!dev.up) return fail('ENETDOWN');
    if (frame.length < ETH_HLEN) return fail('EINVAL');
    if (frame.length > dev.mtu + ETH_HLEN + (ethIsTagged(frame) ? VLAN_HLEN : 0)) return fail('EMSGSIZE');
    const skb = Skb.alloc(frame.length);
    skb.buf.set(frame, skb.data);
    skb.protocol = u16(frame, ETH_TYPE);
    skb.network = skb.data + ETH_HLEN;
    const sent = devQueueXmit(dev, skb);
    this.stack.softirq.drain();
    return sent ? frame.length : fail('ENOBUFS');
  }

  receive(): Captured | KernelError {
    const error = this.pendingError;
    if (error) {
      this.pendingError = undefined;
      return error;
    }
    const captured = this.queue.shift();
    if (captured === undefined) return fail('EAGAIN');
    this.queuedBytes -= captured.originalLength;
    return captured;
  }

  statistics(): { received: number; dropped: number } {
    return { received: this.received, dropped: this.dropped };
  }

  /** The device it is bound to went down, or away for good: the next call fails (packet_notifier). */
  deviceDown(dev: NetDevice, gone: boolean): void {
    const heard = this.promiscuous.indexOf(dev);
    if (gone && heard >= 0) this.promiscuous.splice(heard, 1);
    if (this.device !== dev) return;
    this.pendingError = fail('ENETDOWN');
    if (gone) {
      this.unhook();
      this.device = undefined;
    }
    this.readable.wake();
  }

  close(): void {
    this.unhook();
    for (const dev of this.promiscuous.splice(0)) changePromiscuity(dev, -1);
    this.queue.length = 0;
    this.queuedBytes = 0;
    this.onClose(this);
    this.readable.wake();
  }
}
