import type { Vars } from '../draw.ts';

/** One command of an attempt, or several lines that belong together. */
export interface ScriptCommand {
  /** The machine it is typed on; undefined is the lab's first. */
  readonly host: string | undefined;
  readonly text: string;
  /** Line of the script where it begins, from 1. */
  readonly line: number;
  /** May be left out: marked `# optional`. */
  readonly optional: boolean;
}

/**
 * What a learner may type: `solution.sh`, `solution-OTHER.sh` or `wrong-NAME.sh`. Comments are not typed; three of them mean something:
 *
 *     # fails: lit, pair; shows: one-end      first line of a wrong attempt: checks it fails, feedback it earns (`shows` may be absent)
 *     # on host2                              what follows is typed on that machine
 *     ip link show v0   # optional            the attempt works without this line
 *
 * `{name}` stands for a variable of the exercise.
 */
export interface Script {
  readonly name: string;
  readonly path: string;
  readonly kind: 'solution' | 'wrong';
  readonly commands: readonly ScriptCommand[];
  readonly fails: readonly string[];
  readonly shows: readonly string[];
  /** What is wrong with the script itself. */
  readonly error?: string;
}

const CLAIM = /^#\s*fails:\s*([^;]*?)\s*(?:;\s*shows:\s*(.*?)\s*)?$/;
const OPTIONAL = /\s+#\s*optional\s*$/;

export function parseScript(path: string, text: string): Script {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.sh$/, '');
  const kind = name.startsWith('wrong-') ? 'wrong' : 'solution';
  const lines = text.replace(/\n$/, '').split('\n');
  const claim = CLAIM.exec(lines[0] ?? '');
  const commands: ScriptCommand[] = [];
  let host: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const on = /^#\s*on\s+(\S+)\s*$/.exec(line);
    if (on) host = on[1];
    if (line.trim() === '' || line.startsWith('#')) continue;
    const first = at;
    at = lastLine(lines, at);
    const whole = lines.slice(first, at + 1);
    const optional = OPTIONAL.test(whole[0] as string);
    whole[0] = (whole[0] as string).replace(OPTIONAL, '');
    commands.push({ host, text: whole.join('\n'), line: first + 1, optional });
  }
  const error =
    kind === 'wrong' && !claim
      ? 'its first line does not say what it fails: write `# fails: CHECK, CHECK; shows: FEEDBACK`'
      : commands.length === 0
        ? 'it types nothing'
        : undefined;
  return { name, path, kind, commands, fails: list(claim?.[1]), shows: list(claim?.[2]), ...(error === undefined ? {} : { error }) };
}

const list = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter((word) => word !== '');

/** Where a command that begins at `from` ends: after its here-document, after a line that is not continued. */
function lastLine(lines: readonly string[], from: number): number {
  let at = from;
  while (lines[at]?.endsWith('\\') && at + 1 < lines.length) at++;
  const delimiter = /<<-?\s*(['"]?)(\w+)\1/.exec(lines[at] ?? '')?.[2];
  if (delimiter === undefined) return at;
  const end = lines.findIndex((line, index) => index > at && line.trim() === delimiter);
  return end < 0 ? lines.length - 1 : end;
}

/** The commands with the learner's values in place of `{name}`. */
export function withVars(commands: readonly ScriptCommand[], vars: Vars): ScriptCommand[] {
  return commands.map(({ host, ...command }) => ({ ...command, host: host && fill(host, vars), text: fill(command.text, vars) }));
}

/** Replaces `{name}` where there is a variable of that name; `${name}` is the shell's. */
function fill(text: string, vars: Vars): string {
  return text.replace(/(?<!\$)\{(\w+)\}/g, (whole, name: string) => (name in vars ? String(vars[name]) : whole));
}

/** Every way to leave out one line: a whole command, or a line inside its here-document. */
export function withoutOneLine(
  commands: readonly ScriptCommand[],
): { readonly line: number; readonly text: string; readonly rest: ScriptCommand[] }[] {
  return commands.flatMap((command, index) => {
    if (command.optional) return [];
    const lines = command.text.split('\n');
    const others = (replacement: readonly ScriptCommand[]) => [...commands.slice(0, index), ...replacement, ...commands.slice(index + 1)];
    const whole = { line: command.line, text: lines[0] as string, rest: others([]) };
    const isHere = /<</.test(lines[0] as string);
    if (!isHere || lines.length < 4) return [whole];
    // The first line opens the here-document and the last one closes it.
    const inner = lines.slice(1, -1).map((text, i) => ({
      line: command.line + i + 1,
      text,
      rest: others([{ ...command, text: lines.filter((_, at) => at !== i + 1).join('\n') }]),
    }));
    return [whole, ...inner.filter(({ text }) => text.trim() !== '' && !text.trim().startsWith('#') && !OPTIONAL.test(text))];
  });
}
