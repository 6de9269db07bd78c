import { expect, test } from 'vitest';
import { parse, Source } from './grammar.ts';
import { syntaxFault } from './syntax-error.ts';

function fault(text: string): string | undefined {
  const found = syntaxFault(parse(text), new Source(text));
  return found === undefined ? undefined : `${found.line}${found.incomplete ? '…' : ''} ${found.message.replaceAll('\n\u0000', ' / ')}`;
}

test('well-formed commands have no fault', () => {
  for (const text of [
    '',
    'a',
    'a; b &',
    'if a; then b; fi',
    'f() { :; }',
    'cat <<E\nx\nE\n',
    'case x in a) ;; esac',
    '[[ a && b ]]',
    'a=(1 2)',
  ]) {
    expect(fault(text)).toBeUndefined();
  }
});

test('what more lines could mend is incomplete, what they could not is named', () => {
  expect(
    ['if a', 'while a; do', '(a', '{ a', 'a |', 'a &&', 'echo "x', "echo 'x", 'echo $(a', 'case a in', 'f() {'].map((t) =>
      fault(t)?.includes('…'),
    ),
  ).not.toContain(false);
  expect(fault('a\nb )')).toBe("2 syntax error near unexpected token `)'");
  expect(fault('for i in a; echo; done')).toBe("1 syntax error near unexpected token `echo'");
  expect(fault('if true; fi')).toBe("1 syntax error near unexpected token `fi'");
  expect(fault('echo >')).toBe("1 syntax error near unexpected token `newline'");
});

test('a here-document without its end is no mistake but open', () => {
  expect(parse('cat <<E\nx').openHereDocs).toEqual([{ pos: 4, delimiter: 'E' }]);
  expect(parse('cat <<E\nx\nE').openHereDocs).toEqual([]);
});
