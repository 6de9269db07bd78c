import { NF_LOG_IPOPT, NF_LOG_MACDECODE, NF_LOG_TCPOPT, NF_LOG_TCPSEQ, NF_LOG_UID } from '../../../kernel/netfilter/log/log-flags.ts';
import type { LogTarget, NflogTarget } from '../../../kernel/netfilter/target/target.ts';
import { type Extension, find, integer, text, valueGiven } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';
import { quote } from '../quote.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;
/** What --log-level takes besides. */
const SYNONYMS: Readonly<Record<string, number>> = { panic: 0, err: 3, warning: 4 };
const DEFAULT_LEVEL = 4;
const FLAGS = [
  ['log-tcp-sequence', NF_LOG_TCPSEQ, 'tcp-sequence'],
  ['log-tcp-options', NF_LOG_TCPOPT, 'tcp-options'],
  ['log-ip-options', NF_LOG_IPOPT, 'ip-options'],
  ['log-uid', NF_LOG_UID, 'uid'],
  ['log-macdecode', NF_LOG_MACDECODE, 'macdecode'],
] as const;
const LONGEST_PREFIX = 29;

export const logTarget: Extension<LogTarget> = {
  name: 'LOG',
  options: [
    { names: ['log-level'], arguments: 1 },
    { names: ['log-prefix'], arguments: 1 },
    ...FLAGS.map(([option]) => ({ names: [option], arguments: 0 as const })),
  ],
  build(given) {
    const prefix = find(given, 'log-prefix')?.values[0];
    if (prefix?.includes('\n')) throw misuse('Newlines not allowed in --log-prefix');
    const level = valueGiven(given, 'log-level');
    let flags = 0;
    for (const [option, bit] of FLAGS) if (find(given, option)) flags |= bit;
    return {
      name: 'LOG',
      level: level === undefined ? DEFAULT_LEVEL : parseLevel(level),
      prefix: prefix === undefined ? '' : text(prefix, LONGEST_PREFIX),
      flags,
    };
  },
  print({ level, prefix, flags }, _names, numeric) {
    const named = FLAGS.flatMap(([, bit, word]) => ((flags & bit) !== 0 ? [` ${word}`] : [])).join('');
    const what = numeric ? ` LOG flags ${flags} level ${level}` : ` LOG level ${LEVELS[level]}${named}`;
    return `${what}${prefix === '' ? '' : ` prefix "${prefix}"`}`;
  },
  save({ level, prefix, flags }) {
    let line = prefix === '' ? '' : ` --log-prefix ${quote(prefix)}`;
    if (level !== DEFAULT_LEVEL) line += ` --log-level ${level}`;
    for (const [option, bit] of FLAGS) if ((flags & bit) !== 0) line += ` --${option}`;
    return line;
  },
  translate({ level, prefix, flags }) {
    let line = 'log';
    if (prefix !== '') line += ` prefix "${prefix}"`;
    if (level !== DEFAULT_LEVEL) line += ` level ${level === 3 ? 'err' : LEVELS[level]}`;
    const tcp = [...((flags & NF_LOG_TCPSEQ) !== 0 ? ['sequence'] : []), ...((flags & NF_LOG_TCPOPT) !== 0 ? ['options'] : [])];
    if (tcp.length > 0) line += ` flags tcp ${tcp.join(',')}`;
    if ((flags & NF_LOG_IPOPT) !== 0) line += ' flags ip options';
    if ((flags & NF_LOG_UID) !== 0) line += ' flags skuid';
    if ((flags & NF_LOG_MACDECODE) !== 0) line += ' flags ether';
    return line;
  },
};

/** A number, or the beginning of a name (XTTYPE_SYSLOGLEVEL). */
function parseLevel(word: string): number {
  const number = parseNumber(word, 7);
  if (number !== undefined) return number;
  const lower = word.toLowerCase();
  const level = LEVELS.findIndex((name) => word !== '' && name.startsWith(lower));
  const known = SYNONYMS[lower] ?? (level < 0 ? undefined : level);
  if (known === undefined) throw misuse(`log level "${word}" unknown\n`);
  return known;
}

const LONGEST_NFLOG_PREFIX = 127;

export const nflogTarget: Extension<NflogTarget> = {
  name: 'NFLOG',
  options: [
    { names: ['nflog-group'], arguments: 1 },
    { names: ['nflog-prefix'], arguments: 1 },
    { names: ['nflog-range'], arguments: 1 },
    { names: ['nflog-size'], arguments: 1 },
    { names: ['nflog-threshold'], arguments: 1 },
  ],
  build(given) {
    const number = (option: string, max: number): number | undefined => {
      const value = valueGiven(given, option);
      return value === undefined ? undefined : integer('NFLOG', option, value, max);
    };
    const prefix = valueGiven(given, 'nflog-prefix');
    if (prefix?.includes('\n')) throw misuse('Newlines not allowed in --log-prefix');
    return {
      name: 'NFLOG',
      prefix: prefix === undefined ? '' : text(prefix, LONGEST_NFLOG_PREFIX),
      group: number('nflog-group', 0xffff) ?? 0,
      range: number('nflog-range', 0xffff_ffff) ?? 0,
      size: number('nflog-size', 0xffff_ffff),
      threshold: number('nflog-threshold', 0xffff) ?? 0,
    };
  },
  print: (info) => nflogOptions(info, ' '),
  save: (info) => nflogOptions(info, ' --'),
  translate({ prefix, group, size, threshold }) {
    const snaplen = size === undefined ? '' : ` snaplen ${size}`;
    return `log${prefix === '' ? '' : ` prefix "${prefix}"`} group ${group}${snaplen}${threshold === 0 ? '' : ` queue-threshold ${threshold}`}`;
  },
};

function nflogOptions({ prefix, group, range, size, threshold }: NflogTarget, dash: string): string {
  let line = prefix === '' ? '' : `${dash}nflog-prefix ${quote(prefix)}`;
  if (group !== 0) line += `${dash}nflog-group ${group}`;
  if (size !== undefined) line += `${dash}nflog-size ${size}`;
  else if (range !== 0) line += `${dash}nflog-range ${range}`;
  if (threshold !== 0) line += `${dash}nflog-threshold ${threshold}`;
  return line;
}
