import type { Mac } from '../../base/address.ts';
import type { KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NeighDump, NeighRequest } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';

/** The neighbours of one family in one namespace: Linux's neigh_table with its states and timers (net/core/neighbour.c). */
export interface NeighbourTable<Address> {
  /** Sends an IP packet (`skb.data` at its header) to a neighbour, resolving it first if need be; queues as Linux does. */
  output(dev: NetDevice, nexthop: Address, skb: Skb): void;
  /** Something proved that the neighbour is there (a TCP ACK, MSG_CONFIRM). */
  confirm(dev: NetDevice, address: Address): void;
  dump(options?: { readonly proxy?: boolean }): NeighDump[];
  add(request: NeighRequest): undefined | KernelError;
  remove(request: NeighRequest): undefined | KernelError;
  /** The link-layer address known now, for the picture and checks. */
  lookup(dev: NetDevice, address: Address): Mac | undefined;
  /** The entry for an address, whatever its state (NUD_* bits). */
  find(dev: NetDevice, address: Address): { readonly state: number; readonly lladdr: Mac } | undefined;
  /** Packets that wait for a neighbour's answer. */
  waiting(): Skb[];
  /** A device went down or away: its entries go (neigh_ifdown), except permanent ones while it merely lost its carrier (neigh_carrier_down). */
  deviceDown(dev: NetDevice, keepPermanent: boolean): void;
}
