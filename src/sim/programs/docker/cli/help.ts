// What a command says of itself (docker/cli, cli/cobra.go; spf13/pflag's FlagUsagesWrapped).

import type { CommandNode } from './command-spec.ts';
import type { Flag, FlagTable } from './flag.ts';

/** Names of commands are padded to this. */
const NAME_WIDTH = 11;

function visible(flags: FlagTable): [string, Flag<unknown>][] {
  return Object.entries(flags)
    .filter(([, { hidden }]) => !hidden)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `Usage:  docker ps [OPTIONS]`, without what explains it. */
export function useLine(node: CommandNode, path: string): string {
  if (node.commands.length > 0) return `${path}${visible(node.action.flags).length > 0 ? ' [OPTIONS]' : ''} COMMAND`;
  return `${path}${node.action.usage === '' ? '' : ` ${node.action.usage}`}`;
}

/** The whole of `docker … --help`, for a terminal of that many columns. */
export function helpText(node: CommandNode, path: string, columns: number): string {
  const { short, long, example, flags } = node.action;
  let out = `\nUsage:  ${path === 'docker' ? 'docker [OPTIONS] COMMAND' : useLine(node, path)}\n\n${(long ?? short).trim()}\n`;
  if (node.aliases.length > 0) out += `\nAliases:\n  ${[node.name, ...node.aliases].join(', ')}\n`;
  if (example !== undefined) out += `\nExamples:\n${example}\n`;
  if (visible(flags).length > 0) out += `\nOptions:\n${flagUsages(flags, columns - 1)}`;
  const shown = node.commands.filter(({ hidden, experimental }) => !hidden && !experimental);
  out += commandList(
    'Management Commands',
    shown.filter(({ commands }) => commands.length > 0),
  );
  out += commandList(
    'Commands',
    shown.filter(({ commands }) => commands.length === 0),
  );
  if (node.commands.length > 0) out += `\nRun '${path} COMMAND --help' for more information on a command.\n`;
  return out;
}

function commandList(title: string, commands: readonly CommandNode[]): string {
  if (commands.length === 0) return '';
  const lines = [...commands]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, action }) => `  ${name.padEnd(NAME_WIDTH)} ${action.short}\n`);
  return `\n${title}:\n${lines.join('')}`;
}

/** The table of options, its usage texts wrapped at `columns`. */
function flagUsages(flags: FlagTable, columns: number): string {
  const rows = visible(flags).map(([name, flag]) => {
    const head = `${flag.short === undefined ? '   ' : `-${flag.short},`} --${name}${flag.type === '' ? '' : ` ${flag.type}`}`;
    return { head: `  ${head}`, usage: flag.usage + (flag.shown === undefined ? '' : ` (default ${flag.shown})`) };
  });
  const width = Math.max(...rows.map(({ head }) => head.length)) + 3;
  return rows.map(({ head, usage }) => `${head.padEnd(width)}${wrap(width, columns, usage)}\n`).join('');
}

/** The last words of a text may stand out by so much. */
const SLOP = 5;
const NARROWEST = 24;

function wrap(indent: number, columns: number, usage: string): string {
  let [at, width, out] = [indent, columns - indent, ''];
  const indented = (s: string) => s.replaceAll('\n', `\n${' '.repeat(at)}`);
  if (width < NARROWEST) {
    at = 16;
    width = columns - at;
    out = `\n${' '.repeat(at)}`;
  }
  if (width < NARROWEST) return usage.replaceAll('\n', out);
  let [line, rest] = wrapOnce(width - SLOP, usage);
  out += indented(line);
  while (rest !== '') {
    [line, rest] = wrapOnce(width - SLOP, rest);
    out += `\n${' '.repeat(at)}${indented(line)}`;
  }
  return out;
}

function wrapOnce(width: number, s: string): [string, string] {
  if (width + SLOP > s.length) return [s, ''];
  const head = s.slice(0, width);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'), head.lastIndexOf('\n'));
  if (space <= 0) return [s, ''];
  const newline = head.lastIndexOf('\n');
  const at = newline > 0 && newline < space ? newline : space;
  return [s.slice(0, at), s.slice(at + 1)];
}
