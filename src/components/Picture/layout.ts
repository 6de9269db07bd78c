import type { DeviceSnapshot, MachineSnapshot, NamespaceSnapshot, Snapshot } from '../../sim/lab/snapshot.ts';
import { type Badge, badgesOf } from './badges.ts';
import { type DeviceState, deviceName, imageOf, namespaceName, placesOf, shownAddresses, stateOf } from './describe.ts';
import { type CableEnd, Lanes, routeCable } from './route-cable.ts';

// Pixels. Type is set in the monospace face, so widths are known before anything is drawn.
export const CHAR = 7.2;
export const SMALL_CHAR = 6.6;
const BOX_MIN = 152;
const BOX_MAX = 248;
export const BOX_HEADER = 28;
/** How far a bridge's ports stand to the right of it. */
export const PORT_INDENT = 20;
export const NAME_LINE = 20;
export const ADDRESS_LINE = 16;
const DEVICE_GAP = 8;
const PROCESS_LINE = 18;
const MAX_PROCESSES = 3;
const BADGE_LINE = 24;
export const BADGE_HEIGHT = 18;
const BADGE_GAP = 6;
/** Between columns; where many cables lie side by side it is wider. */
export const GUTTER = 40;
const GUTTER_MAX = 160;
/** Between cables that lie side by side. */
const LANE = 8;
const MOST_PASSES = 4;
const ROW_GAP = 24;
/** Every other column stands lower, but for the first row: cables from its boxes and those beside them do not meet. */
const STAGGER = 10;
export const FRAME_HEADER = 32;
const FRAME_GAP = 24;
const EDGE = 16;
const RAIL = 56;
const MOST_COLUMNS = 4;

export interface DeviceDrawing {
  readonly device: DeviceSnapshot;
  readonly name: string;
  readonly state: DeviceState;
  /** Of its name line, within the box. */
  readonly y: number;
  readonly addresses: readonly string[];
  /** Plugged into the bridge above it. */
  readonly isPort: boolean;
  /** For a bridge in whose box its ports are: how far its bar reaches down, to the last of them. */
  readonly barEnd: number | undefined;
}

