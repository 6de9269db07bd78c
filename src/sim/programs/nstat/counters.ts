// Where nstat's counters come from: load_ugly_table and load_good_table in misc/nstat.c.

import type { Process } from '../../machine/process.ts';
import { linesOfFile } from '../net-lib/hosts-file.ts';

/** What never counts anything. */
const SETTINGS = new Set(['IpForwarding', 'IpDefaultTTL', 'TcpRtoAlgorithm', 'TcpRtoMin', 'TcpRtoMax', 'TcpMaxConn', 'TcpCurrEstab']);

/** The kernel's counters by name, in the order in which nstat prints them. */
export function kernelCounters(p: Process): Map<string, number> {
  const counters = new Map<string, number>();
  twoLines(p, '/proc/net/snmp', counters);
  for (const line of linesOfFile(p, '/proc/net/snmp6')) {
    const [name = '', value = ''] = line.split(/\s+/);
    counters.set(name, Number(value));
  }
  twoLines(p, '/proc/net/netstat', counters);
  return counters;
}

function twoLines(p: Process, path: string, counters: Map<string, number>): void {
  const lines = linesOfFile(p, path);
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head = '', ...names] = (lines[i] as string).split(' ');
    const values = (lines[i + 1] as string).split(' ').slice(1);
    for (const [k, name] of names.entries()) {
      const id = head.replace(':', '') + name;
      if (!SETTINGS.has(id)) counters.set(id, Number(values[k]));
    }
  }
}

/** What stood there when nstat last looked. */
export function history(p: Process, path: string): Map<string, number> {
  return new Map(
    linesOfFile(p, path).map((line) => {
      const [name = '', value = ''] = line.split(/\s+/);
      return [name, Number(value)];
    }),
  );
}

/** One line, of the output as of the history. Rates are the daemon's to tell. */
export function line(name: string, value: number): string {
  return `${name.padEnd(32)}${String(value).padEnd(16)} ${'0.0'.padStart(5)}\n`;
}
