// The table of docker's commands: what each is called, takes and says of itself (spf13/cobra).

import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import type { FlagTable, FlagValues } from './flag.ts';

/** How many arguments a command takes; the message of a wrong number. */
export type ArgumentRule =
  | { readonly at: 'least'; readonly least: number }
  | { readonly at: 'most'; readonly most: number }
  | { readonly at: 'between'; readonly least: number; readonly most: number }
  | { readonly at: 'exactly'; readonly count: number }
  /** As cobra itself says it: `accepts 1 arg(s), received 0`. */
  | { readonly at: 'cobra'; readonly count: number }
  | { readonly at: 'any' };

export const noArguments: ArgumentRule = { at: 'exactly', count: 0 };
export const anyArguments: ArgumentRule = { at: 'any' };
export const atLeast = (least: number): ArgumentRule => ({ at: 'least', least });
export const atMost = (most: number): ArgumentRule => ({ at: 'most', most });
export const exactly = (count: number): ArgumentRule => ({ at: 'exactly', count });
export const between = (least: number, most: number): ArgumentRule => ({ at: 'between', least, most });
export const cobraExactly = (count: number): ArgumentRule => ({ at: 'cobra', count });

/** The options before the command. */
export interface GlobalOptions {
  readonly config: string;
  readonly context: string;
  readonly debug: boolean;
  readonly host: readonly string[];
  readonly 'log-level': string;
  readonly tls: boolean;
  readonly tlscacert: string;
  readonly tlscert: string;
  readonly tlskey: string;
  readonly tlsverify: boolean;
  readonly version: boolean;
}

/** One call of a command: what its handler gets. */
export interface Invocation<F extends FlagTable> {
  readonly c: Command;
  /** How it was called, aliases resolved: `docker container ls`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly flags: FlagValues<F>;
  readonly global: GlobalOptions;
  /** Was the flag given on the command line? */
  changed(name: keyof F & string): boolean;
}

export type Handler<F extends FlagTable> = (call: Invocation<F>) => Sys<number>;

/** Who carries out which command. One that has no handler is not carried out. */
export type Handlers = ReadonlyMap<Action<FlagTable>, Handler<FlagTable>>;

/** One entry of {@link Handlers}, its flags typed: `new Map([handles(CONTAINER_LS, function* ({ c, flags }) { … })])`. */
export function handles<F extends FlagTable>(spec: Action<F>, handler: Handler<F>): readonly [Action<FlagTable>, Handler<FlagTable>] {
  // It is only ever called with what was parsed for the very same table of flags.
  return [spec, handler as unknown as Handler<FlagTable>];
}

/** What a command does, apart from where in the tree it hangs: `docker ps` and `docker container ls` are the same. */
export interface Action<F extends FlagTable> {
  /** What follows the name in its usage. */
  readonly usage: string;
  readonly short: string;
  /** Instead of `short` in its own help. */
  readonly long?: string;
  readonly example?: string;
  readonly args: ArgumentRule;
  readonly flags: F;
  /** Flags end at the first argument: what follows is somebody else's command line. */
  readonly stopsAtArgument?: boolean;
}

/** A command of the tree; a group has `commands`. */
export interface CommandNode {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly action: Action<FlagTable>;
  readonly commands: readonly CommandNode[];
  /** Only a daemon with experimental features has it. */
  readonly experimental: boolean;
  readonly hidden: boolean;
}

export function action<F extends FlagTable>(spec: Action<F>): Action<F> {
  return spec;
}

interface NodeOptions {
  readonly aliases?: readonly string[];
  readonly experimental?: boolean;
  readonly hidden?: boolean;
}

/** Hangs an action into the tree. */
export function named<F extends FlagTable>(name: string, spec: Action<F>, options: NodeOptions = {}): CommandNode {
  return {
    name,
    aliases: options.aliases ?? [],
    action: spec,
    commands: [],
    experimental: options.experimental ?? false,
    hidden: options.hidden ?? false,
  };
}

/** A group of commands; called alone it shows its help. */
export function group(
  name: string,
  short: string,
  commands: readonly CommandNode[],
  options: NodeOptions & { readonly flags?: FlagTable; readonly long?: string } = {},
): CommandNode {
  const flags = options.flags ?? {};
  const long = options.long === undefined ? {} : { long: options.long };
  return { ...named(name, { usage: '', short, ...long, args: noArguments, flags }, options), commands };
}
