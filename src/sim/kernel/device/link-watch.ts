import type { EventQueue, TimerHandle } from '../../base/event-queue.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { NetDevice, Operstate } from './net-device.ts';

/**
 * Carries changes of carrier from devices to the stack: net/core/link_watch.c. A change on a device that is up and sits on
 * another one (a veth), or that could not transmit and now can, counts as urgent and is handled at once; others at most once a
 * second, so that a flapping cable does not become a storm. One per kernel.
 */
export class LinkWatch {
  private readonly clock: EventQueue;
  private pending = new Set<NetDevice>();
  private nextRunNs = 0;
  private timer: TimerHandle = 0;
  private urgentScheduled = false;

  constructor(clock: EventQueue) {
    this.clock = clock;
  }

  /** A device's carrier changed (`linkwatch_fire_event`). */
  fire(dev: NetDevice): void {
    const urgent = isUrgent(dev);
    if (this.pending.has(dev)) {
      if (!urgent) return;
    } else {
      this.pending.add(dev);
    }
    this.schedule(urgent);
  }

  /** Handles what waits for this device now: RTM_GETLINK does so before it answers (`linkwatch_sync_dev`). */
  sync(dev: NetDevice): void {
    if (this.pending.delete(dev)) updateLink(dev);
  }

  /** The device is gone. */
  forget(dev: NetDevice): void {
    this.pending.delete(dev);
  }

  private schedule(urgent: boolean): void {
    if (this.urgentScheduled) return;
    if (urgent) {
      this.urgentScheduled = true;
      this.clock.cancel(this.timer);
      this.timer = this.clock.schedule(0, this.run);
    } else if (!this.clock.pending(this.timer)) {
      this.timer = this.clock.schedule(Math.max(0, this.nextRunNs - this.clock.now), this.run);
    }
  }

  private readonly run = (): void => {
    const urgentOnly = this.nextRunNs > this.clock.now;
    if (!urgentOnly) this.nextRunNs = this.clock.now + NS_PER_S;
    this.urgentScheduled = false;
    const batch = this.pending;
    this.pending = new Set();
    for (const dev of batch) {
      if (urgentOnly && !isUrgent(dev)) this.pending.add(dev);
      else updateLink(dev);
    }
    if (this.pending.size > 0) this.schedule(false);
  };
}

/** The carrier came or went (`netif_carrier_on`, `netif_carrier_off`); nothing happens where it is so already. */
export function setCarrier(dev: NetDevice, carrier: boolean): void {
  if (dev.carrier === carrier) return;
  dev.carrier = carrier;
  dev.carrierChanges++;
  dev.ns.kernel.linkWatch.fire(dev);
}

/** RFC 2863's operational state from the carrier (`default_operstate`). */
export function updateOperstate(dev: NetDevice): void {
  dev.operstate = currentOperstate(dev);
}

function currentOperstate(dev: NetDevice): Operstate {
  if (dev.carrier) return dev.linkMode === 1 ? 'DORMANT' : 'UP';
  const lower = dev.ops.lowerLink?.(dev);
  // As in Linux, the lower device is looked up by its ifindex in this namespace, even where it is in another one.
  if (lower === undefined || lower.ifindex === dev.ifindex) return 'DOWN';
  const byIndex = dev.ns.devices.get(lower.ifindex);
  return byIndex === undefined || byIndex.carrier ? 'DOWN' : 'LOWERLAYERDOWN';
}

function updateLink(dev: NetDevice): void {
  updateOperstate(dev);
  if (!dev.up) return;
  dev.transmitting = dev.carrier;
  dev.ns.deviceChanged(dev);
}

/** `linkwatch_urgent_event` */
function isUrgent(dev: NetDevice): boolean {
  if (!dev.up) return false;
  const lower = dev.ops.lowerLink?.(dev);
  return (lower !== undefined && lower.ifindex !== dev.ifindex) || (dev.carrier && !dev.transmitting);
}
