import { expect, it } from 'vitest';
import { detachKeys, EscapeKeys } from './detach-keys.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)));

it('detach keys are letters and control letters, Ctrl-P Ctrl-Q unless told otherwise', () => {
  expect(detachKeys('')).toEqual([16, 17]);
  expect(detachKeys('ctrl-a,x')).toEqual([1, 120]);
  expect(() => detachKeys('bogus')).toThrow();
});

it('keys that begin the sequence wait for the next one, and go on when it is another', () => {
  const keys = new EscapeKeys([16, 17]);
  expect(keys.pass(bytes('a\x10'))).toEqual(bytes('a'));
  expect(keys.pass(bytes('b'))).toEqual(bytes('\x10b'));
  expect(keys.pass(bytes('\x10\x10'))).toEqual(bytes('\x10'));
  expect(keys.pass(bytes('\x11'))).toBeUndefined();
});
