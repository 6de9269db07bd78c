import { formatMac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { ARPHRD_LOOPBACK, IFF_UP } from '../../kernel/device/net-device.ts';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { FEATURES } from './features.ts';
import { refuse } from './refusals.ts';
import { USAGE } from './usage.ts';

/** ethtool 6.1, as Debian 12 has it: what it shows of devices. */
export const ethtool: Program = command('ethtool', main, '/usr/sbin');

const ACTIONS: Readonly<Record<string, (c: Command, name: string, link: LinkDump | undefined) => Sys<number>>> = {
  '-i': showDriver,
  '--driver': showDriver,
  '-S': showStatistics,
  '--statistics': showStatistics,
  '-k': showFeatures,
  '--show-features': showFeatures,
  '--show-offload': showFeatures,
  '-P': showPermanentAddress,
  '--show-permaddr': showPermanentAddress,
  '-T': showTimeStamping,
  '--show-time-stamping': showTimeStamping,
  '-l': showChannels,
  '--show-channels': showChannels,
};

function* main(c: Command): Sys<number> {
  const [first, second, ...rest] = c.args;
  if (first === '-h' || first === '--help') {
    c.out(USAGE);
    return 0;
  }
  if (first === '--version') {
    c.out('ethtool version 6.1\n');
    return 0;
  }
  const action = first === undefined ? undefined : first.startsWith('-') ? ACTIONS[first] : showSettings;
  const name = first?.startsWith('-') ? second : first;
  const extra = first?.startsWith('-') ? rest : c.args.slice(1);
  if (action === undefined && first !== undefined && name !== undefined) {
    const refused = yield* refuse(c, first, extra.length, !isError(c.p.rtnetlink.link(name)));
    if (refused !== undefined) return refused;
  }
  if (action === undefined || name === undefined || extra.length > 0) {
    yield* c.error('ethtool: bad command line argument(s)\nFor more information run ethtool -h\n');
    return 1;
  }
  const link = c.p.rtnetlink.link(name);
  return yield* action(c, name, isError(link) ? undefined : link);
}

const NO_DEVICE = 'netlink error: no device matches name (offset 24)\nnetlink error: No such device\n';
/** The requests that a plain `ethtool DEV` is made of: each one fails by itself. */
const SETTINGS_REQUESTS = 5;

type Kind = 'nic' | 'loopback' | (string & {});

function kindOf(link: LinkDump): Kind {
  return link.kind ?? (link.type === ARPHRD_LOOPBACK ? 'loopback' : 'nic');
}

const NOTHING_REPORTED = [
  'Supported ports: [  ]',
  'Supported link modes:   Not reported',
  'Supported pause frame use: No',
  'Supports auto-negotiation: No',
  'Supported FEC modes: Not reported',
  'Advertised link modes:  Not reported',
  'Advertised pause frame use: No',
  'Advertised auto-negotiation: No',
  'Advertised FEC modes: Not reported',
];

function* showSettings(c: Command, name: string, link: LinkDump | undefined): Sys<number> {
  if (link === undefined) {
    yield* c.error(NO_DEVICE.repeat(SETTINGS_REQUESTS));
    c.out('No data available\n');
    return 75;
  }
  const kind = kindOf(link);
  c.out(`Settings for ${name}:\n`);
  const settings = linkSettings(c, link);
  if (settings !== undefined) {
    const bridge = kind === 'bridge';
    const lines = [
      ...NOTHING_REPORTED,
      `Speed: ${settings.speed === undefined ? 'Unknown!' : `${settings.speed}Mb/s`}`,
      `Duplex: ${bridge ? 'Unknown! (255)' : 'Full'}`,
      'Auto-negotiation: off',
      `Port: ${bridge ? 'Other' : 'Twisted Pair'}`,
      'PHYAD: 0',
      'Transceiver: internal',
      ...(bridge ? [] : ['MDI-X: Unknown']),
    ];
    for (const line of lines) c.out(`\t${line}\n`);
  }
  if (kind === 'nic') c.out(`        Current message level: 0x00000000 (0)\n${' '.repeat(30)}\n`);
  const device = c.p.netns.devices.get(link.ifindex);
  c.out(`\tLink detected: ${device?.running ? 'yes' : 'no'}\n`);
  return 0;
}

/** What the driver says of the link; a virtual device says what the one below it says, a bridge what its fastest port does. */
function linkSettings(c: Command, link: LinkDump): { readonly speed: number | undefined } | undefined {
  const { rtnetlink } = c.p;
  switch (kindOf(link)) {
    case 'nic':
    case 'veth':
      return { speed: 10_000 };
    case 'bridge': {
      const ports = rtnetlink.links().filter((port) => port.master === link.ifindex && (port.flags & IFF_UP) !== 0);
      const speeds = ports.map((port) => linkSettings(c, port)?.speed).filter((speed) => speed !== undefined);
      return { speed: speeds.length === 0 ? undefined : Math.max(...speeds) };
    }
    case 'vlan':
    case 'macvlan':
    case 'ipvlan':
    case 'vxlan': {
      const below = link.kind === 'vxlan' ? (link.info?.link as number | undefined) : link.link;
      const lower = below === undefined ? undefined : rtnetlink.link(below);
      return lower === undefined || isError(lower) ? { speed: undefined } : linkSettings(c, lower);
    }
    default:
      return undefined;
  }
}

interface Driver {
  readonly name: string;
  readonly version: string;
  readonly firmware?: string;
  readonly bus?: string;
  readonly statistics?: boolean;
}

const DRIVERS: Readonly<Record<string, Driver>> = {
  nic: { name: 'tun', version: '1.6', bus: 'tap' },
  veth: { name: 'veth', version: '1.0', statistics: true },
  bridge: { name: 'bridge', version: '2.3', firmware: 'N/A', bus: 'N/A' },
  vxlan: { name: 'vxlan', version: '0.1' },
  macvlan: { name: 'macvlan', version: '0.1' },
  vlan: { name: '802.1Q VLAN Support', version: '1.8', firmware: 'N/A' },
};

function* showDriver(c: Command, _name: string, link: LinkDump | undefined): Sys<number> {
  const kind = link && kindOf(link);
  const driver = kind === undefined ? undefined : DRIVERS[kind];
  if (driver === undefined) {
    yield* c.error(`Cannot get driver information: ${link === undefined ? 'No such device' : 'Operation not supported'}\n`);
    return 71;
  }
  const lines = [
    `driver: ${driver.name}`,
    `version: ${driver.version}`,
    `firmware-version: ${driver.firmware ?? ''}`,
    'expansion-rom-version: ',
    `bus-info: ${driver.bus ?? ''}`,
    `supports-statistics: ${driver.statistics === true ? 'yes' : 'no'}`,
    'supports-test: no',
    'supports-eeprom-access: no',
    'supports-register-dump: no',
    'supports-priv-flags: no',
  ];
  c.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

/** Counters of veth's driver; nothing here uses XDP, which they are about. */
const VETH_COUNTERS = [
  'rx_queue_0_xdp_packets',
  'rx_queue_0_xdp_bytes',
  'rx_queue_0_drops',
  'rx_queue_0_xdp_redirect',
  'rx_queue_0_xdp_drops',
  'rx_queue_0_xdp_tx',
  'rx_queue_0_xdp_tx_errors',
  'tx_queue_0_xdp_xmit',
  'tx_queue_0_xdp_xmit_errors',
];

function* showStatistics(c: Command, _name: string, link: LinkDump | undefined): Sys<number> {
  if (link === undefined) {
    yield* c.error('Cannot get stats strings information: No such device\n');
    return 96;
  }
  if (kindOf(link) !== 'veth') {
    yield* c.error('no stats available\n');
    return 94;
  }
  c.out(`NIC statistics:\n     peer_ifindex: ${link.link ?? 0}\n`);
  for (const counter of VETH_COUNTERS) c.out(`     ${counter}: 0\n`);
  return 0;
}

const FEATURE_COLUMNS: Readonly<Record<string, number>> = { veth: 0, nic: 1, bridge: 2, loopback: 3, vxlan: 4, macvlan: 5 };
const FEATURE_STATES: Readonly<Record<string, string>> = {
  '+': 'on',
  '-': 'off',
  F: 'on [fixed]',
  f: 'off [fixed]',
  r: 'off [requested on]',
};

function* showFeatures(c: Command, name: string, link: LinkDump | undefined): Sys<number> {
  if (link === undefined) {
    yield* c.error(NO_DEVICE);
    return 1;
  }
  const column = FEATURE_COLUMNS[kindOf(link)] ?? 0;
  c.out(`Features for ${name}:\n`);
  for (const [feature, states] of FEATURES) c.out(`${feature}: ${FEATURE_STATES[states[column] as string]}\n`);
  return 0;
}

/** What the driver and the stack can stamp; a bridge does not see its packets off. */
function* showTimeStamping(c: Command, name: string, link: LinkDump | undefined): Sys<number> {
  if (link === undefined) {
    yield* c.error(NO_DEVICE);
    return 1;
  }
  c.out(`Time stamping parameters for ${name}:\nCapabilities:\n`);
  if (kindOf(link) !== 'bridge') c.out('\tsoftware-transmit\n');
  c.out('\tsoftware-receive\n\tsoftware-system-clock\nPTP Hardware Clock: none\n');
  c.out('Hardware Transmit Timestamp Modes: none\nHardware Receive Filter Modes: none\n');
  return 0;
}

/** How many queues there are, and how many are in use: veth has them by direction, a card both ways. */
function* showChannels(c: Command, name: string, link: LinkDump | undefined): Sys<number> {
  const kind = link === undefined ? undefined : kindOf(link);
  if (link === undefined || (kind !== 'veth' && kind !== 'nic')) {
    yield* c.error(link === undefined ? NO_DEVICE : 'netlink error: Operation not supported\n');
    return 1;
  }
  const lines = (queues: number): string => {
    const [each, both] = kind === 'veth' ? [queues, 'n/a'] : ['n/a', 1];
    return `RX:\t\t${each}\nTX:\t\t${each}\nOther:\t\tn/a\nCombined:\t${both}\n`;
  };
  c.out(`Channel parameters for ${name}:\nPre-set maximums:\n${lines(link.numTxQueues)}`);
  c.out(`Current hardware settings:\n${lines(1)}`);
  return 0;
}

function* showPermanentAddress(c: Command, _name: string, link: LinkDump | undefined): Sys<number> {
  if (link === undefined) {
    yield* c.error(NO_DEVICE);
    return 1;
  }
  const kind = kindOf(link);
  c.out(`Permanent address: ${kind === 'nic' ? formatMac(link.address) : 'not set'}\n`);
  return 0;
}
