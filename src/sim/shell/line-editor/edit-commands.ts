import type { KillRing, LineBuffer } from './buffer.ts';

/** Keys whose cut texts join when they follow one another. */
export const KILL_COMMANDS: ReadonlySet<string> = new Set(['C-w', 'C-u', 'C-k', 'M-d', 'M-Backspace']);

/** Keys that only move in or change the line; undefined for any other. */
export function editCommand(name: string, buffer: LineBuffer, kills: KillRing): 'done' | 'bell' | undefined {
  const { text, cursor } = buffer;
  switch (name) {
    case 'Delete':
      if (buffer.atEnd) return 'bell';
      buffer.remove(cursor, buffer.next());
      return 'done';
    case 'Backspace':
      if (cursor === 0) return 'bell';
      buffer.remove(buffer.previous(), cursor);
      return 'done';
    case 'C-a':
    case 'Home':
      buffer.cursor = 0;
      return 'done';
    case 'C-e':
    case 'End':
      buffer.cursor = text.length;
      return 'done';
    case 'C-b':
    case 'Left':
      if (cursor === 0) return 'bell';
      buffer.cursor = buffer.previous();
      return 'done';
    case 'C-f':
    case 'Right':
      if (buffer.atEnd) return 'bell';
      buffer.cursor = buffer.next();
      return 'done';
    case 'M-b':
    case 'C-Left':
    case 'M-Left':
      buffer.cursor = buffer.wordBefore();
      return 'done';
    case 'M-f':
    case 'C-Right':
    case 'M-Right':
      buffer.cursor = buffer.wordAfter();
      return 'done';
    case 'C-w':
      kills.add(buffer.remove(buffer.blankBefore(), cursor), true);
      return 'done';
    case 'M-Backspace':
      kills.add(buffer.remove(buffer.wordBefore(), cursor), true);
      return 'done';
    case 'M-d':
      kills.add(buffer.remove(cursor, buffer.wordAfter()), false);
      return 'done';
    case 'C-u':
      kills.add(buffer.remove(0, cursor), true);
      return 'done';
    case 'C-k':
      kills.add(buffer.remove(cursor, text.length), false);
      return 'done';
    case 'C-t':
      return transpose(buffer);
    case 'M-u':
    case 'M-l':
    case 'M-c':
      changeCase(name, buffer);
      return 'done';
    case 'C-_':
      return buffer.undo() ? 'done' : 'bell';
    default:
      return undefined;
  }
}

/** Exchanges the characters around the cursor, or the last two at the end. */
function transpose(buffer: LineBuffer): 'done' | 'bell' {
  if (buffer.cursor === 0 || buffer.text.length < 2) return 'bell';
  const middle = buffer.atEnd ? buffer.previous() : buffer.cursor;
  const from = buffer.previous(middle);
  const to = buffer.next(middle);
  const { text } = buffer;
  buffer.set(text.slice(0, from) + text.slice(middle, to) + text.slice(from, middle) + text.slice(to), to);
  return 'done';
}

function changeCase(name: string, buffer: LineBuffer): void {
  const to = buffer.wordAfter();
  const word = buffer.text.slice(buffer.cursor, to);
  const capital = (): string => word.toLowerCase().replace(/[\p{L}\p{N}]/u, (c) => c.toUpperCase());
  const changed = name === 'M-u' ? word.toUpperCase() : name === 'M-l' ? word.toLowerCase() : capital();
  buffer.set(buffer.text.slice(0, buffer.cursor) + changed + buffer.text.slice(to), to);
}
