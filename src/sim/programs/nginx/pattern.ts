/** PCRE as far as JavaScript's expressions go; what pcre2_compile says of a wrong one where that is known. */
export function compilePattern(pattern: string, ignoreCase: boolean): RegExp | string {
  const source = pattern.replace(/\(\?P</g, '(?<').replace(/\(\?i\)/g, '');
  try {
    return new RegExp(source, ignoreCase || pattern.includes('(?i)') ? 'i' : '');
  } catch (thrown) {
    const message = String(thrown);
    const why = /Unterminated group/.test(message)
      ? 'missing closing parenthesis'
      : /Unmatched '\)'/.test(message)
        ? 'unmatched closing parenthesis'
        : /Nothing to repeat/.test(message)
          ? 'quantifier does not follow a repeatable item'
          : 'missing terminating ] for character class';
    return `pcre2_compile() failed: ${why} in "${pattern}"`;
  }
}
