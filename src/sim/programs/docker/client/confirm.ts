import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';

/** Warns, asks, and answers whether it was a yes (command.PromptForConfirmation). */
export function* confirm(client: Client, warning: string): Sys<boolean> {
  yield* client.c.print(`${warning}\nAre you sure you want to continue? [y/N] `);
  yield* client.c.flush();
  const answer = yield* client.p.readLine(0);
  return typeof answer === 'string' && answer.trim().toLowerCase() === 'y';
}
