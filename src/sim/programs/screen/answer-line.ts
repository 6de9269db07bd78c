import type { Sys } from '../../machine/process.ts';
import { type FullScreen, TERM } from './full-screen.ts';

/** Asks for a line at the cursor's row; undefined if the user gave it up (Ctrl-C, Escape, Backspace beyond the start). */
export function* readAnswer(screen: FullScreen, prompt: string): Sys<string | undefined> {
  let typed: string[] = [];
  for (;;) {
    yield* screen.write(`\r${TERM.clearLine}${prompt}${typed.join('')}`);
    const event = yield* screen.next();
    if (event === 'interrupt' || event === 'end') return undefined;
    if (typeof event === 'string') continue;
    if (event.kind !== 'key') typed.push(...event.text);
    else if (event.name === 'Enter' || event.name === 'C-j') return typed.join('');
    else if (event.name === 'C-u') typed = [];
    else if (event.name === 'C-c' || event.name === 'C-g') return undefined;
    else if (event.name === 'Backspace' && typed.pop() === undefined) return undefined;
  }
}
