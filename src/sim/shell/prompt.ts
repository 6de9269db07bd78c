import type { Sys } from '../machine/process.ts';
import { expandQuotedText } from './expansion/expand.ts';
import { jobState } from './jobs.ts';
import type { Shell } from './shell.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const BASH_VERSION = '5.2.15(1)-release';

/** A prompt as it is shown: backslash escapes, then expansions (promptvars). \x01 and \x02 enclose what takes no room. */
export function* expandPrompt(shell: Shell, prompt: string): Sys<string> {
  const decoded = decode(shell, prompt);
  if (!/[$`]/.test(decoded)) return decoded.replace(/\\([\\$`])/g, '$1');
  const { status, substitutionStatus } = shell;
  const text = yield* expandQuotedText(shell, decoded);
  shell.status = status;
  shell.substitutionStatus = substitutionStatus;
  return text;
}

function decode(shell: Shell, prompt: string): string {
  if (!prompt.includes('\\')) return prompt;
  let out = '';
  for (let i = 0; i < prompt.length; i++) {
    const c = prompt[i] as string;
    if (c !== '\\' || i + 1 >= prompt.length) {
      out += c;
      continue;
    }
    const e = prompt[++i] as string;
    if (e === 'D' && prompt[i + 1] === '{') {
      const close = prompt.indexOf('}', i);
      out += strftime(shell, prompt.slice(i + 2, close < 0 ? prompt.length : close) || '%H:%M:%S');
      i = close < 0 ? prompt.length : close;
    } else if (/[0-7]/.test(e)) {
      const digits = /^[0-7]{1,3}/.exec(prompt.slice(i))?.[0] ?? e;
      out += String.fromCharCode(Number.parseInt(digits, 8) & 0xff);
      i += digits.length - 1;
    } else out += promptEscape(shell, e) ?? `\\${e}`;
  }
  return out;
}

/** Values that come from outside are quoted, so that a directory called $(reboot) stays a name. */
function guarded(text: string): string {
  return text.replace(/[\\$`]/g, '\\$&');
}

function promptEscape(shell: Shell, letter: string): string | undefined {
  const { p } = shell;
  const host = p.namespaces.uts.hostname;
  switch (letter) {
    case 'a':
      return '\x07';
    case 'd':
      return strftime(shell, '%a %b %e');
    case 'e':
      return '\x1b';
    case 'h':
      return guarded(host.split('.')[0] as string);
    case 'H':
      return guarded(host);
    case 'j':
      return String(shell.jobs.list.filter((j) => jobState(j) !== 'Done').length);
    case 'l':
      return p.terminal(0)?.path.replace('/dev/', '').replace(/^.*\//, '') ?? 'tty';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 's':
      return shell.name.replace(/^.*\//, '').replace(/^-/, '');
    case 't':
      return strftime(shell, '%H:%M:%S');
    case 'T':
      return strftime(shell, '%I:%M:%S');
    case '@':
      return strftime(shell, '%I:%M %p');
    case 'A':
      return strftime(shell, '%H:%M');
    case 'u':
      return guarded(shell.vars.get('USER') ?? 'root');
    case 'v':
      return '5.2';
    case 'V':
      return '5.2.15';
    case 'w':
      return guarded(workingDirectory(shell));
    case 'W': {
      const path = workingDirectory(shell);
      return guarded(path === '/' || path === '~' ? path : path.slice(path.lastIndexOf('/') + 1));
    }
    case '!':
      return String(shell.history.nextNumber);
    case '#':
      return String(shell.history.nextNumber);
    case '$':
      // The terminal's user is root.
      return (shell.vars.get('EUID') ?? '0') === '0' ? '#' : '\\$';
    case '\\':
      return '\\\\';
    case '[':
      return '\x01';
    case ']':
      return '\x02';
    default:
      return undefined;
  }
}

function workingDirectory(shell: Shell): string {
  const path = shell.vars.get('PWD') ?? shell.p.cwd;
  const home = shell.vars.get('HOME');
  const shown =
    home !== undefined && home !== '' && home !== '/' && (path === home || path.startsWith(`${home}/`))
      ? `~${path.slice(home.length)}`
      : path;
  const trim = Number(shell.vars.get('PROMPT_DIRTRIM') ?? 0);
  const parts = shown.split('/').filter((x) => x !== '');
  if (!(trim > 0) || parts.length <= trim + (shown.startsWith('~') ? 1 : 0)) return shown;
  return `${shown.startsWith('~') ? '~/' : ''}.../${parts.slice(-trim).join('/')}`;
}

/** strftime(3) in the C locale and UTC, for \D{…}, printf %(…)T and history. */
export function strftime(shell: Shell, format: string, atMs?: number): string {
  const ms = atMs ?? shell.p.wallClockMs;
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hour12 = date.getUTCHours() % 12 || 12;
  const yearStart = Date.UTC(date.getUTCFullYear(), 0, 1);
  const expand = (letter: string): string => {
    switch (letter) {
      case 'a':
        return DAYS[date.getUTCDay()] as string;
      case 'A':
        return ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][date.getUTCDay()] as string;
      case 'b':
      case 'h':
        return MONTHS[date.getUTCMonth()] as string;
      case 'B':
        return ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'][
          date.getUTCMonth()
        ] as string;
      case 'c':
        return `${expand('a')} ${expand('b')} ${expand('e')} ${expand('T')} ${expand('Y')}`;
      case 'C':
        return two(Math.floor(date.getUTCFullYear() / 100));
      case 'd':
        return two(date.getUTCDate());
      case 'D':
      case 'x':
        return `${expand('m')}/${expand('d')}/${expand('y')}`;
      case 'e':
        return String(date.getUTCDate()).padStart(2);
      case 'F':
        return `${expand('Y')}-${expand('m')}-${expand('d')}`;
      case 'H':
        return two(date.getUTCHours());
      case 'I':
        return two(hour12);
      case 'j':
        return String(Math.floor((ms - yearStart) / 86_400_000) + 1).padStart(3, '0');
      case 'k':
        return String(date.getUTCHours()).padStart(2);
      case 'l':
        return String(hour12).padStart(2);
      case 'm':
        return two(date.getUTCMonth() + 1);
      case 'M':
        return two(date.getUTCMinutes());
      case 'n':
        return '\n';
      case 'p':
        return date.getUTCHours() < 12 ? 'AM' : 'PM';
      case 'r':
        return `${expand('I')}:${expand('M')}:${expand('S')} ${expand('p')}`;
      case 'R':
        return `${expand('H')}:${expand('M')}`;
      case 's':
        return String(Math.floor(ms / 1000));
      case 'S':
        return two(date.getUTCSeconds());
      case 't':
        return '\t';
      case 'T':
      case 'X':
        return `${expand('H')}:${expand('M')}:${expand('S')}`;
      case 'u':
        return String(date.getUTCDay() || 7);
      case 'w':
        return String(date.getUTCDay());
      case 'y':
        return two(date.getUTCFullYear() % 100);
      case 'Y':
        return String(date.getUTCFullYear());
      case 'z':
        return '+0000';
      case 'Z':
        return 'UTC';
      case '%':
        return '%';
      default:
        return `%${letter}`;
    }
  };
  return format.replace(/%([\s\S])/g, (_, letter: string) => expand(letter));
}