export interface BadgeDrawing {
  readonly badge: Badge;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface BoxDrawing {
  readonly key: string;
  readonly label: string;
  /** After it, smaller: a container's image. */
  readonly image: string | undefined;
  readonly own: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly devices: readonly DeviceDrawing[];
  readonly processes: readonly { readonly pid: number; readonly command: string; readonly y: number }[];
  readonly badges: readonly BadgeDrawing[];
}

export interface FrameDrawing {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly BoxDrawing[];
}

export interface CableDrawing {
  readonly key: string;
  /** The devices at its ends; a switch is none. */
  readonly between: readonly string[];
  readonly path: string;
  readonly ends: readonly { readonly x: number; readonly y: number }[];
  /** A tunnel between two devices: what it carries takes the way of other cables. */
  readonly overlay: boolean;
  /** Whether frames can pass. */
  readonly live: boolean;
  /** Packets that have gone through, both ways: changes when something moves. */
  readonly packets: number;
}

export interface RailDrawing {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly FrameDrawing[];
  readonly cables: readonly CableDrawing[];
  readonly rails: readonly RailDrawing[];
}

/**
 * Places everything: switches as rails at the left, machines as frames one below the other, in each its namespaces in columns, the
 * machine's own first. Cables run in the gutters between columns and rows and never across a box.
 */
export function layOut(snapshot: Snapshot, available: number): Drawing {
  let gutters: readonly number[] = [];
  let distances: readonly number[] = [];
  for (let pass = 1; ; pass++) {
    const { drawing, lanes } = layOutWith(snapshot, available, gutters, distances);
    const fit = lanes.every((count, gutter) => (count + 1) * (distances[gutter] ?? LANE) <= (gutters[gutter] ?? GUTTER));
    if (pass === MOST_PASSES || fit) return drawing;
    // With wider gutters there may be fewer columns, and so more cables in each.
    gutters = lanes.map((count) => Math.max(GUTTER, Math.min(GUTTER_MAX, (count + 1) * LANE)));
    distances = lanes.map((count, gutter) => Math.min(LANE, (gutters[gutter] as number) / (count + 1)));
  }
}

/** Gutters are counted from the one left of the first column; `lanes` says how many cables are in each. */
function layOutWith(
  snapshot: Snapshot,
  available: number,
  gutters: readonly number[],
  distances: readonly number[],
): { drawing: Drawing; lanes: readonly number[] } {
  const gutterWidth = (gutter: number): number => gutters[gutter] ?? GUTTER;
  const places = placesOf(snapshot);
  const nameOf: NameOf = ({ id, name }) => {
    const place = places.get(id);
    return place ? deviceName(place, places) : name;
  };
  const boxWidth = widthOfBoxes(snapshot, nameOf);
  const left = EDGE + (snapshot.switches.length > 0 ? RAIL * snapshot.switches.length : 0);
  const most = Math.min(MOST_COLUMNS, Math.max(...snapshot.machines.map(({ namespaces }) => namespaces.length), 1));
  // Where each column begins, and at the end where the last gutter does.
  const nextStart = (known: readonly number[]): number => (known.at(-1) as number) + boxWidth + gutterWidth(known.length);
  const starts = [left + gutterWidth(0)];
  while (starts.length <= most && (starts.length === 1 || nextStart(starts) <= available - EDGE)) starts.push(nextStart(starts));
  const columns = starts.length - 1;

  const frames: FrameDrawing[] = [];
  const ends = new Map<string, CableEnd>();
  let y = EDGE;
  const grid: Grid = { x: left, starts, columns, boxWidth, gutterWidth, nameOf };
  for (const machine of snapshot.machines) {
    const frame = placeMachine(machine, frames.length, y, grid, ends);
    frames.push(frame);
    y += frame.height + FRAME_GAP;
  }
  const lanes = new Lanes((column) => distances[column + 1] ?? LANE);
  const { cables, rails } = drawCables(snapshot, ends, lanes);
  const width = (starts[columns] as number) + EDGE;
  return {
    drawing: { width, height: y - FRAME_GAP + EDGE, frames, cables, rails },
    lanes: starts.map((_, gutter) => lanes.in(gutter - 1)),
  };
}

/** What a device is called in the picture. */
type NameOf = (device: DeviceSnapshot) => string;

function widthOfBoxes(snapshot: Snapshot, nameOf: NameOf): number {
  let widest = BOX_MIN;
  for (const { namespaces } of snapshot.machines)
    for (const namespace of namespaces) {
      const image = imageOf(namespace);
      widest = Math.max(widest, 24 + namespaceName(namespace).length * CHAR + (image === undefined ? 0 : 12 + image.length * SMALL_CHAR));
      for (const device of namespace.devices) {
        widest = Math.max(widest, 48 + (device.master === undefined ? 0 : PORT_INDENT) + (nameOf(device).length + 10) * CHAR);
        for (const address of shownAddresses(device)) widest = Math.max(widest, 44 + address.length * SMALL_CHAR);
      }
    }
  return Math.min(BOX_MAX, Math.ceil(widest / 8) * 8);
}

/** Where columns are, the same for all machines. */
interface Grid {
  readonly x: number;
  /** Of each column, and after the last gutter. */
  readonly starts: readonly number[];
  readonly columns: number;
  readonly boxWidth: number;
  readonly gutterWidth: (gutter: number) => number;
  readonly nameOf: NameOf;
}

function placeMachine(machine: MachineSnapshot, floor: number, y: number, grid: Grid, ends: Map<string, CableEnd>): FrameDrawing {
  const { x, starts, columns, boxWidth, gutterWidth, nameOf } = grid;
  const namespaces = [...machine.namespaces].sort((a, b) => Number(b.name === 'host') - Number(a.name === 'host') || a.inode - b.inode);
  const waiting = namespaces.map((namespace) => placeNamespace(machine, namespace, 0, 0, boxWidth, nameOf));
  const boxes: BoxDrawing[] = [];
  let top = y + FRAME_HEADER;
  for (let row = 0; waiting.length > 0; row++) {
    const drawn = takeRow(waiting, columns).map(({ box, column, down }) => ({
      box: { ...box, x: starts[column] as number, y: top + down + (row > 0 ? (column % 2) * STAGGER : 0) },
      column,
    }));
    const bottom = Math.max(...drawn.map(({ box }) => box.y + box.height));
    for (const { box, column } of drawn) {
      boxes.push(box);
      for (const { device, y: deviceY } of box.devices) {
        ends.set(device.id, {
          left: box.x,
          right: box.x + box.width,
          y: box.y + deviceY + NAME_LINE / 2,
          column,
          row,
          below: bottom + ROW_GAP / 2,
          floor,
          leftGutter: gutterWidth(column),
          rightGutter: gutterWidth(column + 1),
        });
      }
    }
    top = bottom + ROW_GAP;
  }
  const used = Math.min(columns, Math.max(1, namespaces.length));
  return {
    name: machine.name,
    x,
    y,
    width: (starts[used] as number) - x,
    height: Math.max(top - ROW_GAP, y + FRAME_HEADER) + 20 - y,
    boxes,
  };
}

/** Takes the boxes of the next row: one for each column, and where beside a tall one there is room for more, those below. */
function takeRow(waiting: BoxDrawing[], columns: number): { readonly box: BoxDrawing; readonly column: number; readonly down: number }[] {
  const first = waiting.splice(0, columns);
  const height = Math.max(...first.map((box) => box.height));
  const filled = first.map((box) => box.height);
  const row = first.map((box, column) => ({ box, column, down: 0 }));
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const column = filled.indexOf(Math.min(...filled));
    const down = (filled[column] as number) + ROW_GAP;
    if (down + next.height > height) break;
    row.push({ box: next, column, down });
    filled[column] = down + next.height;
    waiting.shift();
  }
  return row;
}

