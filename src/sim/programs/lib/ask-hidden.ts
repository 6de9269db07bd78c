import type { Sys } from '../../machine/process.ts';
import type { Command } from './command.ts';

/** Asks for what nobody should see (getpass(3)): the terminal does not echo the line. */
export function* askHidden(c: Command, prompt: string): Sys<string> {
  yield* c.print(prompt);
  yield* c.flush();
  const before = c.p.terminal(0)?.termios;
  if (before !== undefined) yield* c.p.setTermios(0, { ...before, echo: false });
  try {
    const line = yield* c.p.readLine(0);
    return typeof line === 'string' ? line.replace(/\r?\n$/, '') : '';
  } finally {
    if (before !== undefined) yield* c.p.setTermios(0, before);
    yield* c.print('\n');
  }
}
