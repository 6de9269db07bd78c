import type { Client } from './client.ts';
import type { Database, Value, ValueOf } from './database.ts';
import { parseInteger } from './numbers.ts';
import { failure, type Reply } from './resp.ts';
import type { RedisServer } from './server.ts';

/** A command being carried out; it fails by throwing a {@link Refusal}. */
export interface Call {
  readonly server: RedisServer;
  readonly client: Client;
  readonly db: Database;
  /** Words, the command's own name first. */
  readonly argv: readonly string[];
  /** The argument with this number; the table's arity has made sure that it is there, or it is empty. */
  arg(i: number): string;
}

export interface RedisCommand {
  /** Words that it takes, its own name among them; negative for at least that many. */
  readonly arity: number;
  run(call: Call): Reply | undefined;
  /** It may add to memory. */
  readonly grows?: boolean;
}

export type CommandTable = Readonly<Record<string, RedisCommand>>;

/** An error answer that ends a command. */
export class Refusal {
  readonly reply: Reply;
  constructor(text: string) {
    this.reply = failure(text);
  }
}

export const SYNTAX = 'ERR syntax error';
export const NOT_INTEGER = 'ERR value is not an integer or out of range';
export const NOT_FLOAT = 'ERR value is not a valid float';
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** A key's value of the type that a command is about; undefined where there is no key. WRONGTYPE. */
export function typed<T extends Value['type']>(call: Call, key: string, type: T): ValueOf<T> | undefined {
  const value = call.db.get(key);
  if (value !== undefined && value.type !== type) throw new Refusal(WRONG_TYPE);
  return value as ValueOf<T> | undefined;
}

/** An integer argument that fits a number of JavaScript, as counts, indexes and times do. */
export function integerArgument(call: Call, i: number, otherwise = NOT_INTEGER): number {
  const value = parseInteger(call.arg(i));
  if (value === undefined) throw new Refusal(otherwise);
  return Number(value);
}

/** Where a range of indexes from the end or the start lies in something of a length: first and one beyond the last. */
export function rangeWithin(first: number, last: number, length: number): readonly [from: number, to: number] {
  const from = Math.max(first < 0 ? first + length : first, 0);
  const to = Math.min(last < 0 ? last + length : last, length - 1) + 1;
  return from >= to ? [0, 0] : [from, to];
}
