import type { CommandNode } from './command-spec.ts';
import type { FlagTable } from './flag.ts';
import { FlagError, parseFlags } from './parse-flags.ts';
import { find } from './run.ts';

/** Things that have names, as the usage of a command calls them. */
export type NamedKind = 'CONTAINER' | 'IMAGE' | 'NETWORK' | 'VOLUME';

/** The names that fit: for `docker stop` those of containers that run. */
export type NamesFor = (kind: NamedKind, command: string, args: readonly string[], force: boolean) => readonly string[];

/** Flags whose value is such a name. */
const FLAG_KINDS: Readonly<Record<string, NamedKind>> = {
  '--network': 'NETWORK',
  '--net': 'NETWORK',
  '--link': 'CONTAINER',
  '--volumes-from': 'CONTAINER',
};

/** Candidates for the last of these words: commands, flags behind a `-`, or names of what the command is for. */
export function completeDocker(root: CommandNode, words: readonly string[], namesFor: NamesFor): readonly string[] {
  const globals = parseFlags(root.action.flags, words.slice(1, -1), true);
  const before = globals instanceof FlagError ? [] : globals.args;
  const { node, path, rest } = find(root, before);
  const current = words.at(-1) ?? '';
  const fitting = (names: readonly string[]): string[] => names.filter((name) => name.startsWith(current));
  if (current.startsWith('-')) return fitting(flagNames(node.action.flags));
  if (node.commands.length > 0) return rest.length > 0 ? [] : fitting(node.commands.map(({ name }) => name));
  const flagKind = FLAG_KINDS[rest.at(-1) ?? ''];
  if (flagKind !== undefined) return fitting(namesFor(flagKind, '', [], false));
  const parsed = parseFlags(node.action.flags, rest, node.action.stopsAtArgument === true);
  if (parsed instanceof FlagError) return [];
  const { args, values } = parsed;
  const names = kindsAt(node.action.usage, args.length, path).flatMap((kind) => namesFor(kind, node.name, args, values.force === true));
  return fitting(names.filter((name) => !args.includes(name)));
}

/** What the argument at a position is, after the usage: `[OPTIONS] NETWORK CONTAINER`, `IMAGE [IMAGE...]`, `NAME|ID [NAME|ID...]`. */
function kindsAt(usage: string, position: number, path: string): readonly NamedKind[] {
  const words = (usage.split('\n')[0] ?? '').split(' ').filter((word) => word !== '[OPTIONS]');
  const last = words.at(-1);
  const word = words[position] ?? (last?.endsWith('...]') ? last : '');
  if (/^\[?NAME\|ID/.test(word)) return path === 'docker inspect' ? ['CONTAINER', 'IMAGE', 'NETWORK', 'VOLUME'] : [];
  const kind = /^\[?(?:SOURCE_)?(CONTAINER|IMAGE|NETWORK|VOLUME)(?![:A-Z])/.exec(word)?.[1];
  // What is to be made has no name yet.
  const isNew = (kind === 'VOLUME' || kind === 'NETWORK') && path.endsWith(' create');
  return kind === undefined || isNew ? [] : [kind as NamedKind];
}

function flagNames(flags: FlagTable): string[] {
  return Object.entries(flags)
    .filter(([, { hidden }]) => !hidden)
    .flatMap(([name, { short }]) => (short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`]));
}
