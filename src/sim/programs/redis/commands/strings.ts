import { type Call, type CommandTable, integerArgument, NOT_FLOAT, NOT_INTEGER, Refusal, rangeWithin, SYNTAX, typed } from '../command.ts';
import { fitsInteger, floatText, parseFloatNumber, parseInteger } from '../numbers.ts';
import { bulk, bulks, integer, NIL, OK, type Reply } from '../resp.ts';

function textOf(call: Call, key: string): string | undefined {
  return typed(call, key, 'string')?.text;
}

function put(call: Call, key: string, text: string, keepExpiry = false): void {
  call.db.set(key, { type: 'string', text }, keepExpiry);
}

/** How long a key is to live: an absolute time from a number in the unit of the option that gave it. */
export function expiryTime(call: Call, option: string, i: number, command: string): number {
  const value = integerArgument(call, i);
  if (value <= 0) throw new Refusal(`ERR invalid expire time in '${command}' command`);
  const ms = option.startsWith('P') ? value : value * 1000;
  return option.endsWith('AT') ? ms : call.server.nowMs + ms;
}

function set(call: Call): Reply {
  let condition: 'NX' | 'XX' | undefined;
  let get = false;
  let keep = false;
  let expiry: number | undefined;
  for (let i = 3; i < call.argv.length; i++) {
    const option = call.arg(i).toUpperCase();
    if (option === 'NX' || option === 'XX') {
      if (condition !== undefined && condition !== option) throw new Refusal(SYNTAX);
      condition = option;
    } else if (option === 'GET') get = true;
    else if (option === 'KEEPTTL' && expiry === undefined) keep = true;
    else if (/^(EX|PX|EXAT|PXAT)$/.test(option) && !keep && expiry === undefined && i + 1 < call.argv.length) {
      expiry = expiryTime(call, option, ++i, 'set');
    } else throw new Refusal(SYNTAX);
  }
  const key = call.arg(1);
  const old = get ? textOf(call, key) : undefined;
  const exists = call.db.get(key) !== undefined;
  if ((condition === 'NX' && exists) || (condition === 'XX' && !exists)) return get ? bulk(old) : NIL;
  put(call, key, call.arg(2), keep);
  if (expiry !== undefined) call.db.setExpiry(key, expiry);
  return get ? bulk(old) : OK;
}

function increment(call: Call, by: bigint): Reply {
  const key = call.arg(1);
  const value = parseInteger(textOf(call, key) ?? '0');
  if (value === undefined) throw new Refusal(NOT_INTEGER);
  if (!fitsInteger(value + by)) throw new Refusal('ERR increment or decrement would overflow');
  put(call, key, String(value + by), true);
  return { kind: 'integer', value: value + by };
}

function amount(call: Call): bigint {
  const value = parseInteger(call.arg(2));
  if (value === undefined) throw new Refusal(NOT_INTEGER);
  return value;
}

function incrementFloat(call: Call): Reply {
  const key = call.arg(1);
  const value = parseFloatNumber(textOf(call, key) ?? '0');
  const by = parseFloatNumber(call.arg(2));
  if (value === undefined || by === undefined) throw new Refusal(NOT_FLOAT);
  const sum = value + by;
  if (!Number.isFinite(sum)) throw new Refusal('ERR increment would produce NaN or Infinity');
  put(call, key, floatText(sum), true);
  return bulk(floatText(sum));
}

function setMany(call: Call): void {
  if (call.argv.length % 2 === 0) throw new Refusal(`ERR wrong number of arguments for '${call.arg(0).toLowerCase()}' command`);
  for (let i = 1; i < call.argv.length; i += 2) put(call, call.arg(i), call.arg(i + 1));
}

function append(call: Call): Reply {
  const text = (textOf(call, call.arg(1)) ?? '') + call.arg(2);
  call.db.set(call.arg(1), { type: 'string', text, raw: true }, true);
  return integer(text.length);
}

function setWithTime(option: string, command: string) {
  return (call: Call): Reply => {
    const at = expiryTime(call, option, 2, command);
    put(call, call.arg(1), call.arg(3));
    call.db.setExpiry(call.arg(1), at);
    return OK;
  };
}

function getRange(call: Call): Reply {
  const text = textOf(call, call.arg(1)) ?? '';
  return bulk(text.slice(...rangeWithin(integerArgument(call, 2), integerArgument(call, 3), text.length)));
}

function setRange(call: Call): Reply {
  const offset = integerArgument(call, 2);
  if (offset < 0) throw new Refusal('ERR offset is out of range');
  const old = textOf(call, call.arg(1)) ?? '';
  if (call.arg(3) === '') return integer(old.length);
  const text = old.slice(0, offset).padEnd(offset, '\0') + call.arg(3) + old.slice(offset + call.arg(3).length);
  call.db.set(call.arg(1), { type: 'string', text, raw: true }, true);
  return integer(text.length);
}

export const STRING_COMMANDS: CommandTable = {
  set: { arity: -3, grows: true, run: set },
  setnx: {
    arity: 3,
    grows: true,
    run: (call) => {
      const exists = call.db.get(call.arg(1)) !== undefined;
      if (!exists) put(call, call.arg(1), call.arg(2));
      return integer(!exists);
    },
  },
  setex: { arity: 4, grows: true, run: setWithTime('EX', 'setex') },
  psetex: { arity: 4, grows: true, run: setWithTime('PX', 'psetex') },
  get: { arity: 2, run: (call) => bulk(textOf(call, call.arg(1))) },
  getset: {
    arity: 3,
    grows: true,
    run: (call) => {
      const old = textOf(call, call.arg(1));
      put(call, call.arg(1), call.arg(2));
      return bulk(old);
    },
  },
  getdel: {
    arity: 2,
    run: (call) => {
      const old = textOf(call, call.arg(1));
      call.db.delete(call.arg(1));
      return bulk(old);
    },
  },
  mset: {
    arity: -3,
    grows: true,
    run: (call) => {
      setMany(call);
      return OK;
    },
  },
  msetnx: {
    arity: -3,
    grows: true,
    run: (call) => {
      if (call.argv.some((key, i) => i % 2 === 1 && call.db.get(key) !== undefined)) return integer(0);
      setMany(call);
      return integer(1);
    },
  },
  mget: {
    arity: -2,
    run: (call) =>
      bulks(
        call.argv.slice(1).map((key) => {
          const value = call.db.get(key);
          return value?.type === 'string' ? value.text : undefined;
        }),
      ),
  },
  incr: { arity: 2, grows: true, run: (call) => increment(call, 1n) },
  decr: { arity: 2, grows: true, run: (call) => increment(call, -1n) },
  incrby: { arity: 3, grows: true, run: (call) => increment(call, amount(call)) },
  decrby: { arity: 3, grows: true, run: (call) => increment(call, -amount(call)) },
  incrbyfloat: { arity: 3, grows: true, run: incrementFloat },
  append: { arity: 3, grows: true, run: append },
  strlen: { arity: 2, run: (call) => integer((textOf(call, call.arg(1)) ?? '').length) },
  getrange: { arity: 4, run: getRange },
  setrange: { arity: 4, grows: true, run: setRange },
};
