/** Commands whose output differs from Debian's, and why. */
export const TOOL_DIVERGENCES: ReadonlyMap<string, string> = new Map<string, string>([
  [
    `awk 'BEGIN {print substr("hello", 0), substr("hello", -1, 3), substr("hello", 4, 100), substr("hello", 2)}'`,
    'mawk 20200120 counts a start below 1 wrongly; POSIX and later releases give "h"',
  ],
  [`awk 'BEGIN {printf "%s %s\\n", "only"}'`, 'a missing argument is empty instead of ending the program'],
  ['diff -Z9 x y', 'digits as an old way to give context lines are not taken'],
]);
