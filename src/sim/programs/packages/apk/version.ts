/** Suffixes in their order: those before the plain version, then those behind it (apk-tools, version.c). */
const BEFORE = ['alpha', 'beta', 'pre', 'rc'];
const BEHIND = ['cvs', 'svn', 'git', 'hg', 'p'];

type Token = readonly [kind: number, value: number];

/** Below what a version's end counts as, so that 1.0_rc1 comes before 1.0. */
const PRE = -1;
const END = 0;
const REVISION = 1;
const SUFFIX = 2;
const LETTER = 3;
const NUMBER = 4;

function tokens(version: string): Token[] {
  const out: Token[] = [];
  for (const [, number, letter, suffix, digits, revision] of version.matchAll(/\.?(\d+)|([a-z])(?![a-z])|_([a-z]+)(\d*)|-r(\d+)/g)) {
    if (number !== undefined) out.push([NUMBER, Number(number)]);
    else if (letter !== undefined) out.push([LETTER, letter.charCodeAt(0)]);
    else if (revision !== undefined) out.push([REVISION, Number(revision)]);
    else if (suffix !== undefined) {
      const before = BEFORE.indexOf(suffix);
      out.push(before >= 0 ? [PRE, before] : [SUFFIX, BEHIND.indexOf(suffix)], [NUMBER, Number(digits)]);
    }
  }
  return out;
}

/** Negative: `a` is older than `b`; 0: the same (apk-tools, version.c: 1.0_rc1 < 1.0 < 1.0-r1 < 1.0_p1 < 1.0a < 1.0.1). */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [tokens(a), tokens(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [kind, value] = left[i] ?? [END, 0];
    const [otherKind, otherValue] = right[i] ?? [END, 0];
    if (kind !== otherKind) return kind - otherKind;
    if (value !== otherValue) return value - otherValue;
  }
  return 0;
}
