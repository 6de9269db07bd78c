import { expect, test } from 'vitest';
import type { DeviceSnapshot, MachineSnapshot, NamespaceSnapshot, Snapshot } from '../../sim/lab/snapshot.ts';
import { type Drawing, layOut } from './layout.ts';

const device = (id: string, ifindex: number, more: Partial<DeviceSnapshot> = {}): DeviceSnapshot => ({
  id: `host1/${id}`,
  name: id,
  ifindex,
  kind: 'veth',
  mac: '52:54:00:00:00:0b',
  mtu: 1500,
  up: true,
  carrier: true,
  operstate: 'UP',
  addresses: [],
  master: undefined,
  peer: undefined,
  rxPackets: 0,
  txPackets: 0,
  ...more,
});

const namespace = (name: string, inode: number, ...devices: DeviceSnapshot[]): NamespaceSnapshot => ({
  inode,
  name,
  devices,
  processes: [],
  forwards: false,
  filters: [],
  listening: [],
  containers: [],
  published: [],
  resolver: false,
});

/**
 *          ┌ host1 ──────────────────────────────────┐
 *   lan ───┼─ eth0   [host]      a ── b [red]         │
 *          │         [blue] c ── d [green] …          │
 *          └──────────────────────────────────────────┘
 */
function busyMachine(): Snapshot {
  const pair = (a: string, b: string) => [device(a, 10, { peer: `host1/${b}` }), device(b, 11, { peer: `host1/${a}` })] as const;
  const [a, b] = pair('a', 'b');
  const [c, d] = pair('c', 'd');
  const [e, f] = pair('e', 'f');
  const [g, h] = pair('g', 'h');
  const machine: MachineSnapshot = {
    name: 'host1',
    terminal: true,
    namespaces: [
      namespace('host', 1, device('eth0', 2, { peer: 'switch:lan' }), a, g, h),
      namespace('red', 2, b, c),
      namespace('blue', 3, d),
      namespace('green', 4, e),
      namespace('grey', 5, f),
    ],
  };
  return { timeNs: 0, machines: [machine], switches: [{ name: 'lan', ports: [{ device: 'host1/eth0', plugged: true }] }] };
}

