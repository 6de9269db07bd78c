import { expect, test } from 'vitest';
import { ERRNO_NUMBER, strerror } from './errno.ts';
import { fail, isError } from './result.ts';

test('an errno has its number and the text that glibc prints', () => {
  expect(ERRNO_NUMBER.ENETUNREACH).toBe(101);
  expect(strerror('ENETUNREACH')).toBe('Network is unreachable');
  expect(strerror('EHOSTUNREACH')).toBe('No route to host');
});

test('a refusal is a value that can be told from an answer', () => {
  const refused = fail('EEXIST', 'Device already exists');
  expect([isError(refused), isError(undefined), isError({ errno: 'EEXIST' })]).toEqual([true, false, false]);
  expect([refused.errno, refused.extack]).toEqual(['EEXIST', 'Device already exists']);
});
