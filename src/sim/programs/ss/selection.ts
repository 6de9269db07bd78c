// Which tables of sockets are shown, in which states and families: filter_db_set(), filter_af_set(), filter_merge_defaults().

import type { Subject } from './filter.ts';
import { ALL_STATES, CLOSED, CONNECTED, ESTABLISHED } from './states.ts';

export type TableName =
  | 'tcp'
  | 'mptcp'
  | 'dccp'
  | 'udp'
  | 'raw'
  | 'unix_dgram'
  | 'unix_stream'
  | 'unix_seqpacket'
  | 'packet_dgram'
  | 'packet_raw'
  | 'netlink'
  | 'sctp'
  | 'vsock_stream'
  | 'vsock_dgram'
  | 'tipc'
  | 'xdp';

export type Family = Subject['family'] | 'vsock' | 'tipc' | 'xdp';

const INET: readonly Family[] = ['inet', 'inet6'];

/** What a table shows where nothing is said, and whose sockets it has. */
const TABLES: Readonly<Record<TableName, { readonly states: number; readonly families: readonly Family[] }>> = {
  tcp: { states: CONNECTED, families: INET },
  mptcp: { states: CONNECTED, families: INET },
  dccp: { states: CONNECTED, families: INET },
  udp: { states: ESTABLISHED, families: INET },
  raw: { states: ESTABLISHED, families: INET },
  unix_dgram: { states: CLOSED, families: ['unix'] },
  unix_stream: { states: CONNECTED, families: ['unix'] },
  unix_seqpacket: { states: CONNECTED, families: ['unix'] },
  packet_dgram: { states: CLOSED, families: ['link'] },
  packet_raw: { states: CLOSED, families: ['link'] },
  netlink: { states: CLOSED, families: ['netlink'] },
  sctp: { states: CONNECTED, families: INET },
  vsock_stream: { states: CONNECTED, families: ['vsock'] },
  vsock_dgram: { states: CONNECTED, families: ['vsock'] },
  tipc: { states: ALL_STATES, families: ['tipc'] },
  xdp: { states: CLOSED, families: ['xdp'] },
};

const ALL_TABLES = Object.keys(TABLES) as readonly TableName[];
const INET_TABLES: readonly TableName[] = ['tcp', 'mptcp', 'udp', 'dccp', 'sctp', 'raw'];
const UNIX_TABLES: readonly TableName[] = ['unix_dgram', 'unix_stream', 'unix_seqpacket'];
const PACKET_TABLES: readonly TableName[] = ['packet_raw', 'packet_dgram'];
const VSOCK_TABLES: readonly TableName[] = ['vsock_stream', 'vsock_dgram'];

/** Words of -A. */
const QUERIES: Readonly<Record<string, readonly TableName[]>> = {
  all: ALL_TABLES,
  inet: INET_TABLES,
  tcp: ['tcp'],
  mptcp: ['mptcp'],
  dccp: ['dccp'],
  udp: ['udp'],
  raw: ['raw'],
  sctp: ['sctp'],
  unix: UNIX_TABLES,
  unix_stream: ['unix_stream'],
  u_str: ['unix_stream'],
  unix_dgram: ['unix_dgram'],
  u_dgr: ['unix_dgram'],
  unix_seqpacket: ['unix_seqpacket'],
  u_seq: ['unix_seqpacket'],
  packet: PACKET_TABLES,
  packet_raw: ['packet_raw'],
  p_raw: ['packet_raw'],
  packet_dgram: ['packet_dgram'],
  p_dgr: ['packet_dgram'],
  netlink: ['netlink'],
  vsock: VSOCK_TABLES,
  vsock_stream: ['vsock_stream'],
  v_str: ['vsock_stream'],
  vsock_dgram: ['vsock_dgram'],
  v_dgr: ['vsock_dgram'],
  tipc: ['tipc'],
  xdp: ['xdp'],
};

/** Words of -f: the tables and states of a family. */
const FAMILIES: Readonly<Record<string, { readonly family: Family; readonly tables: readonly TableName[]; readonly states: number }>> = {
  inet: { family: 'inet', tables: INET_TABLES, states: CONNECTED },
  inet6: { family: 'inet6', tables: INET_TABLES, states: CONNECTED },
  unix: { family: 'unix', tables: UNIX_TABLES, states: CONNECTED },
  link: { family: 'link', tables: PACKET_TABLES, states: CLOSED },
  netlink: { family: 'netlink', tables: ['netlink'], states: CLOSED },
  vsock: { family: 'vsock', tables: VSOCK_TABLES, states: CONNECTED },
  tipc: { family: 'tipc', tables: ['tipc'], states: ALL_STATES },
  xdp: { family: 'xdp', tables: ['xdp'], states: CLOSED },
};

/** What the options have chosen so far. */
export class Selection {
  readonly tables = new Set<TableName>();
  readonly families = new Set<Family>();
  /** The family that was asked for last: filters read addresses as its. */
  preferred: Family | undefined = undefined;
  states = 0;
  /** Nothing was chosen: every table is shown. */
  byDefault = true;

  table(names: readonly TableName[]): void {
    for (const name of names) {
      this.tables.add(name);
      this.states |= TABLES[name].states;
    }
    this.byDefault = false;
  }

  /** False for no such family. */
  family(word: string): boolean {
    const chosen = Object.hasOwn(FAMILIES, word) ? FAMILIES[word] : undefined;
    if (chosen === undefined) return false;
    this.families.add(chosen.family);
    this.states |= chosen.states;
    this.preferred = chosen.family;
    this.byDefault = false;
    return true;
  }

  /** A list of tables, those with `!` taken away; the word that is none. */
  query(list: string): string | undefined {
    for (const word of list.split(',')) {
      const name = word.replace(/^!/, '');
      const names = Object.hasOwn(QUERIES, name) ? QUERIES[name] : undefined;
      if (names === undefined) return name;
      if (word.startsWith('!')) for (const one of names) this.tables.delete(one);
      else {
        this.table(names);
        if (name === 'all') this.byDefault = true;
      }
    }
    return undefined;
  }

  /** `states`: what was asked for, 0 for nothing. */
  finish(states: number, connected: number): void {
    let wanted = states;
    if (this.byDefault) {
      if (wanted === 0) wanted = connected;
      this.table(ALL_TABLES);
    }
    if (wanted !== 0) this.states = wanted;
    for (const name of this.tables) {
      const { families } = TABLES[name];
      if (!families.some((family) => this.families.has(family))) for (const family of families) this.families.add(family);
    }
    for (const { family, tables } of Object.values(FAMILIES)) {
      if (this.families.has(family) && !tables.some((name) => this.tables.has(name))) for (const name of tables) this.tables.add(name);
    }
  }
}
