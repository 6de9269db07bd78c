import type { NetDevice } from '../kernel/device/net-device.ts';
import { reaches, type Vxlan, vxlansOf } from '../kernel/device/vxlan/vxlan.ts';
import type { World } from '../world/world.ts';

/** Which tunnels lead where. */
export interface Tunnels {
  /** By device, the devices that get what it sends to one of its places. */
  readonly ends: ReadonlyMap<NetDevice, readonly NetDevice[]>;
  readonly vnis: ReadonlyMap<NetDevice, number>;
}

/** The vxlans of a world, and who is at the other end of each: a device of the same network that listens at an address of its places. */
export function tunnelsOf(world: World): Tunnels {
  const namespaces = [...world.machines.values()].flatMap(({ kernel }) => [...kernel.namespaces.values()]);
  const all: Vxlan[] = namespaces.flatMap((net) => [...vxlansOf(net)]);
  return {
    ends: new Map(all.map((vxlan) => [vxlan.dev, all.filter((other) => other !== vxlan && reaches(vxlan, other)).map(({ dev }) => dev)])),
    vnis: new Map(all.map(({ dev, config }) => [dev, config.vni])),
  };
}
