// Commands about keys whatever they hold: db.c, expire.c, object.c.

import { type Call, type CommandTable, integerArgument, Refusal, SYNTAX } from '../command.ts';
import { globMatcher, type Value } from '../database.ts';
import { parseInteger } from '../numbers.ts';
import { array, bulk, bulks, failure, integer, NIL, OK, type Reply, status } from '../resp.ts';
import { isIntset } from './collections.ts';

function expire(unit: 1 | 1000, absolute: boolean) {
  return (call: Call): Reply => {
    const value = integerArgument(call, 2);
    const option = call.arg(3).toUpperCase();
    if (call.argv.length > 4 || (option !== '' && !/^(NX|XX|GT|LT)$/.test(option))) {
      throw new Refusal(`ERR Unsupported option ${call.arg(3)}`);
    }
    const key = call.arg(1);
    if (call.db.get(key) === undefined) return integer(0);
    const at = value * unit + (absolute ? 0 : call.server.nowMs);
    const present = call.db.expiresAt(key);
    if (option === 'NX' && present !== undefined) return integer(0);
    if (option === 'XX' && present === undefined) return integer(0);
    if (option === 'GT' && (present === undefined || at <= present)) return integer(0);
    if (option === 'LT' && present !== undefined && at >= present) return integer(0);
    if (at <= call.server.nowMs) call.db.delete(key);
    else call.db.setExpiry(key, at);
    return integer(1);
  };
}

function timeToLive(unit: 1 | 1000, absolute: boolean) {
  return (call: Call): Reply => {
    if (call.db.get(call.arg(1)) === undefined) return integer(-2);
    const at = call.db.expiresAt(call.arg(1));
    if (at === undefined) return integer(-1);
    const ms = absolute ? at : at - call.server.nowMs;
    return integer(unit === 1 ? ms : Math.floor((ms + 500) / 1000));
  };
}

function rename(onlyNew: boolean) {
  return (call: Call): Reply => {
    const [, from = '', to = ''] = call.argv;
    const value = call.db.get(from);
    if (value === undefined) throw new Refusal('ERR no such key');
    if (onlyNew && call.db.get(to) !== undefined) return integer(0);
    const expiry = call.db.expiresAt(from);
    call.db.delete(from);
    call.db.set(to, value);
    call.db.setExpiry(to, expiry);
    return onlyNew ? integer(1) : OK;
  };
}

/** One pass over everything: the cursor that comes back is always the last. */
function scan(call: Call): Reply {
  if (parseInteger(call.arg(1)) === undefined) throw new Refusal('ERR invalid cursor');
  let pattern: RegExp | undefined;
  let type: string | undefined;
  for (let i = 2; i < call.argv.length; i += 2) {
    const option = call.arg(i).toUpperCase();
    if (i + 1 >= call.argv.length) throw new Refusal(SYNTAX);
    if (option === 'MATCH') pattern = globMatcher(call.arg(i + 1));
    else if (option === 'TYPE') type = call.arg(i + 1).toLowerCase();
    else if (option !== 'COUNT') throw new Refusal(SYNTAX);
    else if (integerArgument(call, i + 1) < 1) throw new Refusal(SYNTAX);
  }
  const keys = call.arg(1) === '0' ? call.db.keys() : [];
  const found = keys.filter((key) => (pattern?.test(key) ?? true) && (type === undefined || call.db.get(key)?.type === type));
  return array([bulk('0'), bulks(found)]);
}

function encoding(value: Value): string {
  const short = (words: Iterable<string>): boolean => [...words].every((word) => word.length <= 64);
  switch (value.type) {
    case 'string':
      if (value.raw) return 'raw';
      if (parseInteger(value.text) !== undefined) return 'int';
      return value.text.length <= 44 ? 'embstr' : 'raw';
    case 'list':
      return 'quicklist';
    case 'hash':
      return value.fields.size <= 128 && short([...value.fields].flat()) ? 'listpack' : 'hashtable';
    case 'set':
      return isIntset(value.members) ? 'intset' : 'hashtable';
    case 'zset':
      return value.scores.size <= 128 && short(value.scores.keys()) ? 'listpack' : 'skiplist';
  }
}

function object(call: Call): Reply {
  const what = call.arg(1).toLowerCase();
  const value = call.db.get(call.arg(2));
  if (!['encoding', 'refcount', 'idletime', 'freq'].includes(what) || call.argv.length !== 3) {
    return failure(`ERR unknown subcommand or wrong number of arguments for '${call.arg(1)}'. Try OBJECT HELP.`);
  }
  if (value === undefined) return NIL;
  if (what === 'encoding') return bulk(encoding(value));
  if (what === 'freq') {
    return failure(
      'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
    );
  }
  return integer(what === 'refcount' ? 1 : 0);
}

const remove = (call: Call): Reply =>
  integer(call.argv.slice(1).filter((key) => call.db.get(key) !== undefined && call.db.delete(key)).length);

const countExisting = (call: Call): Reply => integer(call.argv.slice(1).filter((key) => call.db.get(key) !== undefined).length);

export const KEY_COMMANDS: CommandTable = {
  del: { arity: -2, run: remove },
  unlink: { arity: -2, run: remove },
  exists: { arity: -2, run: countExisting },
  touch: { arity: -2, run: countExisting },
  expire: { arity: -3, run: expire(1000, false) },
  pexpire: { arity: -3, run: expire(1, false) },
  expireat: { arity: -3, run: expire(1000, true) },
  pexpireat: { arity: -3, run: expire(1, true) },
  ttl: { arity: 2, run: timeToLive(1000, false) },
  pttl: { arity: 2, run: timeToLive(1, false) },
  expiretime: { arity: 2, run: timeToLive(1000, true) },
  pexpiretime: { arity: 2, run: timeToLive(1, true) },
  persist: {
    arity: 2,
    run: (call) => {
      const had = call.db.expiresAt(call.arg(1)) !== undefined;
      call.db.setExpiry(call.arg(1), undefined);
      return integer(had);
    },
  },
  keys: {
    arity: 2,
    run: (call) => {
      const pattern = globMatcher(call.arg(1));
      return bulks(call.db.keys().filter((key) => pattern.test(key)));
    },
  },
  scan: { arity: -2, run: scan },
  randomkey: {
    arity: 1,
    run: (call) => {
      const keys = call.db.keys();
      return bulk(keys[call.server.randomBelow(keys.length)]);
    },
  },
  type: { arity: 2, run: (call) => status(call.db.get(call.arg(1))?.type ?? 'none') },
  rename: { arity: 3, run: rename(false) },
  renamenx: { arity: 3, run: rename(true) },
  dbsize: { arity: 1, run: (call) => integer(call.db.keys().length) },
  flushdb: {
    arity: -1,
    run: (call) => {
      call.db.clear();
      return OK;
    },
  },
  flushall: {
    arity: -1,
    run: (call) => {
      for (const db of call.server.databases) db.clear();
      return OK;
    },
  },
  object: { arity: -2, run: object },
};
