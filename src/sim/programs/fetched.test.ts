import { expect, test } from 'vitest';
import { DEBIAN_PROGRAMS } from './fetched.ts';
import { FIRST_PROGRAMS } from './first.ts';
import { MORE_PROGRAMS } from './more.ts';
import { MORE_PATHS } from './more-paths.ts';

test('the list of programs that a page fetches is that of more.ts, and each is called as its file', () => {
  expect(MORE_PATHS).toEqual(MORE_PROGRAMS.map(({ path }) => path));
  expect(DEBIAN_PROGRAMS.map(({ name, path }) => [name, path])).toEqual(
    [...FIRST_PROGRAMS, ...MORE_PROGRAMS].map(({ name, path }) => [name, path]),
  );
});
