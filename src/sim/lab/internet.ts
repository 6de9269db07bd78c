import { type Ipv4, parseIpv4, parseMac } from '../base/address.ts';
import { isError, type KernelError } from '../base/result.ts';
import { NS_PER_MS } from '../base/time.ts';
import { IFF_UP, type NetDevice } from '../kernel/device/net-device.ts';
import { addNic } from '../kernel/device/nic.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import { RT_TABLE_MAIN, RTPROT_BOOT } from '../kernel/rtnetlink/messages.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world/world.ts';
import type { LabDescription } from './description.ts';
import { LabError } from './lab-error.ts';
import { connectCard } from './nics.ts';
import { runCommand } from './run-command.ts';
import { LAN_NETWORK, NAME_SERVER, SITES } from './standard.ts';

// The internet behind a lab's gateway: routers in a row, each a network namespace of the machine that stands for the world outside,
// and on some of them somebody who answers.
//
//   LAN ─ gateway ─ hop1 ─ hop2 ─────────── hop3 ─ hop4 ──────────────── hop5 ─ hop6
//                          203.0.113.53            www.example.com              www.baidu.com
//                                                  registries, mirrors

/** How long a frame takes from each router to the next, in milliseconds: the provider's own network, the country, the oceans. */
const LINKS_MS = [0.4, 1.2, 3, 6, 28, 45];
const NAME_SERVER_HOP = 2;
const SITE_HOPS: Readonly<Record<string, number>> = { 'www.example.com': 4, 'www.baidu.com': 6 };
/** Registries of images and mirrors of packages, by what they serve; one machine has them all. */
const DEPOT_HOP = 4;
const DEPOT = '203.0.113.90';
const DEPOT_NAMES = [
  ...['registry-1.docker.io', 'auth.docker.io', 'index.docker.io', 'registry.example.com'],
  ...['deb.debian.org', 'archive.ubuntu.com', 'security.ubuntu.com', 'dl-cdn.alpinelinux.org'],
  ...['mirror.centos.org', 'mirrorlist.centos.org', 'mirrors.fedoraproject.org'],
  ...['pypi.org', 'files.pythonhosted.org'],
];
const DEPOT_SERVERS = ['registryd 443', 'registryd 5000'];
/** Where a site is that a lab adds. */
const ANY_SITE_HOP = 4;
/** Addresses of the routers, two for each link (RFC 5737, TEST-NET-2). */
const TRANSIT = '198.51.100';

interface Answering {
  readonly hop: number;
  readonly address: string;
}

/** Puts the routers and whoever answers on them behind the gateway, which is the machine's first namespace. */
export function buildInternet(world: World, isp: Machine, lab: LabDescription): void {
  const sites = { ...SITES, ...lab.sites };
  const answering: Answering[] = [
    { hop: NAME_SERVER_HOP, address: NAME_SERVER },
    { hop: DEPOT_HOP, address: DEPOT },
    ...Object.entries(sites).map(([name, address]) => ({ hop: SITE_HOPS[name] ?? ANY_SITE_HOP, address })),
  ];
  const inside = [LAN_NETWORK, ...(lab.inside ?? []).map((route) => route.split(' ')[0] as string)];
  run(world, isp, LINKS_MS.map((_, i) => `ip netns add ${hopName(i + 1)}`).join(' && '));
  const routers = [isp.kernel.initNetns, ...[...isp.kernel.namespaces.values()].slice(-LINKS_MS.length)].map((ns) => new Router(ns));
  for (const router of routers) router.forward();
  for (const [i, ms] of LINKS_MS.entries()) {
    const [west, east] = [routers[i] as Router, routers[i + 1] as Router];
    const [near, far] = [2 * i, 2 * i + 1];
    west.connect(world, isp, `transit${i + 1}`, 'east', near, far, ms);
    east.connect(world, isp, `transit${i + 1}`, 'west', far, near, ms);
    for (const prefix of inside) east.route(prefix, near);
    west.route(`${TRANSIT}.0/24`, far);
    for (const { hop, address } of answering) if (hop > i) west.route(`${address}/32`, far);
  }
  for (const { hop, address } of answering) (routers[hop] as Router).own(address);
  const all = [...Object.entries(sites), ...DEPOT_NAMES.map((name) => [name, DEPOT] as const)];
  const names = all.map(([name, address]) => `-a ${name}=${address}`);
  const servers = [...new Set(answering.map(({ hop }) => hop))].map((hop) => {
    const server = hop === NAME_SERVER_HOP ? `dnsd -l ${NAME_SERVER} ${names.join(' ')}` : 'webd 80';
    return `ip netns exec ${hopName(hop)} ${server} &`;
  });
  // Only those who have Docker ask for images and packages, and only for them are the programs there that a page fetches later.
  if (lab.machines.some(({ docker }) => docker !== undefined)) {
    for (const server of DEPOT_SERVERS) servers.push(`ip netns exec ${hopName(DEPOT_HOP)} ${server} &`);
  }
  // Nobody hangs up on a server when the terminal it was started from goes.
  run(world, isp, `trap "" HUP\n${servers.join('\n')}`);
}

