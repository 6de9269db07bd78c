import { formatMac } from '../../base/address.ts';
import type { LinkDump, LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import { PORT_STATES } from '../ip/iplink-bridge-slave.ts';
import type { Brctl } from './brctl.ts';
import { linkOf } from './links.ts';

const NS_PER_CENTISECOND = 10_000_000;

/** `bridge name …`: one line a bridge, one more for every port but the first. Without a bridge there is no heading either. */
export function show(brctl: Brctl, names: readonly string[]): number {
  let status = 0;
  let heading = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n';
  for (const name of names.length > 0 ? names : bridgeNames(brctl)) {
    const link = bridgeLink(brctl, name);
    if (link === undefined) {
      status = 1;
      continue;
    }
    const { info = {} } = link;
    const stp = info.stp_state === 0 ? 'no' : 'yes';
    const ports = portsOf(brctl, link).map((port) => port.name);
    brctl.out(`${heading}${link.name}\t\t${formatId(info.bridge_id)}\t${stp}\t\t${ports.join(`\n${'\t'.repeat(7)}`)}\n`);
    heading = '';
  }
  return status;
}

function bridgeNames(brctl: Brctl): string[] {
  const links = brctl.p.rtnetlink.links();
  return sorted(links.filter(({ kind }) => kind === 'bridge')).map(({ name }) => name);
}

/** As alphasort(3) orders a directory. */
function sorted(links: readonly LinkDump[]): LinkDump[] {
  return [...links].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function portsOf(brctl: Brctl, bridge: LinkDump): LinkDump[] {
  return sorted(brctl.p.rtnetlink.links().filter(({ master }) => master === bridge.ifindex));
}

/** Says so where there is no such bridge. */
function bridgeLink(brctl: Brctl, name: string): LinkDump | undefined {
  const link = linkOf(brctl, name);
  if (link === undefined) brctl.fail(`bridge ${name} does not exist!\n`);
  else if (link.kind !== 'bridge') brctl.fail(`device ${name} is not a bridge!\n`);
  return link?.kind === 'bridge' ? link : undefined;
}

/** Priority, a point, the address without colons. */
function formatId(id: LinkInfo[string]): string {
  const [priority = '', address = ''] = String(id).split('.');
  const bytes = address.split(':').map((byte) => byte.padStart(2, '0'));
  return `${priority}.${bytes.join('')}`;
}

function seconds(centiseconds: number): string {
  return `${String(Math.floor(centiseconds / 100)).padStart(4)}.${String(centiseconds % 100).padStart(2, '0')}`;
}

/** The forwarding table by address, without the bridge's own entries. */
export function showMacs(brctl: Brctl, [name = '']: readonly string[]): number {
  const link = linkOf(brctl, name);
  if (link?.kind !== 'bridge')
    return brctl.fail(`read of forward table failed: ${brctl.reason(link === undefined ? 'ENODEV' : 'EOPNOTSUPP')}\n`);
  brctl.out('port no\tmac addr\t\tis local?\tageing timer\n');
  const entries = brctl.p.rtnetlink.bridge
    .fdb({ bridge: link.ifindex })
    .filter(({ master, portNumber }) => master === link.ifindex && portNumber !== undefined && portNumber > 0);
  for (const entry of entries.sort((a, b) => a.lladdr - b.lladdr)) {
    const ages = entry.state === 'reachable';
    const age = ages ? Math.floor((entry.updatedNs ?? 0) / NS_PER_CENTISECOND) : 0;
    const local = entry.state === 'permanent' ? 'yes' : 'no';
    brctl.out(`${String(entry.portNumber).padStart(3)}\t${formatMac(entry.lladdr)}\t${local}\t\t${seconds(age)}\n`);
  }
  return 0;
}

/** What the spanning tree knows. */
export function showStp(brctl: Brctl, [name = '']: readonly string[]): number {
  const link = bridgeLink(brctl, name);
  if (link === undefined) return 1;
  const { info = {} } = link;
  const time = (key: string): string => seconds(Number(info[key]));
  const flags = [
    info.topology_change === 1 ? 'TOPOLOGY_CHANGE ' : '',
    info.topology_change_detected === 1 ? 'TOPOLOGY_CHANGE_DETECTED ' : '',
  ];
  brctl.out(
    `${link.name}\n` +
      ` bridge id\t\t${formatId(info.bridge_id)}\n` +
      ` designated root\t${formatId(info.designated_root)}\n` +
      ` root port\t\t${String(info.root_port).padStart(4)}\t\t\tpath cost\t\t${String(info.root_path_cost).padStart(4)}\n` +
      ` max age\t\t${time('max_age')}\t\t\tbridge max age\t\t${time('bridge_max_age')}\n` +
      ` hello time\t\t${time('hello_time')}\t\t\tbridge hello time\t${time('bridge_hello_time')}\n` +
      ` forward delay\t\t${time('forward_delay')}\t\t\tbridge forward delay\t${time('bridge_forward_delay')}\n` +
      ` ageing time\t\t${time('ageing_time')}\n` +
      ` hello timer\t\t${time('hello_timer')}\t\t\ttcn timer\t\t${time('tcn_timer')}\n` +
      ` topology change timer\t${time('topology_change_timer')}\t\t\tgc timer\t\t${time('gc_timer')}\n` +
      ` flags\t\t\t${flags.join('')}\n\n\n`,
  );
  for (const port of portsOf(brctl, link)) showPort(brctl, port);
  return 0;
}

function showPort(brctl: Brctl, { name, slaveInfo = {} }: LinkDump): void {
  const time = (key: string): string => seconds(Number(slaveInfo[key]));
  const state = PORT_STATES[Number(slaveInfo.state)] ?? '';
  const hex = (value: LinkInfo[string]): string => Number(value).toString(16).padStart(4, '0');
  const flags = [
    slaveInfo.config_pending === 1 ? 'CONFIG_PENDING ' : '',
    slaveInfo.topology_change_ack === 1 ? 'TOPOLOGY_CHANGE_ACK ' : '',
  ];
  brctl.out(
    `${name} (${slaveInfo.no})\n` +
      ` port id\t\t${hex(slaveInfo.id)}\t\t\tstate\t\t${state.padStart(15)}\n` +
      ` designated root\t${formatId(slaveInfo.root_id)}\tpath cost\t\t${String(slaveInfo.cost).padStart(4)}\n` +
      ` designated bridge\t${formatId(slaveInfo.bridge_id)}\tmessage age timer\t${time('message_age_timer')}\n` +
      ` designated port\t${hex(slaveInfo.designated_port)}\t\t\tforward delay timer\t${time('forward_delay_timer')}\n` +
      ` designated cost\t${String(slaveInfo.designated_cost).padStart(4)}\t\t\thold timer\t\t${time('hold_timer')}\n` +
      ` flags\t\t\t${flags.join('')}\n` +
      (slaveInfo.hairpin === true ? ` hairpin mode\t\t${'1'.padStart(4)}\n` : '') +
      '\n',
  );
}
