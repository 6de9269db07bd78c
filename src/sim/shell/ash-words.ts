// What ash says where bash says something else: messages of the builtins both have, and the syntax ash has not.

import type { Parsed, Source } from './grammar.ts';
import type { Shell } from './shell.ts';
import type { SyntaxFault } from './syntax-error.ts';

/** Before a message: the builtin's name and where it stands, only the shell's name (libbb's messages), or nothing. */
type Before = 'place' | 'shell' | 'nothing';

const RULES: readonly (readonly [bash: RegExp, ash: string | null, before?: Before])[] = [
  [/^(?:test|\[): (.*): integer expression expected$/s, '$1: bad number', 'shell'],
  [/^\[: missing `\]'$/, 'missing ]', 'shell'],
  [/^(?:test|\[): (.*): (?:binary|unary) operator expected$/s, '$1: unknown operand', 'shell'],
  [/^printf: (.*): invalid number$/s, "invalid number '$1'", 'shell'],
  [/^printf: `(.*)': invalid format character$/s, '%$1: invalid format', 'shell'],
  [/^kill: (.*): arguments must be process or job IDs$/s, "invalid number '$1'", 'shell'],
  [/^kill: \((-?\d+)\) - (.*)$/, "can't kill pid $1: $2", 'shell'],
  [/^kill: (.*): invalid signal specification$/s, "bad signal name '$1'", 'shell'],
  [/^(unalias|alias): (.*): not found$/s, '$1: $2 not found', 'nothing'],
  [/^(bg|fg): current: no such job$/, '$1: No current job'],
  [/^wait: `(.*)': not a pid or valid job spec$/s, 'wait: Illegal number: $1'],
  [/^wait: pid \d+ is not a child of this shell$/, null],
  [/^(?:break|continue): only meaningful .*$/, null],
  [/^set: (.*): invalid option name$/s, 'set: illegal option -o $1'],
  [/^(\w+): ([-+].): invalid option$/, '$1: illegal option $2'],
  [/^(export|readonly|local): `(.*?)(?:=.*)?': not a valid identifier$/s, '$1: $2: bad variable name'],
  [/^read: `(.*)': not a valid identifier$/s, "read: '$1': bad variable name"],
  [/^local: can only be used in a function$/, 'local: not in a function'],
  [/^umask: `(.*)': invalid symbolic mode operator$/s, 'umask: illegal mode: $1'],
  [/^(?:(unset): )?(\w+): (?:cannot unset: )?readonly variable$/, '$1: $2: is read only'],
  [/^(\w+): readonly variable$/, '$1: is read only'],
];

/** The usage lines that ash has for its builtins, with what stands before them. */
const USAGE: Readonly<Record<string, readonly [text: string, before: Before]>> = {
  getopts: ['getopts: usage: getopts optstring var [arg]', 'place'],
  kill: ['you need to specify whom to kill', 'shell'],
  printf: ['usage: printf FORMAT [ARGUMENT...]', 'shell'],
};

/** A message as ash words it, with the shell's name before it as it should be; undefined if ash says nothing. */
export function ashMessage(shell: Shell, text: string, place: (text: string) => string): string | undefined {
  for (const [bash, ash, before = 'place'] of RULES) {
    if (!bash.test(text)) continue;
    if (ash === null) return undefined;
    const words = text.replace(bash, ash).replace(/^: /, '');
    return before === 'place' ? place(words) : before === 'shell' ? `${shell.name}: ${words}` : words;
  }
  return place(text);
}

/** What a builtin says of a command line that it does not understand; undefined: nothing beyond the error. */
export function ashUsage(shell: Shell, builtin: string, place: (text: string) => string): string | undefined {
  const known = USAGE[builtin];
  if (known === undefined) return undefined;
  return known[1] === 'place' ? place(known[0]) : `${shell.name}: ${known[0]}`;
}

/** The same for the shell's own command line. */
export function ashInvocation(text: string): string {
  const [first = ''] = text.split('\n');
  const said = first
    .replace(/-c: option requires an argument$/, '-c requires an argument')
    .replace(/: ([-+].): invalid option$/, ': illegal option $1')
    .replace(/: line 0: .*: (.*): invalid option name$/, ': illegal option -o $1');
  return `${said}\n`;
}

/** Words of bash's grammar at which ash stumbles: arrays, here-strings, `for ((`, `select`, `|&`. */
export function bashSyntaxAt(parsed: Parsed, source: Source): SyntaxFault | undefined {
  const found: { pos: number; message: string }[] = [];
  const unexpected = (pos: number, token: string): number => found.push({ pos, message: `syntax error near unexpected token \`${token}'` });
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (typeof node !== 'object' || node === null || !('type' in node) || !('pos' in node)) return;
    const pos = node.pos as number;
    if (node.type === 'Assignment' && 'text' in node && /^\w+\+?=\(/.test(String(node.text))) unexpected(pos, '(');
    else if (node.type === 'HereString') unexpected(pos, '<<<');
    else if (node.type === 'ArithmeticFor') found.push({ pos, message: 'bad for loop variable' });
    else if (node.type === 'Select') unexpected(pos, 'do');
    for (const child of Object.values(node)) if (typeof child === 'object') visit(child);
  };
  if (/\(|<<<|\bselect\b/.test(source.text)) visit(parsed.script.commands);
  const first = found.sort((a, b) => a.pos - b.pos)[0];
  return first && { ...first, incomplete: false, line: source.line(first.pos), showLine: false };
}

/** Options of `set -o` as ash lists them. */
const OPTIONS: readonly string[] = [
  'errexit',
  'noglob',
  'ignoreeof',
  'monitor',
  'noexec',
  'xtrace',
  'verbose',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'errtrace',
  'vi',
  'pipefail',
];

export function ashOptionList(shell: Shell, readable: boolean): string {
  if (readable) return OPTIONS.map((name) => `${name.padEnd(16)}${shell.option(name) ? 'on' : 'off'}\n`).join('');
  return OPTIONS.map((name) => `set ${shell.option(name) ? '-' : '+'}o ${name}\n`).join('');
}
