// From a command line to a command's handler (docker/cli, cmd/docker/docker.go).

import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import type { ArgumentRule, CommandNode, GlobalOptions, Handlers } from './command-spec.ts';
import { helpText, useLine } from './help.ts';
import { FlagError, parseFlags } from './parse-flags.ts';

const DEFAULT_COLUMNS = 80;
/** What the client prints of itself. */
export const VERSION = '20.10.24+dfsg1';
export const GIT_COMMIT = '297e128';
const GUIDES = '\nTo get more help with docker, check out our guides at https://docs.docker.com/go/guides/\n';

/** A wrong command line. */
const USAGE_STATUS = 125;

function columnsOf(c: Command): number {
  return c.p.terminal(0)?.columns ?? DEFAULT_COLUMNS;
}

function help(c: Command, node: CommandNode, path: string): string {
  return `${helpText(node, path, columnsOf(c))}${path === 'docker' ? GUIDES : ''}`;
}

/** Runs the client. */
export function* runDocker(c: Command, root: CommandNode, handlers: Handlers): Sys<number> {
  const first = parseFlags(root.action.flags, c.args, true);
  if (first instanceof FlagError) {
    // cobra adds its own command only later.
    const own = root.commands.filter(({ name }) => name !== 'completion');
    return yield* refuse(c, { ...root, commands: own }, 'docker', first);
  }
  const global = first.values as unknown as GlobalOptions;
  const [name, ...rest] = first.args;
  if (name === undefined) {
    if (first.oldHelp) yield* c.error('Flag shorthand -h has been deprecated, please use --help\n');
    if (global.version && !first.help) c.out(`Docker version ${VERSION}, build ${GIT_COMMIT}\n`);
    else c.out(help(c, root, 'docker'));
    return 0;
  }
  if (!['debug', 'info', 'warn', 'error', 'fatal', 'panic', 'warning', 'trace'].includes(global['log-level'].toLowerCase())) {
    yield* c.error(`Unable to parse logging level: ${global['log-level']}\n`);
    return 1;
  }
  if (name === 'help' && !rest.includes('--help')) return yield* helpOn(c, root, rest);
  const found = find(root, first.args);
  if (found.node !== root) return yield* runCommand(c, handlers, found, global);
  const all = parseFlags(root.action.flags, first.args, false);
  if (all instanceof FlagError) return yield* refuse(c, root, 'docker', all);
  if (all.help) {
    c.out(help(c, root, 'docker'));
    return 0;
  }
  yield* c.error(`docker: '${name}' is not a docker command.\nSee 'docker --help'\n`);
  return 1;
}

interface Found {
  readonly node: CommandNode;
  readonly path: string;
  readonly rest: readonly string[];
}

/** Goes down the tree as far as the words name commands. */
export function find(root: CommandNode, words: readonly string[]): Found {
  let [node, path, rest] = [root, root.name, words];
  for (;;) {
    const next = node.commands.find(({ name, aliases }) => rest[0] !== undefined && (name === rest[0] || aliases.includes(rest[0])));
    if (next === undefined) return { node, path, rest };
    [node, path, rest] = [next, `${path} ${next.name}`, rest.slice(1)];
  }
}

function* helpOn(c: Command, root: CommandNode, words: readonly string[]): Sys<number> {
  const { node, path, rest } = find(root, words);
  if (rest.length > 0) {
    yield* c.error(`unknown help topic: ${rest.join(' ')}\n`);
    return 1;
  }
  c.out(help(c, node, path));
  return 0;
}

function* refuse(c: Command, node: CommandNode, path: string, error: FlagError): Sys<number> {
  const usage = node.commands.length > 0 ? `${help(c, node, path)}\n` : '';
  yield* c.error(`${error.message}\nSee '${path} --help'.\n${usage}`);
  return USAGE_STATUS;
}

function* runCommand(c: Command, handlers: Handlers, found: Found, global: GlobalOptions): Sys<number> {
  const { node, path, rest } = found;
  const { action } = node;
  const parsed = parseFlags(action.flags, rest, action.stopsAtArgument ?? false);
  if (parsed instanceof FlagError) return yield* refuse(c, node, path, parsed);
  if (parsed.oldHelp) yield* c.error('Flag shorthand -h has been deprecated, please use --help\n');
  if (node.experimental) {
    yield* c.error(`${path} is only supported on a Docker daemon with experimental features enabled\n`);
    return parsed.help ? 0 : 1;
  }
  if (parsed.help) {
    c.out(help(c, node, path));
    return 0;
  }
  if (node.commands.length > 0) {
    yield* c.error(help(c, node, path));
    return parsed.args.length === 0 ? 0 : 1;
  }
  const wrong = wrongArguments(action.args, parsed.args.length);
  if (wrong !== undefined) {
    const explained = action.args.at === 'cobra' ? '' : `See '${path} --help'.\n\nUsage:  ${useLine(node, path)}\n\n${action.short}\n`;
    yield* c.error(`${action.args.at === 'cobra' ? '' : `"${path}" `}${wrong}\n${explained}`);
    return 1;
  }
  const handler = handlers.get(action);
  if (handler === undefined) {
    yield* c.error(`vethlab: '${path}' is not carried out here: this course has no use for it\n`);
    return 1;
  }
  return yield* handler({
    c,
    path,
    args: parsed.args,
    flags: parsed.values,
    global,
    changed: (name) => parsed.changed.has(name),
  });
}

/** What is wrong with that number of arguments. */
function wrongArguments(rule: ArgumentRule, count: number): string | undefined {
  const things = (n: number) => `${n} argument${n === 1 ? '' : 's'}`;
  switch (rule.at) {
    case 'any':
      return undefined;
    case 'exactly':
      if (count === rule.count) return undefined;
      return rule.count === 0 ? 'accepts no arguments.' : `requires exactly ${things(rule.count)}.`;
    case 'least':
      return count >= rule.least ? undefined : `requires at least ${things(rule.least)}.`;
    case 'most':
      return count <= rule.most ? undefined : `requires at most ${things(rule.most)}.`;
    case 'between':
      return count >= rule.least && count <= rule.most ? undefined : `requires at least ${rule.least} and at most ${things(rule.most)}.`;
    case 'cobra':
      return count === rule.count ? undefined : `accepts ${rule.count} arg(s), received ${count}`;
  }
}
