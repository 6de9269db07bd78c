import { concat } from '../sim/base/bytes.ts';
import { isError } from '../sim/base/result.ts';
import { NS_PER_MS } from '../sim/base/time.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, type NetDevice, type PacketTap } from '../sim/kernel/device/net-device.ts';
import { PACKET_OUTGOING } from '../sim/kernel/skb.ts';
import type { Machine } from '../sim/machine/machine.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_RAW, pcapFileHeader, pcapRecord } from '../sim/wire/pcap.ts';
import type { World } from '../sim/world/world.ts';
import type { CaptureFile } from './protocol.ts';

/** What one capture keeps: what comes after is not kept. */
const MOST_BYTES = 32 * 2 ** 20;

/** A capture of what a device sends and receives, for the learner to keep. The world does not notice it. */
export class DeviceCapture {
  readonly #machine: Machine;
  readonly #dev: NetDevice;
  readonly #parts: Uint8Array[];
  readonly #tap: PacketTap;
  #bytes = 0;

  constructor(machine: Machine, dev: NetDevice) {
    this.#machine = machine;
    this.#dev = dev;
    const ethernet = dev.type === ARPHRD_ETHER || dev.type === ARPHRD_LOOPBACK;
    this.#parts = [pcapFileHeader(ethernet ? LINKTYPE_ETHERNET : LINKTYPE_RAW, true)];
    this.#tap = {
      frame: (_, skb) => {
        // What loopback sends it receives, too: once is enough.
        if (dev.type === ARPHRD_LOOPBACK && skb.pktType === PACKET_OUTGOING) return;
        if (this.#bytes < MOST_BYTES) this.#keep(ethernet ? skb.frame() : skb.bytes());
      },
    };
    dev.taps.push(this.#tap);
  }

  /** Ends it; the capture file. */
  end(): Uint8Array {
    const at = this.#dev.taps.indexOf(this.#tap);
    if (at >= 0) this.#dev.taps.splice(at, 1);
    return concat(...this.#parts);
  }

  #keep(data: Uint8Array): void {
    const ms = this.#machine.wallClockMs;
    const nanoseconds = (Math.floor(ms) % 1000) * NS_PER_MS + (this.#machine.clock.now % NS_PER_MS);
    this.#parts.push(pcapRecord({ seconds: Math.floor(ms / 1000), nanoseconds, data }, true));
    this.#bytes += data.length;
  }
}

/** The device that a snapshot names so, and its machine. */
export function deviceById(world: World, id: string): { readonly machine: Machine; readonly dev: NetDevice } | undefined {
  for (const machine of world.machines.values()) {
    for (const ns of machine.kernel.namespaces.values()) {
      for (const dev of ns.devices.values()) if (`${machine.name}/${dev.uid}` === id) return { machine, dev };
    }
  }
  return undefined;
}

/** Where learners write captures. */
const FOLDERS = ['/root', '/tmp'];

/** The capture files of all machines that somebody can log in to. */
export function captureFiles(world: World, machines: readonly string[]): CaptureFile[] {
  const out: CaptureFile[] = [];
  for (const name of machines) {
    const machine = world.machines.get(name);
    if (!machine) continue;
    for (const folder of FOLDERS) {
      const names = machine.files.readDirectory(machine.init, folder);
      for (const file of isError(names) ? [] : [...names].sort()) {
        if (!/\.p?cap(ng)?$/.test(file)) continue;
        const stat = machine.files.stat(machine.init, `${folder}/${file}`);
        if (!isError(stat) && stat.kind === 'file') out.push({ machine: name, path: `${folder}/${file}`, size: stat.size });
      }
    }
  }
  return out;
}
