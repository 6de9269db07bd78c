import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import type { LinkCreate, LinkInfo } from '../rtnetlink/messages.ts';
import { bridgeKind } from './bridge/device.ts';
import { dummyKind } from './dummy.ts';
import { macvlanKind } from './macvlan/device.ts';
import type { NetDevice } from './net-device.ts';
import { vethKind } from './veth.ts';
import { vlanKind } from './vlan.ts';
import { vxlanKind } from './vxlan/device.ts';

/** What a request to add a link says, with the namespaces it names resolved. */
export interface NewLink {
  /** The caller's namespace, in which `link` and `master` are looked up. */
  readonly source: NetNamespace;
  /** Where the device is made. */
  readonly target: NetNamespace;
  readonly request: LinkCreate;
}

/** A kind of device that `ip link add … type KIND` can make (Linux's `rtnl_link_ops`): one record, in the kind's own file. */
export interface DeviceKind {
  readonly kind: string;
  /** Makes and registers the device (`newlink`), its IFLA_* attributes applied; answers with it. */
  create(link: NewLink): NetDevice | KernelError;
  /** What is wrong with kind-specific data, whatever device it is for (`validate`); undefined data where none came. */
  validate?(info: LinkInfo | undefined): KernelError | undefined;
  /** Changes kind-specific data of an existing device (`changelink`). Kinds without it refuse. */
  change?(dev: NetDevice, request: LinkCreate): KernelError | undefined;
}

const KINDS: ReadonlyMap<string, DeviceKind> = new Map(
  [vethKind, dummyKind, bridgeKind, vlanKind, vxlanKind, macvlanKind].map((kind) => [kind.kind, kind]),
);

/** The record of a kind by the name that `ip link add type` uses: EOPNOTSUPP for one that no file defines. */
export function deviceKind(name: string): DeviceKind | KernelError {
  return KINDS.get(name) ?? fail('EOPNOTSUPP', 'Unknown device type');
}
