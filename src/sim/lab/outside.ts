import { DEBIAN_PROGRAMS } from '#programs';
import type { World } from '../world/world.ts';
import type { LabDescription } from './description.ts';
import { buildInternet } from './internet.ts';
import { LabError } from './lab-error.ts';
import { plugIn } from './nics.ts';
import { runCommand } from './run-command.ts';
import { GATEWAY, GATEWAY_MAC, LAN, NAME_SERVER, SITES } from './standard.ts';

/** The machine that stands for the world outside. Nobody logs in to it. */
export const OUTSIDE = 'isp';

/**
 * The world outside a lab: a router that is everybody's gateway, a name server and web sites behind it. It is a machine as any
 * other, with the programs of one.
 */
export function buildOutside(world: World, lab: LabDescription): void {
  const isp = world.addMachine(OUTSIDE);
  for (const program of DEBIAN_PROGRAMS) isp.install(program);
  isp.init.namespaces.uts.hostname = OUTSIDE;
  const lan = plugIn(world, isp, { name: 'lan0', mac: GATEWAY_MAC, addresses: [`${GATEWAY}/24`], network: LAN });
  const commands = [
    'ip link set lo up',
    ...lan,
    ...(lab.inside ?? []).map((route) => `ip route add ${route}`),
    'echo 1 >/proc/sys/net/ipv4/ip_forward',
    ...(lab.outside === 'next-door' ? nextDoor({ ...SITES, ...lab.sites }) : []),
  ];
  for (const command of commands) {
    const result = runCommand(world, isp, command);
    if (result.exit !== 0) throw new LabError(`the world outside does not start: ${command}: ${result.output}`);
  }
  if (lab.outside === 'internet') buildInternet(world, isp, lab);
}

/** All who answer, on a device of the gateway. */
function nextDoor(sites: Readonly<Record<string, string>>): string[] {
  return [
    'ip link add inet0 type dummy',
    'ip link set inet0 up',
    ...[NAME_SERVER, ...Object.values(sites)].map((address) => `ip addr add ${address}/32 dev inet0`),
    // Nobody hangs up on a server when the terminal it was started from goes.
    `trap "" HUP; dnsd -l ${NAME_SERVER} ${Object.entries(sites)
      .map(([name, address]) => `-a ${name}=${address}`)
      .join(' ')} &`,
    'trap "" HUP; webd 80 &',
  ];
}
