import { SET_LETTERS, SET_OPTIONS, SHOPT_OPTIONS } from './option-names.ts';
import { BASH_VERSION } from './prompt.ts';

/** What the arguments of a shell ask for. */
export interface Invocation {
  /** $0 */
  readonly name: string;
  readonly command: string | undefined;
  readonly file: string | undefined;
  readonly args: readonly string[];
  readonly interactive: boolean;
  readonly login: boolean;
  readonly noRc: boolean;
  readonly noProfile: boolean;
  readonly rcFile: string | undefined;
  readonly on: readonly string[];
  readonly off: readonly string[];
  readonly shoptOn: readonly string[];
}

export interface InvocationError {
  readonly error: string;
  readonly status: number;
}

const LONG = [
  'debug',
  'debugger',
  'dump-po-strings',
  'dump-strings',
  'help',
  'init-file',
  'login',
  'noediting',
  'noprofile',
  'norc',
  'posix',
  'pretty-print',
  'rcfile',
  'restricted',
  'verbose',
  'version',
];

function usageText(name: string): string {
  return `Usage:\t${name} [GNU long option] [option] ...\n\t${name} [GNU long option] [option] script-file ...\nGNU long options:\n${LONG.map((o) => `\t--${o}\n`).join('')}Shell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n\t-abefhkmnptuvxBCEHPT or -o option\n`;
}

/** Reads argv as bash's main does. */
export function readInvocation(argv: readonly string[]): Invocation | InvocationError {
  const zero = argv[0] ?? 'bash';
  const on: string[] = [];
  const off: string[] = [];
  const shoptOn: string[] = [];
  let [interactive, login, noRc, noProfile, wantsCommand, wantsInput] = [false, zero.startsWith('-'), false, false, false, false];
  let rcFile: string | undefined;
  let i = 1;
  const fail = (text: string): InvocationError => ({ error: `${zero}: ${text}\n`, status: 2 });
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--')) {
      switch (arg.slice(2)) {
        case 'login':
          login = true;
          break;
        case 'norc':
          noRc = true;
          break;
        case 'noprofile':
          noProfile = true;
          break;
        case 'posix':
          on.push('posix');
          break;
        case 'verbose':
          on.push('verbose');
          break;
        case 'rcfile':
        case 'init-file':
          rcFile = argv[++i];
          if (rcFile === undefined) return fail(`${arg}: option requires an argument`);
          break;
        case 'noediting':
        case 'restricted':
        case 'debugger':
          break;
        case 'version':
          return {
            error: `GNU bash, version ${BASH_VERSION} (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n`,
            status: 0,
          };
        default:
          return { error: `${zero}: ${arg}: invalid option\n${usageText(zero)}`, status: 2 };
      }
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const plus = arg[0] === '+';
    for (const letter of arg.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 'l') login = true;
      else if (letter === 's') wantsInput = true;
      else if (letter === 'o' || letter === 'O') {
        const name = argv[++i];
        if (name === undefined) continue;
        if (!(letter === 'o' ? SET_OPTIONS : SHOPT_OPTIONS).includes(name)) {
          return letter === 'o'
            ? fail(`line 0: ${zero}: ${name}: invalid option name`)
            : fail(`line 0: ${zero}: ${name}: invalid shell option name`);
        }
        if (letter === 'O') shoptOn.push(name);
        else (plus ? off : on).push(name);
      } else {
        const name = SET_LETTERS[letter];
        if (name === undefined) return { error: `${zero}: ${arg[0]}${letter}: invalid option\n${usageText(zero)}`, status: 2 };
        (plus ? off : on).push(name);
      }
    }
  }
  const rest = argv.slice(i);
  const common = { interactive, login, noRc, noProfile, rcFile, on, off, shoptOn };
  if (wantsCommand) {
    const command = rest[0];
    if (command === undefined) return fail('-c: option requires an argument');
    return { ...common, name: rest[1] ?? zero, command, file: undefined, args: rest.slice(2) };
  }
  if (wantsInput || rest.length === 0) return { ...common, name: zero, command: undefined, file: undefined, args: rest };
  return { ...common, name: zero, command: undefined, file: rest[0], args: rest.slice(1) };
}
