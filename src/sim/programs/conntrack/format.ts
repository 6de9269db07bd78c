import { IPS_ASSURED, IPS_SEEN_REPLY } from '../../kernel/netfilter/conntrack/entry.ts';
import { addressText, entryText, hasPorts, protocolName, TRACKED_PROTOCOLS } from '../../kernel/netfilter/conntrack/entry-text.ts';
import type { ConntrackEvent } from '../../kernel/netfilter/conntrack/events.ts';
import type { ConntrackSnapshot } from '../../kernel/netfilter/conntrack/snapshot.ts';
import { TCP_STATE_NAMES } from '../../kernel/netfilter/conntrack/tcp-states.ts';
import type { Tuple } from '../../kernel/netfilter/conntrack/tuple.ts';

export function protocolByName(name: string): number | undefined {
  for (const [number, known] of TRACKED_PROTOCOLS) if (known === name) return number;
  return undefined;
}

/** How entries are shown (-o). */
export interface Output {
  readonly extended: boolean;
  readonly id: boolean;
  readonly timestamp: boolean;
  readonly form: 'text' | 'xml' | 'save';
}

/** `use` is how many references the kernel counts: the table's, and the asker's if it looks at just this one. */
export function entryLine(entry: ConntrackSnapshot, output: Output, use: number): string {
  if (output.form === 'xml') return flowXml(entry, use);
  if (output.form === 'save') return saveLine(entry);
  const zone = entry.original.zone === 0 ? '' : ` zone=${entry.original.zone}`;
  return `${entryText(entry, output.extended, true)} mark=${entry.mark}${zone} use=${use}${output.id ? ` id=${entry.id}` : ''}`;
}

/** An event, without its newline. */
export function eventLine({ type, entry, source, withMark }: ConntrackEvent, output: Output): string {
  let line = `${`[${type}]`.padStart(9)} ${entryText(entry, output.extended, type !== 'DESTROY' || entry.timeoutS > 0)}`;
  if (withMark) line += ` mark=${entry.mark}`;
  if (output.id) line += ` id=${entry.id}`;
  return source === undefined ? line : `${line} [USERSPACE] portid=${source.portId} progname=${source.program}`;
}

export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n';
export const XML_TAIL = '</conntrack>\n';

function flowXml(entry: ConntrackSnapshot, use: number): string {
  const { original, reply, status, tcpState, counters } = entry;
  const state = tcpState === undefined ? '' : `<state>${TCP_STATE_NAMES[tcpState]}</state>`;
  const assured = (status & IPS_ASSURED) !== 0 ? '<assured/>' : '';
  const unreplied = (status & IPS_SEEN_REPLY) === 0 ? '<unreplied/>' : '';
  const zone = original.zone === 0 ? '' : `<zone>${original.zone}</zone>`;
  return `<flow>${metaXml('original', original, counters?.original)}${metaXml('reply', reply, counters?.reply)}<meta direction="independent">${state}<timeout>${entry.timeoutS}</timeout><mark>${entry.mark}</mark>${zone}<use>${use}</use><id>${entry.id}</id>${assured}${unreplied}</meta></flow>`;
}

function metaXml(direction: string, tuple: Tuple, counter: readonly [number, number] | undefined): string {
  const layer3 = tuple.inet6 ? 'protonum="10" protoname="ipv6"' : 'protonum="2" protoname="ipv4"';
  const ports = hasPorts(tuple) ? `<sport>${tuple.sport}</sport><dport>${tuple.dport}</dport>` : '';
  const counted = counter === undefined ? '' : `<counters><packets>${counter[0]}</packets><bytes>${counter[1]}</bytes></counters>`;
  return `<meta direction="${direction}"><layer3 ${layer3}><src>${addressText(tuple.source)}</src><dst>${addressText(tuple.destination)}</dst></layer3><layer4 protonum="${tuple.protocol}" protoname="${protocolName(tuple.protocol)}">${ports}</layer4>${counted}</meta>`;
}

/** The options that would make the entry again (-o save). */
function saveLine({ original, reply, status, timeoutS, tcpState }: ConntrackSnapshot): string {
  const statusText = (status & IPS_ASSURED) !== 0 ? 'ASSURED' : (status & IPS_SEEN_REPLY) !== 0 ? 'SEEN_REPLY' : 'UNSET';
  const destination = reply.source === original.destination ? `-r ${addressText(reply.source)}` : `-g ${addressText(reply.source)}`;
  const source = reply.destination === original.source ? `-q ${addressText(reply.destination)}` : `-n ${addressText(reply.destination)}`;
  let line = `-A -t ${timeoutS} -u ${statusText} -s ${addressText(original.source)} -d ${addressText(original.destination)} ${destination} ${source} -p ${protocolName(original.protocol)}`;
  if (hasPorts(original)) {
    line += ` --sport ${original.sport} --dport ${original.dport} --reply-port-src ${reply.sport} --reply-port-dst ${reply.dport}`;
  } else if (original.isIcmp) {
    const prefix = original.inet6 ? 'icmpv6' : 'icmp';
    line += ` --${prefix}-type ${original.dport >> 8} --${prefix}-code ${original.dport & 0xff} --${prefix}-id ${original.sport}`;
  }
  if (tcpState !== undefined) line += ` --state ${TCP_STATE_NAMES[tcpState]}`;
  return line;
}
