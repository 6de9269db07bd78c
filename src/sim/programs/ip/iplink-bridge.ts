import { formatMac } from '../../base/address.ts';
import type { LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { Fixed } from './json.ts';
import { parseLinkAddress } from './link-address.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, matches, parseInteger, parseUnsigned, type Words, wrong } from './parse.ts';
import type { Printer } from './printer.ts';

const HELP = `Usage: ... bridge [ fdb_flush ]
		  [ forward_delay FORWARD_DELAY ]
		  [ hello_time HELLO_TIME ]
		  [ max_age MAX_AGE ]
		  [ ageing_time AGEING_TIME ]
		  [ stp_state STP_STATE ]
		  [ priority PRIORITY ]
		  [ group_fwd_mask MASK ]
		  [ group_address ADDRESS ]
		  [ no_linklocal_learn NO_LINKLOCAL_LEARN ]
		  [ vlan_filtering VLAN_FILTERING ]
		  [ vlan_protocol VLAN_PROTOCOL ]
		  [ vlan_default_pvid VLAN_DEFAULT_PVID ]
		  [ vlan_stats_enabled VLAN_STATS_ENABLED ]
		  [ vlan_stats_per_port VLAN_STATS_PER_PORT ]
		  [ mcast_snooping MULTICAST_SNOOPING ]
		  [ mcast_vlan_snooping MULTICAST_VLAN_SNOOPING ]
		  [ mcast_router MULTICAST_ROUTER ]
		  [ mcast_query_use_ifaddr MCAST_QUERY_USE_IFADDR ]
		  [ mcast_querier MULTICAST_QUERIER ]
		  [ mcast_hash_elasticity HASH_ELASTICITY ]
		  [ mcast_hash_max HASH_MAX ]
		  [ mcast_last_member_count LAST_MEMBER_COUNT ]
		  [ mcast_startup_query_count STARTUP_QUERY_COUNT ]
		  [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]
		  [ mcast_membership_interval MEMBERSHIP_INTERVAL ]
		  [ mcast_querier_interval QUERIER_INTERVAL ]
		  [ mcast_query_interval QUERY_INTERVAL ]
		  [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]
		  [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]
		  [ mcast_stats_enabled MCAST_STATS_ENABLED ]
		  [ mcast_igmp_version IGMP_VERSION ]
		  [ mcast_mld_version MLD_VERSION ]
		  [ nf_call_iptables NF_CALL_IPTABLES ]
		  [ nf_call_ip6tables NF_CALL_IP6TABLES ]
		  [ nf_call_arptables NF_CALL_ARPTABLES ]

Where: VLAN_PROTOCOL := { 802.1Q | 802.1ad }
`;

/** Options with a number, and how many bits it has; in the order in which iproute2 tries them. */
const NUMBERS: readonly (readonly [word: string, bits: number])[] = [
  ['forward_delay', 32],
  ['hello_time', 32],
  ['max_age', 32],
  ['ageing_time', 32],
  ['stp_state', 32],
  ['priority', 16],
  ['vlan_filtering', 8],
  ['group_fwd_mask', 16],
  ['vlan_default_pvid', 16],
  ['vlan_stats_enabled', 8],
  ['vlan_stats_per_port', 8],
  ['mcast_router', 8],
  ['mcast_snooping', 8],
  ['mcast_vlan_snooping', 8],
  ['mcast_query_use_ifaddr', 8],
  ['mcast_querier', 8],
  ['mcast_hash_elasticity', 32],
  ['mcast_hash_max', 32],
  ['mcast_last_member_count', 32],
  ['mcast_startup_query_count', 32],
  ['mcast_last_member_interval', 53],
  ['mcast_membership_interval', 53],
  ['mcast_querier_interval', 53],
  ['mcast_query_interval', 53],
  ['mcast_query_response_interval', 53],
  ['mcast_startup_query_interval', 53],
  ['mcast_stats_enabled', 8],
  ['mcast_igmp_version', 8],
  ['mcast_mld_version', 8],
  ['nf_call_iptables', 8],
  ['nf_call_ip6tables', 8],
  ['nf_call_arptables', 8],
  ['no_linklocal_learn', 32],
];

/** EtherTypes by the names that iproute2 has for them (ll_proto_a2n); also a number. */
export function parseEtherType(word: string): number | undefined {
  const names: Readonly<Record<string, number>> = { '802.1q': 0x8100, '802.1ad': 0x88a8, ip: 0x800, ipv4: 0x800, arp: 0x806, ipv6: 0x86dd };
  const number = names[word.toLowerCase()] ?? parseInteger(word);
  return number === undefined || number < 0 || number > 0xffff ? undefined : number;
}

export function etherTypeName(type: number): string {
  return type === 0x8100 ? '802.1Q' : type === 0x88a8 ? '802.1ad' : `[${type}]`;
}

/** Bridges: iplink_bridge.c. */
export const bridgeLink: LinkKind = {
  kind: 'bridge',
  help: HELP,

  parse(_ip: Ip, words: Words): KindArguments {
    const info: Record<string, number> = {};
    for (; words.left > 0; words.step()) {
      const { word } = words;
      if (matches(word, 'vlan_protocol') && word.length > 'vlan_'.length) {
        const value = words.value();
        const type = parseEtherType(value);
        if (type === undefined) throw wrong('invalid vlan_protocol', value);
        info.vlan_protocol = type;
      } else if (matches(word, 'group_address') && word.length > 'group_'.length) {
        const found = parseLinkAddress(words.value());
        if (!('address' in found)) throw new Exit(1);
        info.group_address = found.address as number;
      } else if (matches(word, 'fdb_flush')) info.fdb_flush = 1;
      else if (matches(word, 'help')) throw new Exit(1, HELP);
      else {
        const found = NUMBERS.find(([name]) => matches(word, name));
        if (found === undefined) throw new Exit(1, `bridge: unknown command "${word}"?\n${HELP}`);
        const value = words.value();
        const number = parseUnsigned(value, found[1]);
        if (number === undefined) throw wrong(`invalid ${found[0]}`, value);
        info[found[0]] = number;
      }
    }
    return { info };
  },

  print(_ip: Ip, out: Printer, info: LinkInfo): void {
    const plain = (key: string, json = key): void => {
      const value = info[key];
      if (value !== undefined) out.both(json, value, `${key} ${value} `);
    };
    for (const key of ['forward_delay', 'hello_time', 'max_age', 'ageing_time', 'stp_state', 'priority', 'vlan_filtering']) plain(key);
    if (info.vlan_protocol !== undefined) {
      const name = etherTypeName(Number(info.vlan_protocol));
      out.both('vlan_protocol', name, `vlan_protocol ${name} `);
    }
    plain('bridge_id');
    plain('designated_root', 'root_id');
    for (const key of ['root_port', 'root_path_cost', 'topology_change', 'topology_change_detected']) plain(key);
    for (const key of ['hello_timer', 'tcn_timer', 'topology_change_timer', 'gc_timer']) printTimer(out, key, info[key]);
    for (const key of ['vlan_default_pvid', 'vlan_stats_enabled', 'vlan_stats_per_port']) plain(key);
    const mask = hex(Number(info.group_fwd_mask));
    out.both('group_fwd_mask', mask, `group_fwd_mask ${mask} `);
    const group = formatMac(Number(info.group_address));
    out.both('group_addr', group, `group_address ${group} `);
    for (const key of [
      'mcast_snooping',
      'no_linklocal_learn',
      'mcast_vlan_snooping',
      'mcast_router',
      'mcast_query_use_ifaddr',
      'mcast_querier',
    ])
      plain(key);
    for (const key of ['mcast_hash_elasticity', 'mcast_hash_max']) plain(key);
    plain('mcast_last_member_count', 'mcast_last_member_cnt');
    plain('mcast_startup_query_count', 'mcast_startup_query_cnt');
    for (const name of ['last_member', 'membership', 'querier', 'query', 'query_response', 'startup_query'])
      plain(`mcast_${name}_interval`, `mcast_${name}_intvl`);
    for (const key of ['mcast_stats_enabled', 'mcast_igmp_version', 'mcast_mld_version']) plain(key);
    for (const key of ['nf_call_iptables', 'nf_call_ip6tables', 'nf_call_arptables']) plain(key);
  },
};

/** %#x: a zero has no prefix. */
export function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`;
}

/** Centiseconds as seconds, `%4d.%.2d`. */
export function printTimer(out: Printer, key: string, value: LinkInfo[string]): void {
  const centiseconds = Number(value);
  const seconds = Math.floor(centiseconds / 100);
  const fraction = String(centiseconds % 100).padStart(2, '0');
  out.both(key, new Fixed(`${seconds}.${fraction}`), `${key} ${String(seconds).padStart(4)}.${fraction} `);
}
