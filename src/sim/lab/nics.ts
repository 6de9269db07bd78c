import { parseMac } from '../base/address.ts';
import { isError } from '../base/result.ts';
import type { NetDevice } from '../kernel/device/net-device.ts';
import { addNic, nicReceive, plugNic } from '../kernel/device/nic.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world/world.ts';
import type { NicDescription } from './description.ts';
import { LabError } from './lab-error.ts';

/** One way through a switch of the LAN; a round trip between two machines is twice this and what the kernels take. */
const LAN_DELAY_NS = 40_000;

/** Puts a network card into the machine and its cable into the switch; answers the commands that configure it. */
export function plugIn(world: World, machine: Machine, nic: NicDescription): string[] {
  const mac = parseMac(nic.mac);
  if (mac === undefined) throw new LabError(`${machine.name}: ${nic.mac} is no MAC address`);
  const card = addNic(machine.kernel.initNetns, nic.name, mac);
  if (isError(card)) throw new LabError(`${machine.name}: no card ${nic.name}: ${card.errno}`);
  connectCard(world, card, nic.network, `${machine.name}/${nic.name}`, LAN_DELAY_NS);
  if (nic.unplugged) world.switches.get(nic.network)?.setPlugged(`${machine.name}/${nic.name}`, false);
  const up = nic.down ? [] : [`ip link set ${nic.name} up`];
  return [...nic.addresses.map((address) => `ip addr add ${address} brd + dev ${nic.name}`), ...up];
}

/** A cable from a card to a port of a switch, through which frames take `delayNs`. */
export function connectCard(world: World, card: NetDevice, network: string, port: string, delayNs: number): void {
  world.cables.set(card, { network, port });
  const receive = (frame: Uint8Array, packet: number): void => nicReceive(card, frame, packet);
  world.switch(network, delayNs).connect(port, { receive, plugged: (cable) => plugNic(card, cable) });
}
