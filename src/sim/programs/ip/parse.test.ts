import { expect, test } from 'vitest';
import { Exit, isDeviceName, matches, parseInteger, parseUnsigned, Words } from './parse.ts';

test('a word stands for every name that it begins, but an empty one for none', () => {
  expect([matches('a', 'address'), matches('address', 'address'), matches('addresses', 'address'), matches('', 'address')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('numbers may be decimal, hexadecimal or octal', () => {
  expect(['10', '0x10', '010', '-5', '08', '1a', ''].map(parseInteger)).toEqual([10, 16, 8, -5, undefined, undefined, undefined]);
  expect(['255', '256', '-1'].map((word) => parseUnsigned(word, 8))).toEqual([255, undefined, undefined]);
});

test('an option without its value says that the line is not complete', () => {
  const words = new Words(['mtu']);
  const ended = (): unknown => {
    try {
      return words.value();
    } catch (exit) {
      return exit;
    }
  };
  expect(ended()).toEqual(new Exit(255, 'Command line is not complete. Try option "help"\n'));
});

test('a device name has at most 15 characters and neither slash nor blank', () => {
  expect(['eth0', '0123456789abcde', '0123456789abcdef', 'a/b', 'a b', ''].map((name) => isDeviceName(name))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
