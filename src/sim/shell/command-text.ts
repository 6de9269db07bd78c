import type { AndOr, CommandNode, PipelineNode } from './grammar.ts';
import { printCommand } from './print.ts';
import type { Shell } from './shell.ts';

/** A command as `jobs` and BASH_COMMAND show it: printed anew from its tree, on one line. */
export function commandText(shell: Shell, node: PipelineNode | AndOr | CommandNode): string {
  // Most commands are printed as they were written.
  if (node.type === 'Command') {
    const text = shell.source.text.slice(node.pos, node.end);
    if (!/\s\s|[\n<>]/.test(text)) return text;
  }
  return printCommand(node, shell.source.text, true);
}
