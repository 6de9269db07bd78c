import type { Sys } from '../../machine/process.ts';
import { expandPrompt } from '../prompt.ts';
import type { Shell } from '../shell.ts';

/** A line of set -x, behind PS4 whose first character is repeated for each level of nesting. */
export function* traceLine(shell: Shell, text: string): Sys<void> {
  const ps4 = shell.vars.get('PS4') ?? '+ ';
  const on = shell.options.delete('xtrace');
  const status = shell.status;
  const prompt = yield* expandPrompt(shell, ps4);
  shell.status = status;
  if (on) shell.options.add('xtrace');
  const depth = shell.subshellTrace;
  const fd = Number(shell.vars.get('BASH_XTRACEFD') ?? 2) || 2;
  yield* shell.write(fd, `${(prompt[0] ?? '').repeat(depth)}${prompt}${text}\n`);
}
