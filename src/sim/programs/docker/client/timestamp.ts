import { parseDuration } from '../cli/flag-value.ts';

/**
 * The moment that --since or --until means, in ms since 1970: so long ago, a date, or seconds since 1970 (api/types/time.GetTimestamp).
 * undefined for what is none of them.
 */
export function parseMoment(given: string, nowMs: number): number | undefined {
  const duration = parseDuration(given);
  if (typeof duration === 'number') return nowMs - duration / 1e6;
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(Z|[-+]\d\d:\d\d)?$/.exec(given);
  if (match === null) return undefined;
  const [, date, hour = '00', minute = '00', second = '00', zone = 'Z'] = match;
  const [whole = '00', fraction = ''] = second.split('.');
  const ms = Date.parse(`${date}T${hour}:${minute}:${whole}${zone}`);
  return Number.isNaN(ms) ? undefined : ms + Number(`0.${fraction || '0'}`) * 1000;
}
