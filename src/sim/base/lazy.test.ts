import { expect, test } from 'vitest';
import { LazyMap, LazySet } from './lazy.ts';

test('a lazy map is empty until something is put in, then behaves as a Map, and can be emptied and filled again', () => {
  const map = new LazyMap<string, number>();
  expect([map.size, map.get('a'), map.has('a'), map.delete('a'), [...map], [...map.keys()], [...map.values()]]).toEqual([
    0,
    undefined,
    false,
    false,
    [],
    [],
    [],
  ]);
  map.set('a', 1).set('b', 2).set('a', 3);
  expect([...map]).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect([map.size, map.get('a'), map.has('b'), map.delete('a'), [...map.keys()], [...map.values()]]).toEqual([
    2,
    3,
    true,
    true,
    ['b'],
    [2],
  ]);
  map.clear();
  expect([...map]).toEqual([]);
  expect([...map.set('c', 4)]).toEqual([['c', 4]]);
});

test('a lazy set is empty until something is added, then behaves as a Set', () => {
  const set = new LazySet<number>();
  expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([0, false, false, []]);
  set.add(1).add(2).add(1);
  expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([2, true, true, [2]]);
  set.clear();
  expect([...set]).toEqual([]);
});