const hopName = (hop: number): string => `hop${hop}`;

function run(world: World, isp: Machine, script: string): void {
  const { exit, output } = runCommand(world, isp, script);
  if (exit !== 0) throw new LabError(`the internet does not start: ${output}`);
}

/** A router of the row: its cards, addresses and routes are set through the same calls as `ip` makes. */
class Router {
  readonly #ns: NetNamespace;

  constructor(ns: NetNamespace) {
    this.#ns = ns;
  }

  forward(): void {
    ok(this.#ns.sysctl.write('net/ipv4/ip_forward', '1'));
    ok(this.#ns.sysctl.write('net/ipv6/conf/all/disable_ipv6', '1'));
    this.#up(this.#ns.loopback);
  }

  /** A card towards the next router. `own` and `next` are the last numbers of the link's addresses, and of its cards' MACs. */
  connect(world: World, isp: Machine, link: string, name: 'west' | 'east', own: number, next: number, ms: number): void {
    const card = addNic(this.#ns, name, transitMac(own));
    if (isError(card)) throw new LabError(`no card ${name}: ${card.errno}`);
    connectCard(world, card, link, `${isp.name}/${link}-${own}`, ms * NS_PER_MS);
    this.#address(card, `${TRANSIT}.${own}`, 31);
    this.#up(card);
    const { rtnetlink } = this.#ns;
    const dst = ipv4(`${TRANSIT}.${next}`);
    ok(rtnetlink.addNeighbour({ family: 'inet', ifindex: card.ifindex, dst, lladdr: transitMac(next), ...NEW }));
  }

  route(prefix: string, via: number): void {
    const [address = '', length] = prefix.split('/');
    const nexthops = [{ gateway: ipv4(`${TRANSIT}.${via}`) }];
    const route = { family: 'inet', type: 'unicast', dst: ipv4(address), dstLen: Number(length), nexthops } as const;
    ok(this.#ns.rtnetlink.addRoute({ ...route, table: RT_TABLE_MAIN, protocol: RTPROT_BOOT, scope: 0 }, { ...NEW, append: false }));
  }

  /** An address of somebody who answers here. */
  own(address: string): void {
    if (this.#ns.deviceByName(SITES_DEVICE) === undefined) ok(this.#ns.rtnetlink.addLink({ kind: 'dummy', name: SITES_DEVICE, up: true }));
    this.#address(this.#ns.deviceByName(SITES_DEVICE) as NetDevice, address, 32);
  }

  #address({ ifindex }: NetDevice, address: string, prefixLen: number): void {
    ok(this.#ns.rtnetlink.addAddress({ family: 'inet', ifindex, local: ipv4(address), prefixLen, ...NEW }));
  }

  #up({ ifindex }: NetDevice): void {
    ok(this.#ns.rtnetlink.setLink(ifindex, { flags: IFF_UP, flagsMask: IFF_UP }));
  }
}

const NEW = { create: true, exclusive: true, replace: false } as const;
const SITES_DEVICE = 'inet0';

/** Locally administered, of the virtual machines' vendor as all cards of the labs. */
const transitMac = (n: number): number => parseMac(`52:54:00:ff:01:${n.toString(16).padStart(2, '0')}`) as number;
const ipv4 = (text: string): Ipv4 => parseIpv4(text) as Ipv4;

function ok(answer: unknown): void {
  const error = answer as KernelError | undefined;
  if (isError(error)) throw new LabError(`the internet does not start: ${error.errno} ${error.extack ?? ''}`);
}
