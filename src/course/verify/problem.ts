/** The rules that every exercise keeps; `0` is what must be right before any rule can be looked at. */
export const RULES = {
  0: 'the exercise can be read',
  1: 'the start state earns nothing',
  2: 'every solution earns full marks, whatever the values',
  3: 'a wrong attempt fails exactly the checks it names and shows its feedback',
  4: 'every check is failed by some wrong attempt',
  5: 'no line of a solution can be left out',
  6: 'checks look at the world, never at what was typed',
  7: 'words and logic name the same things, in every language',
  8: 'there are two hints and a wrong attempt',
} as const;

export type RuleNumber = keyof typeof RULES;

/** What is wrong, where, and what to do about it. */
export interface Problem {
  readonly rule: RuleNumber;
  readonly file: string;
  readonly message: string;
  readonly todo: string;
}

export function formatProblem({ rule, file, message, todo }: Problem): string {
  return `  ✗ rule ${rule}: ${RULES[rule]}\n    ${file}\n    ${message.replaceAll('\n', '\n    ')}\n    → ${todo}`;
}
