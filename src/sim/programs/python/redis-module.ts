// redis-py: a client whose methods are the server's commands.

import { text as decode, utf8 } from '../../base/bytes.ts';
import { ERRNO_NUMBER } from '../../base/errno.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { latin1, latin1Bytes } from '../../wire/http.ts';
import { RedisConnection } from '../redis/connection.ts';
import type { Reply } from '../redis/resp.ts';
import { Bytes, Dict, ErrorType, List, type Named, Native, PyError, raise, str, Thing, type Value } from './language/values.ts';

const REDIS_ERROR = new ErrorType('redis.exceptions.RedisError', ['RedisError']);
const CONNECTION_ERROR = new ErrorType('redis.exceptions.ConnectionError', ['redis.exceptions.RedisError']);
const RESPONSE_ERROR = new ErrorType('redis.exceptions.ResponseError', ['redis.exceptions.RedisError']);

/** The module `redis`. */
export function redisModule(p: Process): Thing {
  const exceptions = new Thing(
    'module',
    (name) => ({ RedisError: REDIS_ERROR, ConnectionError: CONNECTION_ERROR, ResponseError: RESPONSE_ERROR })[name],
  );
  const make = Native.of('Redis', (args, named) => new RedisClient(p, args, named).thing);
  return new Thing('module', (name) => {
    if (name === 'Redis' || name === 'StrictRedis') return make;
    return name === 'exceptions' ? exceptions : exceptions.attribute(name);
  });
}

/** Methods that are called otherwise than their command, or have more to their arguments. */
const COMMANDS: Readonly<Record<string, (args: readonly Value[], named: Named) => readonly Value[]>> = {
  incr: ([key = '', by], named) => ['INCRBY', key, by ?? named.get('amount') ?? 1],
  decr: ([key = '', by], named) => ['DECRBY', key, by ?? named.get('amount') ?? 1],
  delete: (args) => ['DEL', ...args],
  keys: ([pattern = '*']) => ['KEYS', pattern],
  set: ([key = '', value = '', ex], named) => {
    const seconds = ex ?? named.get('ex');
    const ms = named.get('px');
    return [
      'SET',
      key,
      value,
      ...(seconds === undefined || seconds === null ? [] : ['EX', seconds]),
      ...(ms === undefined || ms === null ? [] : ['PX', ms]),
      ...(named.get('nx') === true ? ['NX'] : []),
      ...(named.get('xx') === true ? ['XX'] : []),
    ];
  },
  hset: ([key = '', field, value], named) => {
    const mapping = named.get('mapping');
    const pairs = mapping instanceof Dict ? [...mapping.entries].flat() : [];
    return ['HSET', key, ...(field === undefined ? [] : [field, value ?? '']), ...pairs];
  },
};
const PLAIN = new Set(
  'get getset append strlen mget setnx setex incrby incrbyfloat decrby exists expire ttl pttl persist type rename dbsize flushdb flushall lpush rpush lpop rpop llen lrange lindex hget hgetall hkeys hvals hlen hdel hexists hincrby hmget sadd srem smembers sismember scard zscore zcard zrange publish ping echo time'.split(
    ' ',
  ),
);
const BOOLEAN = new Set(['set', 'ping', 'expire', 'persist', 'flushdb', 'flushall', 'setnx', 'setex', 'rename', 'hexists']);

class RedisClient {
  readonly #p: Process;
  readonly #host: string;
  readonly #port: number;
  readonly #setup: (readonly string[])[] = [];
  readonly #decode: boolean;
  #connection: RedisConnection | undefined;

  constructor(p: Process, args: readonly Value[], named: Named) {
    this.#p = p;
    this.#host = str(args[0] ?? named.get('host') ?? 'localhost');
    this.#port = Number(str(args[1] ?? named.get('port') ?? 6379));
    const password = args[3] ?? named.get('password') ?? null;
    const db = Number(args[2] ?? named.get('db') ?? 0);
    if (password !== null) this.#setup.push(['AUTH', str(password)]);
    if (db !== 0) this.#setup.push(['SELECT', String(db)]);
    this.#decode = named.get('decode_responses') === true;
  }

  get thing(): Thing {
    return new Thing('Redis', (name) => {
      if (!PLAIN.has(name) && !COMMANDS[name]) return undefined;
      const client = this;
      return new Native(name, function* (args, named) {
        const words = COMMANDS[name]?.(args, named) ?? [name.toUpperCase(), ...args];
        return client.#value(name, yield* client.#ask(words.map(toWord)));
      });
    });
  }

  *#open(): Sys<RedisConnection> {
    const opened = yield* RedisConnection.open(this.#p, this.#host, this.#port);
    if ('problem' in opened) {
      const number = Object.entries(NUMBERS).find(([text]) => text === opened.problem)?.[1] ?? '';
      throw new PyError(CONNECTION_ERROR, `Error ${number} connecting to ${this.#host}:${this.#port}. ${opened.problem}.`);
    }
    for (const words of this.#setup) {
      yield* opened.send(words);
      const reply = yield* opened.receive();
      if (!('problem' in reply) && reply.kind === 'error') throw responseError(reply.text);
    }
    return opened;
  }

  /** A connection that the server has closed is made anew, once. */
  *#ask(words: readonly string[]): Sys<Reply> {
    for (let left = this.#connection ? 2 : 1; ; left--) {
      this.#connection ??= yield* this.#open();
      const sent = yield* this.#connection.send(words);
      const reply = sent ? yield* this.#connection.receive() : { problem: 'Connection closed by server.' };
      if (!('problem' in reply)) return reply;
      this.#connection.close();
      this.#connection = undefined;
      if (left <= 1) throw new PyError(CONNECTION_ERROR, 'Connection closed by server.');
    }
  }

  #value(name: string, reply: Reply): Value {
    if (reply.kind === 'error') throw responseError(reply.text);
    if (BOOLEAN.has(name))
      return reply.kind === 'bulk' && reply.text === undefined ? null : reply.kind !== 'integer' || Number(reply.value) !== 0;
    const value = this.#plain(reply);
    if (name !== 'hgetall' || !(value instanceof List)) return value;
    const entries = value.items.flatMap((item, i) => (i % 2 === 0 ? [[str(item), value.items[i + 1] as Value] as const] : []));
    return new Dict(entries);
  }

  #plain(reply: Reply): Value {
    switch (reply.kind) {
      case 'integer':
        return Number(reply.value);
      case 'array':
        return reply.items === undefined ? null : new List(reply.items.map((item) => this.#plain(item)));
      default:
        if (reply.text === undefined) return null;
        return this.#decode ? decode(latin1Bytes(reply.text)) : new Bytes(reply.text);
    }
  }
}

const NUMBERS: Readonly<Record<string, number>> = {
  'Connection refused': ERRNO_NUMBER.ECONNREFUSED,
  'Connection timed out': ERRNO_NUMBER.ETIMEDOUT,
  'No route to host': ERRNO_NUMBER.EHOSTUNREACH,
  'Network is unreachable': ERRNO_NUMBER.ENETUNREACH,
  'Name or service not known': -2,
  'Temporary failure in name resolution': -3,
  'No address associated with hostname': -5,
};

function responseError(text: string): PyError {
  return new PyError(RESPONSE_ERROR, text.replace(/^ERR /, ''));
}

function toWord(value: Value): string {
  if (value instanceof Bytes) return value.text;
  if (value === null || typeof value === 'boolean' || value instanceof List || value instanceof Dict) {
    return raise('TypeError', 'Invalid input of this type. Convert to a bytes, string, int or float first.');
  }
  return latin1(utf8(str(value)));
}
