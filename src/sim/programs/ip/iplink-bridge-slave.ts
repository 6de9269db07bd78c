import type { LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import { type Ip, noDevice } from './context.ts';
import { hex, printTimer } from './iplink-bridge.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, matches, parseUnsigned, type Words, wrong } from './parse.ts';
import type { Printer } from './printer.ts';

const HELP = `Usage: ... bridge_slave [ fdb_flush ]
			[ state STATE ]
			[ priority PRIO ]
			[ cost COST ]
			[ guard {on | off} ]
			[ hairpin {on | off} ]
			[ fastleave {on | off} ]
			[ root_block {on | off} ]
			[ learning {on | off} ]
			[ flood {on | off} ]
			[ proxy_arp {on | off} ]
			[ proxy_arp_wifi {on | off} ]
			[ mcast_router MULTICAST_ROUTER ]
			[ mcast_fast_leave {on | off} ]
			[ mcast_flood {on | off} ]
			[ bcast_flood {on | off} ]
			[ mcast_to_unicast {on | off} ]
			[ group_fwd_mask MASK ]
			[ neigh_suppress {on | off} ]
			[ vlan_tunnel {on | off} ]
			[ isolated {on | off} ]
			[ locked {on | off} ]
			[ backup_port DEVICE ] [ nobackup_port ]
`;

/** States of a port, by number. */
export const PORT_STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

const NUMBERS: readonly (readonly [word: string, bits: number, error: string])[] = [
  ['state', 8, 'state is invalid'],
  ['priority', 16, 'priority is invalid'],
  ['cost', 32, 'cost is invalid'],
  ['mcast_router', 8, 'invalid mcast_router'],
  ['group_fwd_mask', 16, 'invalid group_fwd_mask'],
];

const FLAGS = [
  'hairpin',
  'guard',
  'root_block',
  'fastleave',
  'learning',
  'flood',
  'mcast_flood',
  'bcast_flood',
  'mcast_to_unicast',
  'proxy_arp',
  'proxy_arp_wifi',
  'mcast_fast_leave',
  'neigh_suppress',
  'vlan_tunnel',
  'isolated',
  'locked',
];

/** Ports of bridges: iplink_bridge_slave.c. */
export const bridgeSlaveLink: LinkKind = {
  kind: 'bridge_slave',
  help: HELP,

  parse(ip: Ip, words: Words): KindArguments {
    const info: Record<string, number | boolean> = {};
    for (; words.left > 0; words.step()) {
      const { word } = words;
      const number = NUMBERS.find(([name]) => matches(word, name));
      const flag = FLAGS.find((name) => matches(word, name));
      if (matches(word, 'fdb_flush')) info.fdb_flush = true;
      else if (number !== undefined) {
        const value = words.value();
        const parsed = parseUnsigned(value, number[1]);
        if (parsed === undefined) throw wrong(number[2], value);
        info[number[0]] = parsed;
      } else if (flag !== undefined) {
        const value = words.value();
        if (value !== 'on' && value !== 'off')
          throw new Exit(1, `Error: argument of "${flag}" must be one of "off", "on", not "${value}"\n`);
        info[flag] = value === 'on';
      } else if (matches(word, 'backup_port')) {
        const value = words.value();
        info.backup_port = ip.ifindex(value);
        if (info.backup_port === 0) throw noDevice(value);
      } else if (matches(word, 'nobackup_port')) info.backup_port = 0;
      else if (matches(word, 'help')) throw new Exit(1, HELP);
      else throw new Exit(1, `bridge_slave: unknown option "${word}"?\n${HELP}`);
    }
    return { info };
  },

  print(ip: Ip, out: Printer, info: LinkInfo): void {
    const plain = (key: string): void => out.both(key, info[key] as number, `${key} ${info[key]} `);
    const flag = (key: string): void => out.both(key, info[key] === true, `${key} ${info[key] === true ? 'on' : 'off'} `);
    const state = PORT_STATES[Number(info.state)] ?? String(info.state);
    out.both('state', state, `state ${state} `);
    plain('priority');
    plain('cost');
    for (const key of ['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood']) flag(key);
    out.both('id', hex(Number(info.id)), `port_id ${hex(Number(info.id))} `);
    out.both('no', hex(Number(info.no)), `port_no ${hex(Number(info.no))} `);
    plain('designated_port');
    plain('designated_cost');
    out.both('bridge_id', String(info.bridge_id), `designated_bridge ${info.bridge_id} `);
    out.both('root_id', String(info.root_id), `designated_root ${info.root_id} `);
    for (const key of ['hold_timer', 'message_age_timer', 'forward_delay_timer']) printTimer(out, key, info[key]);
    plain('topology_change_ack');
    plain('config_pending');
    flag('proxy_arp');
    flag('proxy_arp_wifi');
    out.both('multicast_router', Number(info.mcast_router), `mcast_router ${info.mcast_router} `);
    out.text(`mcast_fast_leave ${info.fastleave === true ? 'on' : 'off'} `);
    for (const key of ['mcast_flood', 'bcast_flood', 'mcast_to_unicast', 'neigh_suppress']) flag(key);
    const mask = hex(Number(info.group_fwd_mask));
    out.both('group_fwd_mask', mask, `group_fwd_mask ${mask} `);
    const words = groupMask(Number(info.group_fwd_mask));
    out.both('group_fwd_mask_str', words, `group_fwd_mask_str ${words} `);
    for (const key of ['vlan_tunnel', 'isolated', 'locked']) flag(key);
    if (info.backup_port !== undefined) {
      const name = ip.deviceName(Number(info.backup_port));
      out.both('backup_port', name, `backup_port ${name} `);
    }
  },
};

/** Bits that have a name, then what is left as a number (_bitmask2str). */
function groupMask(mask: number): string {
  const names: string[] = [];
  let rest = mask;
  if ((rest & 0x4000) !== 0) {
    names.push('lldp');
    rest &= ~0x4000;
  }
  if (rest !== 0 || names.length === 0) names.push(`0x${rest.toString(16)}`);
  return names.join(',');
}
