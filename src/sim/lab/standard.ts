import type { LabDescription, MachineDescription } from './description.ts';

/** The router, name server and web sites of the world outside; every lab has them that is not alone. */
export const GATEWAY = '192.168.56.1';
export const GATEWAY_MAC = '52:54:00:ff:00:01';
export const NAME_SERVER = '203.0.113.53';
export const SITES: Readonly<Record<string, string>> = { 'www.example.com': '203.0.113.80', 'www.baidu.com': '14.215.177.38' };

/** What all machines of the standard LAN share. */
export const LAN_NETWORK = '192.168.56.0/24';

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

/** Where the other site's network begins and who leads there. */
const OTHER_SITE = '192.168.57.0/24';
const ROUTER = '192.168.56.254';
const ROUTER_OTHER_SIDE = '192.168.57.1';
const OTHER_LAN = 'lan2';

/**
 * host1 and host2 at one site, host3 at another, and a router between the sites that nobody logs in to:
 *
 *     host1 .11 ┐                                      ┌ host3 192.168.57.13
 *     host2 .12 ┴─ lan 192.168.56.0/24 ─ router ─ lan2 ┘
 *                   └ .1 the internet
 */
export const twoSites: LabDescription = {
  id: 'twoSites',
  machines: [
    ...hosts(2),
    {
      name: 'host3',
      nics: [{ name: 'eth0', mac: '52:54:00:00:00:0d', addresses: ['192.168.57.13/24'], network: OTHER_LAN }],
      gateway: ROUTER_OTHER_SIDE,
      nameservers: [NAME_SERVER],
    },
    {
      name: 'router',
      terminal: false,
      nics: [
        { name: 'eth0', mac: '52:54:00:00:00:fe', addresses: [`${ROUTER}/24`], network: LAN },
        { name: 'eth1', mac: '52:54:00:00:01:01', addresses: [`${ROUTER_OTHER_SIDE}/24`], network: OTHER_LAN },
      ],
      gateway: GATEWAY,
      nameservers: [NAME_SERVER],
    },
  ],
  outside: 'internet',
  inside: [`${OTHER_SITE} via ${ROUTER}`],
  setup: [
    { host: 'router', run: 'sysctl -qw net.ipv4.ip_forward=1' },
    { host: 'host1', run: `ip route add ${OTHER_SITE} via ${ROUTER}` },
    { host: 'host2', run: `ip route add ${OTHER_SITE} via ${ROUTER}` },
  ],
};

/** The images that a machine with Docker has from the start. */
const IMAGES: readonly string[] = ['busybox:latest', 'centos:latest', 'nginx:latest', 'redis:latest'];

/** A standard machine with Docker on it. */
export function dockerHost(n: number, images: readonly string[] = IMAGES): MachineDescription {
  return { ...standardHost(n), docker: { images } };
}

/** host1 runs Docker, alone or with host2 beside it, which knows nothing of containers. */
export const docker: LabDescription = { id: 'docker', machines: [dockerHost(1)], outside: 'internet' };
export const dockerAndClient: LabDescription = { id: 'dockerAndClient', machines: [dockerHost(1), standardHost(2)], outside: 'internet' };

const WALK_LAN = '10.10.101';
const WALK_WAN = '180.76.3';

/**
 * A host, its gateway, and a web server that knows the host's network and nothing behind the host:
 *
 *     host1 10.10.101.105 ── lan ── .254 gateway 180.76.3.1 ── wan ── server 180.76.3.151
 */
export const walk: LabDescription = {
  id: 'walk',
  machines: [
    {
      name: 'host1',
      nics: [{ name: 'eth0', mac: '52:54:00:00:00:0b', addresses: [`${WALK_LAN}.105/24`], network: LAN }],
      gateway: `${WALK_LAN}.254`,
    },
    {
      name: 'gateway',
      terminal: false,
      nics: [
        { name: 'eth0', mac: '52:54:00:00:00:fe', addresses: [`${WALK_LAN}.254/24`], network: LAN },
        { name: 'eth1', mac: '52:54:00:00:01:01', addresses: [`${WALK_WAN}.1/24`], network: 'wan' },
      ],
    },
    {
      name: 'server',
      terminal: false,
      nics: [{ name: 'eth0', mac: '52:54:00:00:01:97', addresses: [`${WALK_WAN}.151/24`], network: 'wan' }],
      gateway: `${WALK_WAN}.1`,
      servers: ['webd 80'],
    },
  ],
  setup: [{ host: 'gateway', run: 'sysctl -qw net.ipv4.ip_forward=1' }],
};

export const STANDARD_LABS: ReadonlyMap<string, LabDescription> = new Map(
  [solo, duo, trio, twoSites, docker, dockerAndClient, walk].map((lab) => [lab.id, lab]),
);

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
