import type { Finding } from './exercise.ts';

/** A finding in words: what was expected, and what is there. */
export const expected = (ok: boolean, expectation: string, actual: string): Finding => ({ ok, expected: expectation, actual });

/** The first of them that failed, or success. */
export function allOf(...findings: readonly Finding[]): Finding {
  return findings.find((finding) => !finding.ok) ?? { ok: true };
}

/** Turns a probe round: what it found must not be possible. */
export function notOf(finding: Finding): Finding {
  if (!finding.ok) return { ok: true, ...(finding.actual === undefined ? {} : { actual: finding.actual }) };
  return {
    ok: false,
    ...(finding.expected === undefined ? {} : { expected: `it is not so that ${finding.expected}` }),
    ...(finding.actual === undefined ? {} : { actual: finding.actual }),
  };
}

/** A check may answer yes or no only. */
export const asFinding = (result: Finding | boolean): Finding => (typeof result === 'boolean' ? { ok: result } : result);
