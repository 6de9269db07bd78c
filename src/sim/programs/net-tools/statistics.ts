// `netstat -s`: statistics.c of net-tools.

import type { Process } from '../../machine/process.ts';
import { linesOfFile } from '../net-lib/hosts-file.ts';
import { ICMP_WORDS, ICMP6_WORDS, IP_WORDS, IP6_WORDS, TCP_EXT_WORDS, TCP_WORDS, UDP_WORDS, UDP6_WORDS } from './statistics-words.ts';

type Kind = 'number' | 'optional' | 'received' | 'sent' | 'setting';

interface Entry {
  readonly name: string;
  readonly words: string;
  readonly kind: Kind;
}

const KINDS: Readonly<Record<string, Kind>> = { '?': 'optional', '<': 'received', '>': 'sent', '-': 'setting' };

function entries(text: string): Entry[] {
  return text
    .slice(1, -1)
    .split('\n')
    .map((line) => {
      const [, mark = '', name = '', words = ''] = /^([?<>-]?)([^\t]+)\t(.*)$/.exec(line) ?? [];
      return { name, words, kind: KINDS[mark] ?? 'number' };
    });
}

/** A protocol's counters, and which of -t, -u, -w asks for them. */
interface Section {
  readonly option: 't' | 'u' | 'w' | undefined;
  readonly entries: readonly Entry[];
}

const SECTIONS: Readonly<Record<string, Section>> = {
  Ip: { option: 'w', entries: entries(IP_WORDS) },
  Icmp: { option: 'w', entries: entries(ICMP_WORDS) },
  Tcp: { option: 't', entries: entries(TCP_WORDS) },
  Udp: { option: 'u', entries: entries(UDP_WORDS) },
  TcpExt: { option: 't', entries: entries(TCP_EXT_WORDS) },
  Ip6: { option: 'w', entries: entries(IP6_WORDS) },
  Icmp6: { option: 'w', entries: entries(ICMP6_WORDS) },
  Udp6: { option: 'u', entries: entries(UDP6_WORDS) },
};

/** The C library's bsearch by strcmp, over a list that is in the order of another comparison. */
function find(list: readonly Entry[], name: string): Entry | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = list[middle] as Entry;
    if (name === entry.name) return entry;
    if (name < entry.name) high = middle;
    else low = middle + 1;
  }
  return undefined;
}

const TITLES = { received: 'ICMP input histogram:', sent: 'ICMP output histogram:' } as const;

/** What is printed so far; the last line's kind decides how far the next is indented. */
class Statistics {
  text = '';
  #state: 'plain' | 'received' | 'sent' = 'plain';

  get #indent(): string {
    return this.#state === 'plain' ? '    ' : '        ';
  }

  /** A protocol begins (newtable), told or not; one without a list of its own leaves the indentation. */
  title(name: string, told: boolean): void {
    if (told) this.text += `${name}:\n`;
    if (SECTIONS[name] !== undefined) this.#state = 'plain';
  }

  /** One counter (printval). */
  value(section: string, name: string, value: number): void {
    const entry = find(SECTIONS[section]?.entries ?? [], name);
    if (entry === undefined) {
      if (value > 0) this.text += `${this.#indent}${name}: ${value}\n`;
      return;
    }
    const { kind, words } = entry;
    if (kind === 'setting' || words === '' || (kind === 'optional' && value === 0)) return;
    const state = kind === 'received' || kind === 'sent' ? kind : 'plain';
    if (state !== 'plain' && this.#state !== state) this.text += `${this.#indent}${TITLES[state]}\n`;
    this.#state = state;
    if (state === 'plain' || value > 0) this.text += `${this.#indent}${words.replace('%llu', String(value))}\n`;
  }
}

/** `netstat -s`: every protocol's, or those that `chosen` (t, u, w) names. */
export function statistics(p: Process, chosen: readonly string[]): string {
  const out = new Statistics();
  for (const file of ['snmp', 'netstat']) twoLineTables(p, file, out, (section) => wanted(section, chosen));
  return out.text;
}

/** `netstat -s6`. TCP is counted for both families together. */
export function statistics6(p: Process, chosen: readonly string[]): string {
  const out = new Statistics();
  let current = '';
  for (const line of linesOfFile(p, '/proc/net/snmp6')) {
    const [name = '', value = ''] = line.split(/\s+/);
    const section = /^[A-Za-z]+6/.exec(name)?.[0] ?? '';
    if (!wanted(section, chosen)) continue;
    if (section !== current) out.title(section, true);
    current = section;
    out.value(section, name, Number(value));
  }
  twoLineTables(p, 'snmp', out, (section) => section === 'Tcp' && wanted(section, chosen));
  return out.text;
}

function wanted(section: string, chosen: readonly string[]): boolean {
  const option = SECTIONS[section]?.option;
  return chosen.length === 0 || option === undefined || chosen.includes(option);
}

/** Files with a line of names and a line of numbers for each protocol. */
function twoLineTables(p: Process, file: string, out: Statistics, take: (section: string) => boolean): void {
  const lines = linesOfFile(p, `/proc/net/${file}`);
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head = '', ...names] = (lines[i] as string).split(' ');
    const values = (lines[i + 1] as string).split(' ').slice(1);
    const section = head.replace(/:$/, '');
    const told = take(section);
    out.title(section, told);
    if (!told) continue;
    for (const [k, name] of names.entries()) out.value(section, name, Number(values[k]));
  }
}
