import { formatMac, readMac } from '../../base/mac-address.ts';
import type { TraceStep } from '../trace.ts';
import { dropWords } from './drop-words.ts';

/** A decision as a reader wants it: what kind it is, in a word, and what was decided. */
export interface StepWords {
  readonly verb: string;
  readonly words: string;
}

const TABLES: Readonly<Record<string, string>> = { 253: 'default', 254: 'main', 255: 'local' };

/** `number` gives the number that a packet is shown by. */
export function stepWords(step: Exclude<TraceStep, { kind: 'branch' }>, number: (packet: number) => string): StepWords {
  switch (step.kind) {
    case 'transmit':
      return { verb: '→', words: addresses(step.frame) };
    case 'receive':
      return { verb: '←', words: '' };
    case 'route':
      return { verb: 'route', words: `${step.dst}: ${routeWords(step)}` };
    case 'neigh':
      return {
        verb: 'neigh',
        words: step.lladdr === undefined ? `${step.ip} is not resolved (${step.state})` : `${step.ip} is at ${step.lladdr} (${step.state})`,
      };
    case 'fdb':
      return {
        verb: 'fdb',
        words: `${step.mac}${step.vid === 0 ? '' : ` in VLAN ${step.vid}`}: ${step.flood ? 'to all ports' : `to ${step.port}`}`,
      };
    case 'vlan':
      return {
        verb: 'vlan',
        words: step.action === 'enter' ? `in VLAN ${step.vid}` : `${step.action === 'tag' ? 'gets' : 'loses'} the tag of VLAN ${step.vid}`,
      };
    case 'ttl':
      return { verb: 'ttl', words: `${step.from} → ${step.to}` };
    case 'hook':
      return { verb: 'rule', words: `${step.table} ${step.chain} ${step.rule === 0 ? 'policy' : `rule ${step.rule}`}: ${step.verdict}` };
    case 'conntrack':
      return { verb: 'ct', words: `${step.state} ${step.entry === '' ? step.detail : step.entry}` };
    case 'nat':
      return { verb: 'nat', words: `${step.manipulation}: ${step.entry}` };
    case 'encapsulate':
      return { verb: 'wrap', words: step.what };
    case 'decapsulate':
      return { verb: 'unwrap', words: step.what };
    case 'no-error':
      return { verb: 'icmp', words: `no error (type ${step.type} code ${step.code}) is sent: ${step.why}` };
    case 'wait':
      return { verb: 'wait', words: step.what };
    case 'deliver':
      return { verb: '✓', words: `to ${step.socket}` };
    case 'consume':
      return { verb: '✓', words: step.what };
    case 'fragment':
      return { verb: 'cut', words: `into ${step.count} fragments for mtu ${step.mtu}` };
    case 'merge':
      return { verb: 'join', words: `into ${number(step.into)}` };
    case 'drop':
      return { verb: '✗', words: `${step.reason}: ${dropWords(step.reason, step.detail)}` };
  }
}

function routeWords({ result, table, prefix }: Extract<TraceStep, { kind: 'route' }>): string {
  if (result === 'local') return 'for this host';
  const where = TABLES[table] ?? table;
  return prefix.endsWith('/0') ? `default ${result} (table ${where})` : `${prefix} ${result} (table ${where})`;
}

function addresses(frame: Uint8Array): string {
  return frame.length < 12 ? '' : `${formatMac(readMac(frame, 6))} > ${formatMac(readMac(frame, 0))}, ${frame.length} bytes`;
}
