import { formatMac, isMulticastMac, type Mac, readMac } from '../base/address.ts';
import type { EventQueue } from '../base/event-queue.ts';
import { NS_PER_S } from '../base/time.ts';
import type { DropReason } from '../kernel/drop-reason.ts';
import type { Trace, TraceStep } from '../kernel/trace.ts';
import { ETH_HLEN } from '../wire/ethernet.ts';

/** Where a cable ends: something that takes frames. `packet` is a frame's identity in traces, 0 while nobody traces. */
export interface CableEnd {
  receive(frame: Uint8Array, packet: number): void;
  /** The cable was put in, and frames can be sent down it; or pulled. */
  plugged(cable: CablePlug | undefined): void;
}

/** The machine's half of a cable. */
export interface CablePlug {
  /** Sends a frame down the cable; it arrives after the cable's delay. Lost where the cable is out. */
  transmit(frame: Uint8Array, packet: number): void;
}

/** Seconds a switch remembers an address. */
const AGEING_NS = 300 * NS_PER_S;

interface Port {
  readonly name: string;
  readonly end: CableEnd;
  readonly delayNs: number;
  readonly plug: CablePlug;
  plugged: boolean;
}

/**
 * A switch in the basement, outside every machine: learns source addresses, sends what it knows to one port and floods the
 * rest. Frames take `delayNs` from end to end, so that round trips look like a LAN's.
 */
export class EthernetSwitch {
  readonly name: string;
  private readonly clock: EventQueue;
  private readonly trace: Trace;
  private readonly delayNs: number;
  private readonly ports = new Map<string, Port>();
  private readonly learned = new Map<Mac, { port: Port; timeNs: number }>();

  constructor(name: string, clock: EventQueue, trace: Trace, delayNs: number) {
    this.name = name;
    this.clock = clock;
    this.trace = trace;
    this.delayNs = delayNs;
  }

  /** Plugs a cable in. `name` is the port's, e.g. `host1/eth0`; extra delay models a longer cable. */
  connect(name: string, end: CableEnd, extraDelayNs = 0): void {
    const plug: CablePlug = { transmit: (frame, packet) => this.forward(port, frame, packet) };
    const port: Port = { name, end, delayNs: this.delayNs + extraDelayNs, plug, plugged: true };
    this.ports.set(name, port);
    end.plugged(plug);
  }

  /** Pulls a cable out or puts it back; both ends see their carrier change. */
  setPlugged(name: string, plugged: boolean): void {
    const port = this.ports.get(name);
    if (!port || port.plugged === plugged) return;
    port.plugged = plugged;
    if (!plugged) for (const [mac, entry] of this.learned) if (entry.port === port) this.learned.delete(mac);
    port.end.plugged(plugged ? port.plug : undefined);
  }

  isPlugged(name: string): boolean {
    return this.ports.get(name)?.plugged ?? false;
  }

  get portNames(): readonly string[] {
    return [...this.ports.keys()];
  }

  private forward(from: Port, frame: Uint8Array, packet: number): void {
    if (!from.plugged) return this.drop(from, packet, 'NO_CARRIER', 'its cable is out');
    if (frame.length < ETH_HLEN) return this.drop(from, packet, 'HDR_TRUNC', 'shorter than an Ethernet header');
    const source = readMac(frame, 6);
    if (!isMulticastMac(source)) this.learned.set(source, { port: from, timeNs: this.clock.now });
    const destination = readMac(frame, 0);
    const known = isMulticastMac(destination) ? undefined : this.learned.get(destination);
    const fresh = known !== undefined && this.clock.now - known.timeNs <= AGEING_NS;
    if (this.trace.on) {
      const port = fresh ? known.port.name : undefined;
      this.say(from, packet, { kind: 'fdb', mac: formatMac(destination), port, flood: !fresh, vid: 0 });
    }
    if (fresh) {
      if (known.port !== from) this.deliver(known.port, frame, packet);
      else this.drop(from, packet, 'BRIDGE_NO_EGRESS_PORT', 'its addressee is where it came from');
      return;
    }
    let copies = 0;
    for (const port of this.ports.values()) {
      if (port === from) continue;
      // The first port gets the frame itself, others copies.
      this.deliver(port, frame, copies++ === 0 || packet === 0 ? packet : this.copy(port, packet));
    }
    if (copies === 0) this.drop(from, packet, 'BRIDGE_NO_EGRESS_PORT', 'nobody else is plugged in');
  }

  private deliver(port: Port, frame: Uint8Array, packet: number): void {
    if (!port.plugged) return this.drop(port, packet, 'NO_CARRIER', 'its cable is out');
    this.clock.schedule(port.delayNs, () => {
      if (port.plugged) port.end.receive(frame, packet);
      else this.drop(port, packet, 'NO_CARRIER', 'its cable was pulled');
    });
  }

  private copy(port: Port, of: number): number {
    const packet = this.trace.packetId();
    this.say(port, packet, { kind: 'branch', of, why: 'copy' });
    return packet;
  }

  private drop(port: Port, packet: number, reason: DropReason, detail: string): void {
    if (this.trace.on) this.say(port, packet, { kind: 'drop', reason, detail });
  }

  private say({ name }: Port, packet: number, step: TraceStep): void {
    if (packet !== 0) this.trace.emit({ timeNs: this.clock.now, machine: this.name, netns: 0, dev: name, packet, step });
  }
}
