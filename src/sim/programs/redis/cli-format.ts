// How redis-cli shows an answer (cliFormatReplyTTY, cliFormatReplyRaw, cliFormatReplyCSV).

import { quoted, type Reply } from './resp.ts';

export type OutputMode = 'terminal' | 'raw' | 'csv';

/** An answer with the newline after it. */
export function formatReply(reply: Reply, mode: OutputMode): string {
  if (mode === 'terminal') return terminalText(reply, '');
  return `${mode === 'csv' ? csvText(reply) : rawText(reply)}\n`;
}

function terminalText(reply: Reply, prefix: string): string {
  switch (reply.kind) {
    case 'status':
      return `${reply.text}\n`;
    case 'error':
      return `(error) ${reply.text}\n`;
    case 'integer':
      return `(integer) ${reply.value}\n`;
    case 'bulk':
      return reply.text === undefined ? '(nil)\n' : `${quoted(reply.text)}\n`;
    case 'array': {
      const { items } = reply;
      if (items === undefined) return '(nil)\n';
      if (items.length === 0) return '(empty array)\n';
      const width = String(items.length).length;
      const inner = prefix + ' '.repeat(width + 2);
      return items.map((item, i) => `${i === 0 ? '' : prefix}${String(i + 1).padStart(width)}) ${terminalText(item, inner)}`).join('');
    }
  }
}

export function rawText(reply: Reply): string {
  switch (reply.kind) {
    case 'error':
      return `${reply.text}\n`;
    case 'integer':
      return String(reply.value);
    case 'array':
      return (reply.items ?? []).map(rawText).join('\n');
    default:
      return reply.text ?? '';
  }
}

function csvText(reply: Reply): string {
  switch (reply.kind) {
    case 'error':
      return `ERROR,${quoted(reply.text)}`;
    case 'integer':
      return String(reply.value);
    case 'array':
      return reply.items === undefined ? 'NULL' : reply.items.map(csvText).join(',');
    default:
      return reply.text === undefined ? 'NULL' : quoted(reply.text);
  }
}