/** Straight pieces of a path; corners are cut. */
function pieces(path: string): [x1: number, y1: number, x2: number, y2: number][] {
  const points = [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  const ends = [...path.matchAll(/Q\S+ \S+ (-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  return points.slice(1).map((to, index) => {
    const from = index === 0 ? points[0]! : ends[index - 1]!;
    return [from[0], from[1], to[0], to[1]];
  });
}

function crossings({ cables, frames }: Drawing): string[] {
  const boxes = frames.flatMap((frame) => frame.boxes);
  return cables.flatMap(({ key, path }) =>
    pieces(path).flatMap(([x1, y1, x2, y2]) =>
      boxes
        .filter(
          (box) =>
            Math.max(x1, x2) > box.x &&
            Math.min(x1, x2) < box.x + box.width &&
            Math.max(y1, y2) > box.y &&
            Math.min(y1, y2) < box.y + box.height,
        )
        .map((box) => `${key} crosses ${box.label}`),
    ),
  );
}

test('no cable runs across a namespace, however wide the picture is', () => {
  for (const width of [320, 600, 900, 1400]) {
    const drawing = layOut(busyMachine(), width);
    expect(drawing.cables).toHaveLength(5);
    expect(crossings(drawing)).toEqual([]);
  }
});

test('boxes stay inside their machine and do not overlap', () => {
  const { frames } = layOut(busyMachine(), 600);
  const frame = frames[0]!;
  const boxes = [...frame.boxes];
  for (const box of boxes) {
    expect(box.x).toBeGreaterThan(frame.x);
    expect(box.x + box.width).toBeLessThan(frame.x + frame.width);
    expect(box.y + box.height).toBeLessThan(frame.y + frame.height);
    const overlapping = boxes.filter(
      (other) =>
        other !== box &&
        other.x < box.x + box.width &&
        box.x < other.x + other.width &&
        other.y < box.y + box.height &&
        box.y < other.y + other.height,
    );
    expect(overlapping).toEqual([]);
  }
});

test('a cable is dead when one of its ends is down', () => {
  const snapshot = busyMachine();
  const down = JSON.parse(JSON.stringify(snapshot), (_key, value) =>
    value?.id === 'host1/b' ? { ...value, up: false, carrier: false } : value,
  ) as Snapshot;
  const { cables } = layOut(down, 600);
  expect(cables.filter(({ live }) => !live).map(({ key }) => key)).toEqual(['host1/a host1/b']);
});

test('a bridge stands above its ports, and its bar reaches down to the last of them', () => {
  const port = (name: string, ifindex: number) => device(name, ifindex, { master: 'host1/br0' });
  const devices = [port('v1', 3), device('eth0', 2), device('br0', 9, { kind: 'bridge' }), port('v2', 4)];
  const machine = { name: 'host1', terminal: true, namespaces: [namespace('host', 1, ...devices)] };
  const [box] = layOut({ timeNs: 0, machines: [machine], switches: [] }, 600).frames[0]!.boxes;
  expect(box!.devices.map(({ device, isPort }) => `${isPort ? '- ' : ''}${device.name}`)).toEqual(['eth0', 'br0', '- v1', '- v2']);
  expect(box!.devices[1]!.barEnd).toBe(box!.devices[3]!.y);
});

//  [host] v1 … v12 ── eth0 in [room1] … [room12]
test('many cables in a gutter make it wider, and none lies on another', () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
  const host = namespace('host', 1, ...numbers.map((n) => device(`v${n}`, n + 2, { peer: `host1/e${n}` })));
  const rooms = numbers.map((n) => namespace(`room${n}`, n + 1, device(`e${n}`, 2, { peer: `host1/v${n}` })));
  const machines = [{ name: 'host1', terminal: true, namespaces: [host, ...rooms] }];
  for (const width of [320, 700]) {
    const drawing = layOut({ timeNs: 0, machines, switches: [] }, width);
    const upright = drawing.cables.flatMap(({ key, path }) =>
      pieces(path)
        .filter(([x1, y1, x2, y2]) => x1 === x2 && Math.abs(y1 - y2) > 12)
        .map(([x, y1, , y2]) => ({ key, x, top: Math.min(y1, y2), bottom: Math.max(y1, y2) })),
    );
    const onAnother = upright.filter((a) => upright.some((b) => a.key < b.key && a.x === b.x && a.top < b.bottom && b.top < a.bottom));
    expect([onAnother, crossings(drawing)]).toEqual([[], []]);
  }
});

//  [host] v1  [room1]
//         …   [room2]
//         v12 …
test('beside a tall box others stand one below the other', () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
  const host = namespace('host', 1, ...numbers.map((n) => device(`v${n}`, n + 2, { peer: `host1/e${n}` })));
  const rooms = numbers.map((n) => namespace(`room${n}`, n + 1, device(`e${n}`, 2, { peer: `host1/v${n}` })));
  const machines = [{ name: 'host1', terminal: true, namespaces: [host, ...rooms] }];
  for (const width of [700, 1000]) {
    const drawing = layOut({ timeNs: 0, machines, switches: [] }, width);
    const [own, ...others] = drawing.frames[0]!.boxes;
    expect(others.filter(({ x, y, height }) => x > own!.x && y + height <= own!.y + own!.height).length).toBeGreaterThanOrEqual(4);
    expect(crossings(drawing)).toEqual([]);
  }
});

//  [host] v1 v2 v3, [room1]
//  [room2] [room3]: cables leave the one to the right and enter the other from the left
test('the ends of cables in one gutter do not lie on one line', () => {
  const numbers = [1, 2, 3];
  const host = namespace('host', 1, ...numbers.map((n) => device(`v${n}`, n + 2, { peer: `host1/e${n}` })));
  const rooms = numbers.map((n) => namespace(`room${n}`, n + 1, device(`e${n}`, 2, { peer: `host1/v${n}` })));
  const { cables } = layOut({ timeNs: 0, machines: [{ name: 'host1', terminal: true, namespaces: [host, ...rooms] }], switches: [] }, 500);
  const heights = cables.slice(1).map(({ ends }) => ends[1]?.y);
  expect(heights[0]).not.toBe(heights[1]);
});

/** A machine with a card on the LAN, and a vxlan that sends to those of other machines. */
function vtep(name: string, ...others: string[]): MachineSnapshot {
  const own = (id: string, ifindex: number, more: Partial<DeviceSnapshot>): DeviceSnapshot =>
    device(id, ifindex, { id: `${name}/${id}`, ...more });
  const vxlan = own('vx0', 3, { kind: 'vxlan', vni: 42, tunnels: others.map((other) => `${other}/vx0`) });
  return {
    name,
    terminal: true,
    namespaces: [namespace('host', 1, own('eth0', 2, { kind: 'nic', peer: 'switch:lan' }), vxlan)],
  };
}

//  host1 vx0 ┄┄┄ vx0 host2, and to host3, which does not answer
test('a tunnel is one line between its ends, beside the boxes, and dead where only one end sends', () => {
  const machines = [vtep('host1', 'host2', 'host3'), vtep('host2', 'host1'), vtep('host3')];
  for (const width of [320, 900]) {
    const drawing = layOut({ timeNs: 0, machines, switches: [{ name: 'lan', ports: [] }] }, width);
    const overlays = drawing.cables.filter(({ overlay }) => overlay);
    expect(overlays.map(({ key, live }) => [key, live])).toEqual([
      ['host1/vx0 tunnel host2/vx0', true],
      ['host1/vx0 tunnel host3/vx0', false],
    ]);
    expect(crossings(drawing)).toEqual([]);
  }
});

//  [c1] m1 ─┐
//  [c2] m2 ─┴ eth0 [host]
test('macvlans hang on the device below them', () => {
  const macvlan = (name: string) => device(name, 5, { kind: 'macvlan', peer: 'host1/eth0' });
  const host = namespace('host', 1, device('eth0', 2, { kind: 'nic', peer: 'switch:lan' }));
  const namespaces = [host, namespace('c1', 2, macvlan('m1')), namespace('c2', 3, macvlan('m2'))];
  const machines = [{ name: 'host1', terminal: true, namespaces }];
  const drawing = layOut({ timeNs: 0, machines, switches: [{ name: 'lan', ports: [] }] }, 900);
  expect([drawing.cables.map(({ key }) => key), crossings(drawing)]).toEqual([
    ['host1/m1 host1/eth0', 'host1/m2 host1/eth0', 'host1/eth0'],
    [],
  ]);
});

//  [host] shop (br-…) ─ veth… ─── eth0 [web, nginx]
test('what Docker made up a name for is called after what it belongs to', () => {
  const bridge = device('br-0123456789ab', 3, { kind: 'bridge', network: 'shop' });
  const port = device('veth0a1b2c3', 4, { master: bridge.id, peer: 'host1/eth0' });
  const web = { ...namespace('', 2, device('eth0', 2, { peer: port.id })), name: undefined };
  const containers = [{ name: 'web', image: 'nginx', pid: 700 }];
  const machine = { name: 'host1', terminal: true, namespaces: [namespace('host', 1, bridge, port), { ...web, containers }] };
  const { boxes } = layOut({ timeNs: 0, machines: [machine], switches: [] }, 900).frames[0]!;
  expect(boxes.map(({ label, image, devices }) => [label, image, devices.map(({ name }) => name)])).toEqual([
    ['host', undefined, ['shop', 'veth of web']],
    ['web', 'nginx', ['eth0']],
  ]);
});
