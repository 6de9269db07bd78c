// Unix sockets as netstat lists them, out of /proc/net/unix (unix_do_one).

import type { Process } from '../../machine/process.ts';
import { type SocketListing, socketHolders } from './netstat-sockets.ts';
import { procLines } from './resolve.ts';

const SO_ACCEPTCON = 0x10000;
const TYPES: Readonly<Record<string, string>> = { '0001': 'STREAM', '0002': 'DGRAM', '0003': 'RAW', '0005': 'SEQPACKET' };
const SS_UNCONNECTED = 1;
const STATES = ['FREE', '', 'CONNECTING', 'CONNECTED', 'DISCONNECTING'];

/** The listing with its title and header. */
export function unixTable(p: Process, which: SocketListing['which'], programs: boolean): string {
  const title = { connected: 'w/o servers', listening: 'only servers', all: 'servers and established' }[which];
  const holders = programs ? socketHolders(p) : undefined;
  let out = `Active UNIX domain sockets (${title})\n`;
  out += `Proto RefCnt Flags       Type       State         I-Node  ${programs ? ' PID/Program name    ' : ''} Path\n`;
  for (const line of procLines(p, '/proc/net/unix')) {
    const [, references = '', , flagsText = '', type = '', stateText = '', inode = '', path = ''] = line.trim().split(/\s+/);
    const accepts = (Number.parseInt(flagsText, 16) & SO_ACCEPTCON) !== 0;
    const unconnected = Number.parseInt(stateText, 16) === SS_UNCONNECTED;
    if (which !== 'all' && unconnected !== (which === 'listening')) continue;
    const flags = `[ ${accepts ? 'ACC ' : ''}]`;
    const state = accepts ? 'LISTENING' : (STATES[Number.parseInt(stateText, 16)] ?? 'UNKNOWN');
    const columns = [
      String(Number.parseInt(references, 16)).padEnd(6),
      flags.padEnd(11),
      (TYPES[type] ?? 'UNKNOWN').padEnd(10),
      state.padEnd(13),
    ];
    const holder = holders === undefined ? '' : ` ${(holders.get(inode) ?? '-').slice(0, 20).padEnd(20)}`;
    out += `unix  ${columns.join(' ')} ${inode.padEnd(8)}${holder} ${path}\n`;
  }
  return out;
}
