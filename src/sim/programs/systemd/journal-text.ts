import { strftime } from '../lib/date-text.ts';
import type { JournalEntry } from './journal.ts';

/** How journalctl writes an entry: `-o`. */
export type JournalFormat = 'short' | 'short-iso' | 'short-precise' | 'cat' | 'json';

/** One entry, without the end of the line. */
export function entryLine(entry: JournalEntry, hostname: string, format: JournalFormat = 'short'): string {
  const { timeMs, identifier, pid, message, unit } = entry;
  if (format === 'cat') return message;
  if (format === 'json') {
    const fields = { __REALTIME_TIMESTAMP: String(timeMs * 1000), _HOSTNAME: hostname, SYSLOG_IDENTIFIER: identifier, _PID: String(pid) };
    return JSON.stringify({ ...fields, _SYSTEMD_UNIT: unit, MESSAGE: message });
  }
  const date =
    format === 'short-iso'
      ? strftime('%Y-%m-%dT%H:%M:%S+0000', timeMs)
      : `${strftime('%b %d %H:%M:%S', timeMs)}${format === 'short-precise' ? `.${String((timeMs % 1000) * 1000).padStart(6, '0')}` : ''}`;
  return `${date} ${hostname} ${identifier}[${pid}]: ${message}`;
}
