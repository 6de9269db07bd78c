import { expect, test } from 'vitest';
import { expandBraces } from './brace.ts';
import { matches, quotePattern } from './pattern.ts';

test('patterns match as fnmatch does', () => {
  const hit = (pattern: string, text: string): boolean => matches(pattern, text, { extglob: true });
  expect([
    hit('*', ''),
    hit('a*c', 'abc'),
    hit('a?c', 'abc'),
    hit('[a-c]x', 'bx'),
    hit('[!a]', 'b'),
    hit('[]a]', ']'),
    hit('\\*', '*'),
  ]).not.toContain(false);
  expect([hit('a*c', 'abd'), hit('?', 'ab'), hit('[!a]', 'a'), hit('\\*', 'x'), hit('[a', 'a'), hit('[z-a]', 'b')]).not.toContain(true);
  expect([hit('+(ab)', 'abab'), hit('@(a|b)c', 'bc'), hit('?(a)b', 'b'), hit('!(a)', 'b'), hit('*(x|y)', '')]).not.toContain(false);
  expect([hit('!(a)', 'a'), hit('[[:digit:]]', 'x'), hit('a-b', 'ab')]).not.toContain(true);
});

test('a quoted text is a pattern for itself alone', () => {
  for (const text of ['a*b', '[x]', 'a\\b', '?', '!(a)', '-']) expect(matches(quotePattern(text), text, { extglob: true })).toBe(true);
});

test('braces make words', () => {
  expect(expandBraces('a{b,c{d,e}}f')).toEqual(['abf', 'acdf', 'acef']);
  expect(expandBraces('{08..11}')).toEqual(['08', '09', '10', '11']);
  expect(expandBraces("$(x){a}'{b,c}'")).toEqual(["$(x){a}'{b,c}'"]);
});
