import type { LabDescription, MachineDescription } from './description.ts';

/** The router, name server and web sites of the world outside; every lab with `outside: 'internet'` has them. */
export const GATEWAY = '192.168.56.1';
export const GATEWAY_MAC = '52:54:00:ff:00:01';
export const NAME_SERVER = '203.0.113.53';
export const SITES: Readonly<Record<string, string>> = { 'www.example.com': '203.0.113.80', 'www.baidu.com': '14.215.177.38' };

/** The switch that all standard machines are plugged into. */
export const LAN = 'lan';

/** host1 is 192.168.56.11 with MAC 52:54:00:00:00:0b, host2 .12, and so on. */
export function standardHost(n: number): MachineDescription {
  return {
    name: `host${n}`,
    nics: [
      {
        name: 'eth0',
        mac: `52:54:00:00:00:${(10 + n).toString(16).padStart(2, '0')}`,
        addresses: [`192.168.56.${10 + n}/24`],
        network: LAN,
      },
    ],
    gateway: GATEWAY,
    nameservers: [NAME_SERVER],
  };
}

const hosts = (count: number): readonly MachineDescription[] => Array.from({ length: count }, (_, i) => standardHost(i + 1));

/** One, two or three machines on a LAN with the internet behind it. */
export const solo: LabDescription = { id: 'solo', machines: hosts(1), outside: 'internet' };
export const duo: LabDescription = { id: 'duo', machines: hosts(2), outside: 'internet' };
export const trio: LabDescription = { id: 'trio', machines: hosts(3), outside: 'internet' };

export const STANDARD_LABS: ReadonlyMap<string, LabDescription> = new Map([solo, duo, trio].map((lab) => [lab.id, lab]));

/** A machine without a terminal: a printer, a camera, a stranger's box. */
export function appliance(name: string, mac: string, address: string): MachineDescription {
  return {
    name,
    terminal: false,
    nics: [{ name: 'eth0', mac, addresses: [address], network: LAN }],
    gateway: GATEWAY,
    nameservers: [NAME_SERVER],
  };
}
