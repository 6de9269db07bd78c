import type { EventQueue } from '../base/event-queue.ts';
import { NS_PER_MS } from '../base/time.ts';
import type { NetDevice } from '../kernel/device/net-device.ts';
import type { TraceEvent } from '../kernel/trace.ts';
import { HOST, netnsLabel } from '../machine/netns-names.ts';
import type { World } from './world.ts';

/** Events in one virtual millisecond beyond which frames or timers must be running in circles. */
const STORM_EVENTS_PER_MS = 200_000;
/** For how many more events the frames are watched then, to find the circle. */
const OBSERVED_EVENTS = 4096;
/** The longest circle that is looked for, in devices. */
const LONGEST_CIRCLE = 64;

/** A device that sent a packet, and those that sent it, or what it was copied from, before. */
interface Trail {
  readonly event: TraceEvent;
  readonly place: string;
  readonly before: Trail | undefined;
}

/** Ends a world in which time stands still because something goes round in circles; says what, and where. */
export class StormWatch {
  private readonly world: World;
  private readonly clock: EventQueue;
  private since = 0;
  private events = 0;
  private trails = new Map<number, Trail | undefined>();
  private circle: readonly TraceEvent[] | undefined;
  private stopLooking: (() => void) | undefined;

  constructor(world: World) {
    this.world = world;
    this.clock = world.clock;
  }

  /** To be called after each event. What happened, once that is certain. */
  afterEvent(): string | undefined {
    if (this.clock.now - this.since >= NS_PER_MS) this.restart();
    this.events++;
    if (this.events <= STORM_EVENTS_PER_MS) return undefined;
    this.stopLooking ??= this.world.trace.subscribe((event) => this.look(event));
    if (this.events <= STORM_EVENTS_PER_MS + OBSERVED_EVENTS) return undefined;
    const what = this.circle === undefined ? 'The lab is too busy to go on.' : this.describe(this.circle);
    this.restart();
    const limit = STORM_EVENTS_PER_MS.toLocaleString('en');
    return `${what} vethlab stopped the lab after ${limit} events in one millisecond; Linux would go on until you break the circle.`;
  }

  private restart(): void {
    this.since = this.clock.now;
    this.events = 0;
    this.stopLooking?.();
    this.stopLooking = undefined;
    this.trails = new Map();
    this.circle = undefined;
  }

  /** Follows each packet, copies included, until one leaves by a device that it has left by before. */
  private look(event: TraceEvent): void {
    const { packet, step } = event;
    if (step.kind === 'branch') this.trails.set(packet, this.trails.get(step.of));
    if (step.kind !== 'transmit' || this.circle !== undefined) return;
    const before = this.trails.get(packet);
    const place = `${event.machine} ${event.netns} ${event.dev}`;
    const way = [event];
    for (let at = before; at !== undefined && way.length <= LONGEST_CIRCLE; at = at.before) {
      if (at.place === place) {
        this.circle = way.reverse();
        return;
      }
      way.push(at.event);
    }
    this.trails.set(packet, { event, place, before });
  }

  /** `br0 ─(v0)→ br1 ─(w1)→ br0`: the bridges, and the device by which the frame leaves each. */
  private describe(circle: readonly TraceEvent[]): string {
    const stops = circle.map((event) => {
      const dev = this.deviceOf(event);
      return { machine: event.machine, device: event.dev, at: this.name(event, dev?.master?.name), bridge: dev?.master !== undefined };
    });
    // A bridge that sends is one stop with the port that it sends by.
    const way = stops.filter(({ bridge }, i) => bridge || stops[(i + 1) % stops.length]?.bridge !== true);
    const [first] = circle;
    const alone = circle.every(({ machine }) => machine === first?.machine);
    const names = way.map(({ at, machine }) => (alone ? at : `${machine}:${at}`));
    const line = `${way.map(({ device }, i) => `${names[i]} ─(${device})→ `).join('')}${names[0]}`;
    const where = `${alone ? ` on ${first?.machine}` : ''}: ${line}`;
    return way.some(({ bridge }) => bridge)
      ? `A broadcast storm: frames go round in circles${where}. Nothing in a frame counts the bridges it has passed, and no spanning tree (STP) has closed a port.`
      : `Packets go round in circles${where}.`;
  }

  private deviceOf({ machine, netns, dev }: TraceEvent): NetDevice | undefined {
    return this.world.machines.get(machine)?.kernel.namespaces.get(netns)?.deviceByName(dev);
  }

  /** With the namespace where it is not the machine's own. */
  private name({ machine, netns, dev }: TraceEvent, bridge: string | undefined): string {
    const found = this.world.machines.get(machine);
    const label = found ? netnsLabel(found, netns) : HOST;
    return label === HOST ? (bridge ?? dev) : `${label}/${bridge ?? dev}`;
  }
}
