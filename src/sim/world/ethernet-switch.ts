import { isMulticastMac, type Mac, readMac } from '../base/address.ts';
import type { EventQueue } from '../base/event-queue.ts';
import { NS_PER_S } from '../base/time.ts';

/** Where a cable ends: something that takes frames. */
export interface CableEnd {
  receive(frame: Uint8Array): void;
  /** The cable was put in, and frames can be sent down it; or pulled. */
  plugged(cable: CablePlug | undefined): void;
}

/** The machine's half of a cable. */
export interface CablePlug {
  /** Sends a frame down the cable; it arrives after the cable's delay. Lost where the cable is out. */
  transmit(frame: Uint8Array): void;
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
  private readonly delayNs: number;
  private readonly ports = new Map<string, Port>();
  private readonly learned = new Map<Mac, { port: Port; timeNs: number }>();

  constructor(name: string, clock: EventQueue, delayNs: number) {
    this.name = name;
    this.clock = clock;
    this.delayNs = delayNs;
  }

  /** Plugs a cable in. `name` is the port's, e.g. `host1/eth0`; extra delay models a longer cable. */
  connect(name: string, end: CableEnd, extraDelayNs = 0): void {
    const plug: CablePlug = { transmit: (frame) => this.forward(port, frame) };
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

  private forward(from: Port, frame: Uint8Array): void {
    if (!from.plugged || frame.length < 14) return;
    const source = readMac(frame, 6);
    if (!isMulticastMac(source)) this.learned.set(source, { port: from, timeNs: this.clock.now });
    const destination = readMac(frame, 0);
    const known = isMulticastMac(destination) ? undefined : this.learned.get(destination);
    if (known && this.clock.now - known.timeNs <= AGEING_NS) {
      if (known.port !== from) this.deliver(known.port, frame);
      return;
    }
    for (const port of this.ports.values()) if (port !== from) this.deliver(port, frame);
  }

  private deliver(port: Port, frame: Uint8Array): void {
    if (!port.plugged) return;
    this.clock.schedule(port.delayNs, () => {
      if (port.plugged) port.end.receive(frame);
    });
  }
}
