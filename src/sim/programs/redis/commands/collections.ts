// Hashes and sets.

import { type Call, type CommandTable, NOT_INTEGER, Refusal, typed } from '../command.ts';
import { fitsInteger, parseInteger } from '../numbers.ts';
import { bulk, bulks, integer, OK, type Reply } from '../resp.ts';

function fieldsOf(call: Call): Map<string, string> | undefined {
  return typed(call, call.arg(1), 'hash')?.fields;
}

function fieldsToChange(call: Call): Map<string, string> {
  const found = fieldsOf(call);
  if (found) return found;
  const fields = new Map<string, string>();
  call.db.set(call.arg(1), { type: 'hash', fields });
  return fields;
}

function setFields(call: Call): number {
  if (call.argv.length % 2 === 1) throw new Refusal(`ERR wrong number of arguments for '${call.arg(0).toLowerCase()}' command`);
  const fields = fieldsToChange(call);
  const before = fields.size;
  for (let i = 2; i < call.argv.length; i += 2) fields.set(call.arg(i), call.arg(i + 1));
  return fields.size - before;
}

function incrementField(call: Call): Reply {
  const by = parseInteger(call.arg(3));
  if (by === undefined) throw new Refusal(NOT_INTEGER);
  const value = parseInteger(fieldsOf(call)?.get(call.arg(2)) ?? '0');
  if (value === undefined) throw new Refusal('ERR hash value is not an integer');
  if (!fitsInteger(value + by)) throw new Refusal('ERR increment or decrement would overflow');
  fieldsToChange(call).set(call.arg(2), String(value + by));
  return { kind: 'integer', value: value + by };
}

/** Takes words away from a hash or a set, which goes with its last. */
function removeWords(call: Call, from: Map<string, string> | Set<string> | undefined): Reply {
  if (!from) return integer(0);
  const removed = call.argv.slice(2).filter((word) => from.delete(word)).length;
  if (from.size === 0) call.db.delete(call.arg(1));
  return integer(removed);
}

function membersOf(call: Call, key = call.arg(1)): Set<string> | undefined {
  return typed(call, key, 'set')?.members;
}

function add(call: Call): Reply {
  let members = membersOf(call);
  if (!members) {
    members = new Set();
    call.db.set(call.arg(1), { type: 'set', members });
  }
  const before = members.size;
  for (const word of call.argv.slice(2)) members.add(word);
  return integer(members.size - before);
}

/** A set of integers only is kept in their order (intset). */
export function orderedMembers(members: ReadonlySet<string>): string[] {
  const words = [...members];
  if (!isIntset(members)) return words;
  return words.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

export function isIntset(members: ReadonlySet<string>): boolean {
  return members.size <= 512 && [...members].every((word) => parseInteger(word) !== undefined);
}

/** SINTER and SDIFF: the members of the first set that the others have, or have not. */
function filtered(wanted: 'in all' | 'in no other') {
  return (call: Call): Reply => {
    const [first, ...others] = call.argv.slice(1).map((key) => membersOf(call, key) ?? new Set<string>());
    const kept = [...(first ?? [])].filter((word) =>
      wanted === 'in all' ? others.every((set) => set.has(word)) : !others.some((set) => set.has(word)),
    );
    return bulks(orderedMembers(new Set(kept)));
  };
}

function popMember(call: Call): Reply {
  const members = membersOf(call);
  const words = [...(members ?? [])];
  const word = words[call.server.randomBelow(words.length)];
  if (members && word !== undefined) {
    members.delete(word);
    if (members.size === 0) call.db.delete(call.arg(1));
  }
  return bulk(word);
}

export const HASH_COMMANDS: CommandTable = {
  hset: { arity: -4, grows: true, run: (call) => integer(setFields(call)) },
  hmset: {
    arity: -4,
    grows: true,
    run: (call) => {
      setFields(call);
      return OK;
    },
  },
  hsetnx: {
    arity: 4,
    grows: true,
    run: (call) => {
      const fields = fieldsToChange(call);
      if (fields.has(call.arg(2))) return integer(0);
      fields.set(call.arg(2), call.arg(3));
      return integer(1);
    },
  },
  hget: { arity: 3, run: (call) => bulk(fieldsOf(call)?.get(call.arg(2))) },
  hmget: {
    arity: -3,
    run: (call) => {
      const fields = fieldsOf(call);
      return bulks(call.argv.slice(2).map((field) => fields?.get(field)));
    },
  },
  hgetall: { arity: 2, run: (call) => bulks([...(fieldsOf(call) ?? [])].flat()) },
  hkeys: { arity: 2, run: (call) => bulks(fieldsOf(call)?.keys() ?? []) },
  hvals: { arity: 2, run: (call) => bulks(fieldsOf(call)?.values() ?? []) },
  hlen: { arity: 2, run: (call) => integer(fieldsOf(call)?.size ?? 0) },
  hexists: { arity: 3, run: (call) => integer(fieldsOf(call)?.has(call.arg(2)) ?? false) },
  hdel: { arity: -3, run: (call) => removeWords(call, fieldsOf(call)) },
  hincrby: { arity: 4, grows: true, run: incrementField },
};

export const SET_COMMANDS: CommandTable = {
  sadd: { arity: -3, grows: true, run: add },
  srem: { arity: -3, run: (call) => removeWords(call, membersOf(call)) },
  smembers: { arity: 2, run: (call) => bulks(orderedMembers(membersOf(call) ?? new Set())) },
  sismember: { arity: 3, run: (call) => integer(membersOf(call)?.has(call.arg(2)) ?? false) },
  scard: { arity: 2, run: (call) => integer(membersOf(call)?.size ?? 0) },
  spop: { arity: 2, run: popMember },
  sinter: { arity: -2, run: filtered('in all') },
  sunion: {
    arity: -2,
    run: (call) => bulks(orderedMembers(new Set(call.argv.slice(1).flatMap((key) => [...(membersOf(call, key) ?? [])])))),
  },
  sdiff: { arity: -2, run: filtered('in no other') },
};
