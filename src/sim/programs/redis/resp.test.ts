import { expect, test } from 'vitest';
import { latin1Bytes } from '../../wire/http.ts';
import { formatReply } from './cli-format.ts';
import { Database } from './database.ts';
import { encodeSnapshot, loadSnapshot } from './rdb.ts';
import { array, bulk, bulks, encodeReply, integer, RespReader, splitArguments } from './resp.ts';

test('requests are taken out of pieces, multibulk and inline ones', () => {
  const reader = new RespReader();
  const taken: unknown[] = [];
  for (const piece of ['*2\r\n$3\r\nGE', 'T\r\n$1\r\na\r\nset b "x y"\r\n*1\r\n$4\r\npi']) {
    reader.push(latin1Bytes(piece));
    for (let request = reader.request(); request !== undefined; request = reader.request()) taken.push(request);
  }
  expect(taken).toEqual([
    ['GET', 'a'],
    ['set', 'b', 'x y'],
  ]);
  expect(splitArguments('a "b')).toBeUndefined();
});

test('an answer in answers is indented below its number, as redis-cli does it', () => {
  const nested = array([bulk('0'), bulks(['a', 'b\n']), integer(3)]);
  expect(formatReply(nested, 'terminal')).toBe('1) "0"\n2) 1) "a"\n   2) "b\\n"\n3) (integer) 3\n');
  const reader = new RespReader();
  reader.push(latin1Bytes(encodeReply(nested)));
  expect(formatReply(reader.reply() ?? nested, 'csv')).toBe('"0","a","b\\n",3\n');
});

test('a snapshot brings back every kind of value, without what has expired meanwhile', () => {
  let now = 1_000_000;
  const dbs = [new Database(0, () => now), new Database(1, () => now)];
  dbs[0]?.set('s', { type: 'string', text: 'x'.repeat(100) });
  dbs[0]?.set('l', { type: 'list', items: ['a', 'b'] });
  dbs[1]?.set('h', { type: 'hash', fields: new Map([['f', 'v']]) });
  dbs[1]?.set('z', { type: 'zset', scores: new Map([['m', 1.5]]) });
  dbs[1]?.set('m', { type: 'set', members: new Set(['1']) });
  dbs[1]?.setExpiry('m', now + 500);
  const data = encodeSnapshot(dbs, now, 0);
  now += 1000;
  const loaded = [new Database(0, () => now), new Database(1, () => now)];
  expect(loadSnapshot(data, loaded, now)).toMatchObject({ keys: 4, expired: 1 });
  expect(loaded.flatMap((db) => db.keys().map((key) => db.get(key)))).toEqual([
    { type: 'string', text: 'x'.repeat(100) },
    { type: 'list', items: ['a', 'b'] },
    { type: 'hash', fields: new Map([['f', 'v']]) },
    { type: 'zset', scores: new Map([['m', 1.5]]) },
  ]);
});
