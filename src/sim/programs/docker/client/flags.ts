import type { Sys } from '../../../machine/process.ts';
import type { Handler, Invocation } from '../cli/command-spec.ts';
import type { FlagTable } from '../cli/flag.ts';
import { Client, guarded } from './client.ts';

/** What a docker command was told by its flags, for those who serve several commands that have them alike. */
export interface Flags {
  /** Whether it was given at all. */
  changed(name: string): boolean;
  bool(name: string): boolean;
  int(name: string): number;
  string(name: string): string;
  /** All values of a flag that may be given several times; of a map KEY=VALUE. */
  list(name: string): readonly string[];
}

export function flagsOf<F extends FlagTable>(call: Invocation<F>): Flags {
  const values = call.flags as Readonly<Record<string, unknown>>;
  return {
    changed: (name) => call.changed(name as keyof F & string),
    bool: (name) => values[name] === true,
    int: (name) => Number(values[name] ?? 0),
    string: (name) => String(values[name] ?? ''),
    list(name) {
      const value = values[name];
      if (Array.isArray(value)) return value as readonly string[];
      return typeof value === 'object' && value !== null ? Object.entries(value).map(([key, text]) => `${key}=${text}`) : [];
    },
  };
}

/** Makes a command's handler of what it does as a client of the engine. */
export function handled<F extends FlagTable>(act: (client: Client, flags: Flags, args: readonly string[]) => Sys<number>): Handler<F> {
  return function* (call) {
    const client = new Client(call.c, call.global.host[0], call.global.config);
    const problem = client.configFile.problem();
    if (problem !== undefined) yield* client.warn(`WARNING: ${problem}`);
    return yield* guarded(client, function* () {
      yield* client.connect();
      return yield* act(client, flagsOf(call), call.args);
    });
  };
}
