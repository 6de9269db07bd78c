const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

const two = (n: number): string => String(n).padStart(2, '0');

/** strftime(3) in the C locale, UTC, with GNU date's `%N` and its flags `-`, `_`, `0`, `^`. `ns` is the part of a millisecond. */
export function strftime(format: string, ms: number, ns = 0): string {
  return format.replace(/%([-_0^#:]*)(\d*)([EO]?)([a-zA-Z%])/g, (all, flags: string, width: string, _modifier: string, letter: string) => {
    const plain = directive(letter, flags, ms, ns);
    if (plain === undefined) return all;
    let out = plain;
    if (flags.includes('-')) out = out.replace(/^[0 ]+(?=.)/, '');
    else if (flags.includes('_')) out = out.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    if (flags.includes('^')) out = out.toUpperCase();
    if (letter === 'N' && width !== '') return out.slice(0, Number(width));
    return width === '' ? out : out.padStart(Number(width), /\d/.test(out[0] ?? '') && !flags.includes('_') ? '0' : ' ');
  });
}

function directive(letter: string, flags: string, ms: number, ns: number): string | undefined {
  const d = new Date(ms);
  const [year, month, day] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
  const [hour, minute, second] = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()];
  const weekday = d.getUTCDay();
  const yearDay = Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / DAY_MS);
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const again = (format: string): string => strftime(format, ms, ns);
  switch (letter) {
    case '%':
      return '%';
    case 'a':
      return (DAYS[weekday] as string).slice(0, 3);
    case 'A':
      return DAYS[weekday] as string;
    case 'b':
    case 'h':
      return (MONTHS[month] as string).slice(0, 3);
    case 'B':
      return MONTHS[month] as string;
    case 'c':
      return again('%a %b %e %H:%M:%S %Y');
    case 'C':
      return two(Math.floor(year / 100));
    case 'd':
      return two(day);
    case 'D':
    case 'x':
      return again('%m/%d/%y');
    case 'e':
      return String(day).padStart(2);
    case 'F':
      return again('%Y-%m-%d');
    case 'g':
      return two(isoWeek(d).year % 100);
    case 'G':
      return String(isoWeek(d).year);
    case 'H':
      return two(hour);
    case 'I':
      return two(twelve);
    case 'j':
      return String(yearDay + 1).padStart(3, '0');
    case 'k':
      return String(hour).padStart(2);
    case 'l':
      return String(twelve).padStart(2);
    case 'm':
      return two(month + 1);
    case 'M':
      return two(minute);
    case 'n':
      return '\n';
    case 'N':
      return String((((ms % 1000) + 1000) % 1000) * 1_000_000 + ns).padStart(9, '0');
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'q':
      return String(Math.floor(month / 3) + 1);
    case 'r':
      return again('%I:%M:%S %p');
    case 'R':
      return again('%H:%M');
    case 's':
      return String(Math.floor(ms / 1000));
    case 'S':
      return two(second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return again('%H:%M:%S');
    case 'u':
      return String(weekday === 0 ? 7 : weekday);
    case 'U':
      return two(Math.floor((yearDay + 7 - weekday) / 7));
    case 'V':
      return two(isoWeek(d).week);
    case 'w':
      return String(weekday);
    case 'W':
      return two(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7));
    case 'y':
      return two(year % 100);
    case 'Y':
      return String(year);
    case 'z':
      return flags.includes('::') ? '+00:00:00' : flags.includes(':') ? '+00:00' : '+0000';
    case 'Z':
      return 'UTC';
    default:
      return undefined;
  }
}

/** ISO 8601 week: the one with the year's first Thursday is week 1. */
function isoWeek(d: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(d.getTime() + (4 - (d.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 };
}