function placeNamespace(
  machine: MachineSnapshot,
  namespace: NamespaceSnapshot,
  x: number,
  y: number,
  width: number,
  nameOf: NameOf,
): BoxDrawing {
  let at = BOX_HEADER;
  const place = (device: DeviceSnapshot, ports: readonly DeviceSnapshot[], isPort = false): DeviceDrawing[] => {
    const addresses = shownAddresses(device);
    const y = at;
    at += NAME_LINE + addresses.length * ADDRESS_LINE + DEVICE_GAP;
    const below = ports.flatMap((port) => place(port, [], true));
    return [{ device, name: nameOf(device), state: stateOf(device), y, addresses, isPort, barEnd: below.at(-1)?.y }, ...below];
  };
  const inOrder = [...namespace.devices].sort((a, b) => a.ifindex - b.ifindex);
  // A switch stands with its ports below it.
  const isPort = ({ master }: DeviceSnapshot) => inOrder.some(({ id }) => id === master);
  const portsOf = ({ id }: DeviceSnapshot) => inOrder.filter(({ master }) => master === id);
  const devices = inOrder.filter((device) => !isPort(device)).flatMap((device) => place(device, portsOf(device)));
  const processes = namespace.processes.slice(0, MAX_PROCESSES).map(({ pid, command }) => {
    const drawing = { pid, command, y: at };
    at += PROCESS_LINE;
    return drawing;
  });
  const badges = placeBadges(badgesOf(machine, namespace), processes.length > 0 ? at + BADGE_GAP : at, width);
  if (badges.length > 0) at = (badges.at(-1)?.y ?? at) + BADGE_LINE;
  return {
    key: `${machine.name} ${namespace.inode}`,
    label: namespaceName(namespace),
    image: imageOf(namespace),
    own: namespace.name === 'host',
    x,
    y,
    width,
    height: at + 4,
    devices,
    processes,
    badges,
  };
}

/** One after the other, as many in a line as fit. */
function placeBadges(badges: readonly Badge[], top: number, boxWidth: number): BadgeDrawing[] {
  let x = 12;
  let y = top;
  return badges.map((badge) => {
    const width = Math.min(boxWidth - 24, Math.ceil(badge.label.length * SMALL_CHAR) + 14);
    if (x > 12 && x + width > boxWidth - 12) {
      x = 12;
      y += BADGE_LINE;
    }
    const drawing = { badge, x, y, width };
    x += width + BADGE_GAP;
    return drawing;
  });
}

function drawCables(
  snapshot: Snapshot,
  ends: ReadonlyMap<string, CableEnd>,
  lanes: Lanes,
): { cables: CableDrawing[]; rails: RailDrawing[] } {
  const devices = snapshot.machines.flatMap(({ name, namespaces }) =>
    namespaces.flatMap((ns) => ns.devices.map((device) => ({ name, device }))),
  );
  const byId = new Map(devices.map(({ device }) => [device.id, device]));
  const cables: CableDrawing[] = [];
  const rails: RailDrawing[] = [];
  for (const { device } of devices) {
    const peer = device.peer === undefined ? undefined : byId.get(device.peer);
    const from = ends.get(device.id);
    const to = peer && ends.get(peer.id);
    // Each pair once, from the end that comes first.
    if (!peer || !from || !to || (byId.get(device.id) && device.id > peer.id && peer.peer === device.id)) continue;
    const route = routeCable(from, to, lanes);
    const live = stateOf(device) === 'up' && stateOf(peer) === 'up';
    cables.push({
      key: `${device.id} ${peer.id}`,
      between: [device.id, peer.id],
      ...route,
      overlay: false,
      live,
      packets: device.txPackets + peer.txPackets,
    });
  }
  for (const { device } of devices) {
    for (const id of device.tunnels ?? []) {
      const other = byId.get(id);
      const from = ends.get(device.id);
      const to = ends.get(id);
      const mutual = other?.tunnels?.includes(device.id) === true;
      // One line where both send to each other.
      if (!other || !from || !to || (mutual && device.id > id)) continue;
      const route = routeCable(from, to, lanes);
      const live = mutual && stateOf(device) === 'up' && stateOf(other) === 'up';
      cables.push({
        key: `${device.id} tunnel ${id}`,
        between: [device.id, id],
        ...route,
        overlay: true,
        live,
        packets: device.txPackets + other.txPackets,
      });
    }
  }
  snapshot.switches.forEach(({ name }, index) => {
    const plugged = devices.filter(({ device }) => device.peer === `switch:${name}`);
    const x = EDGE + RAIL * index + 8;
    const heights: number[] = [];
    for (const { device } of plugged) {
      const from = ends.get(device.id);
      if (!from) continue;
      const route = routeCable(from, { rail: x }, lanes);
      heights.push(route.ends[1]?.y ?? from.y);
      cables.push({
        key: device.id,
        between: [device.id],
        ...route,
        overlay: false,
        live: stateOf(device) === 'up',
        packets: device.txPackets + device.rxPackets,
      });
    }
    if (heights.length === 0) return;
    const top = Math.min(...heights) - 24;
    rails.push({ name, x, y: top, height: Math.max(...heights) + 24 - top });
  });
  return { cables, rails };
}
