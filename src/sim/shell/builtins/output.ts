import { decodeEscapes } from '../expansion/quote.ts';
import type { Builtin } from '../flavour.ts';
import { usage } from './arguments.ts';
import { formatText } from './printf-format.ts';

const echo: Builtin = function* (shell, args) {
  let newline = true;
  let escapes = shell.shopts.has('xpg_echo') || shell.flavour.echoEscapes;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (!(shell.flavour.kind === 'dash' ? /^-n$/ : /^-[neE]+$/).test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  let text = args.slice(i).join(' ');
  if (escapes) {
    const result = decodeEscapes(text, 'echo');
    text = result.text;
    if (result.stopped) newline = false;
  }
  return yield* shell.print('echo', newline ? `${text}\n` : text);
};

const printf: Builtin = function* (shell, args) {
  let rest = args;
  let variable: string | undefined;
  while (rest[0]?.startsWith('-') === true) {
    if (rest[0] === '--') {
      rest = rest.slice(1);
      break;
    }
    if (rest[0].startsWith('-v')) {
      variable = rest[0] === '-v' ? rest[1] : rest[0].slice(2);
      rest = rest.slice(rest[0] === '-v' ? 2 : 1);
      if (variable === undefined || !/^[A-Za-z_]\w*(\[.*\])?$/s.test(variable)) {
        yield* shell.complain(`printf: \`${variable ?? ''}': not a valid identifier`);
        return 2;
      }
      continue;
    }
    if (rest[0] === '-') break;
    yield* shell.complain(`printf: ${rest[0].slice(0, 2)}: invalid option`);
    yield* usage(shell, 'printf');
    return 2;
  }
  const format = rest[0];
  if (format === undefined) {
    yield* usage(shell, 'printf');
    return 2;
  }
  const result = formatText(shell, format, rest.slice(1));
  for (const message of result.messages) yield* shell.complain(`printf: ${message}`);
  if (variable === undefined) return (yield* shell.print('printf', result.text)) || (result.messages.length > 0 ? 1 : 0);
  const element = /^(\w+)\[(.*)\]$/s.exec(variable);
  const error =
    element === null
      ? shell.vars.set(variable, result.text)
      : shell.vars.setElement(element[1] as string, element[2] as string, result.text);
  if (error !== undefined) {
    yield* shell.complain(`printf: ${error.name}: ${error.text}`);
    return 1;
  }
  return result.messages.length > 0 ? 1 : 0;
};

export const outputBuiltins: Readonly<Record<string, Builtin>> = { echo, printf };
