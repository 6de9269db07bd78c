import { NS_PER_S } from '../../../base/time.ts';
import type { Test } from '../packet.ts';

/** When the packet came (`-m time`; net/netfilter/xt_time.c). Days and hours are those of UTC. */
export interface TimeMatch {
  readonly name: 'time';
  /** Seconds since 1970. */
  readonly dateStart: number;
  readonly dateStop: number;
  /** Seconds of the day; the end may lie before the start: the next day then. */
  readonly dayStart: number;
  readonly dayStop: number;
  /** Bits 1 to 31. */
  readonly monthDays: number;
  /** Bits 1 (Monday) to 7. */
  readonly weekDays: number;
  readonly kernelTimeZone: boolean;
  /** One stretch of time from the start on one day to the end on the next. */
  readonly contiguous: boolean;
}

export const TIME_MAX_DAYTIME = 24 * 3600 - 1;
export const TIME_ALL_MONTHDAYS = 0xffff_fffe;
export const TIME_ALL_WEEKDAYS = 0xfe;
/** The end of time of 32 bits. */
export const TIME_MAX_DATE = 0x7fff_ffff;

const DAY = 86_400;

export function timeTest(match: TimeMatch): Test {
  return ({ stack }) => {
    const { epochMs, clock } = stack.ns.kernel;
    let stamp = Math.floor(epochMs / 1000 + clock.now / NS_PER_S);
    if (stamp < match.dateStart || stamp > match.dateStop) return false;
    const second = stamp % DAY;
    if (match.dayStart < match.dayStop) {
      if (second < match.dayStart || second > match.dayStop) return false;
    } else {
      if (second < match.dayStart && second > match.dayStop) return false;
      // The small hours belong to the day before.
      if (match.contiguous && second < match.dayStop) stamp -= DAY;
    }
    const days = Math.floor(stamp / DAY);
    // The first day of 1970 was a Thursday.
    if ((match.weekDays & (1 << (((days + 3) % 7) + 1))) === 0) return false;
    return ((match.monthDays >>> dayOfMonth(days)) & 1) !== 0;
  };
}

/** The day of the month, from 1, of a day counted since 1970 (Hinnant's civil_from_days). */
function dayOfMonth(days: number): number {
  const z = days + 719_468;
  const dayOfEra = z % 146_097;
  const year = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  return dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
}
