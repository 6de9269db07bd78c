import { expect, test } from 'vitest';
import { Interpreter } from './evaluate.ts';
import { braceFormat, percentFormat } from './format.ts';
import { NotRun, parseProgram } from './parser.ts';
import type { PythonSyntaxError } from './tokens.ts';
import { ERRORS, Float, Native, type PyError, repr, Scope, str, Thing, Tuple, type Value } from './values.ts';

/** What a program has said with `say(…)`. */
function said(source: string): string[] {
  const lines: string[] = [];
  const say = Native.of('say', (args) => {
    lines.push(args.map(str).join(' '));
    return null;
  });
  const builtins = new Map<string, Value>([...ERRORS, ['say', say]]);
  const interpreter = new Interpreter(builtins, () => new Thing('module', () => undefined));
  expect(interpreter.run(parseProgram(source), new Scope()).next().done).toBe(true);
  return lines;
}

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (thrown) {
    return thrown;
  }
}

test('blocks, defaults, exceptions and formats mean what they mean in Python', () => {
  const source = `
def f(a, b=2):
    if a > b or not b:
        return 'more'
    elif a == b:
        return f"{a:03d}|{b!r}"
    for k in [1, 2, 3]:
        if k == 2:
            continue
        a += k
    return a

say(f(3), f(2), f(0))
try:
    {}['x']
except (ValueError, KeyError) as e:
    say('caught', e)
finally:
    say("%s %5.1f" % ("end", 2.5))
x, y = 1, (2,
           3)
say(x, y, 7 // 2, -7 % 3, 1 / 4, 'a' in 'abc', 1 < 2 < 2)
`;
  expect(said(source)).toEqual(['more 002|2 4', "caught 'x'", 'end   2.5', '1 (2, 3) 3 2 0.25 True False']);
});

test('what is not run is said with its line, and what no Python is, too', () => {
  expect(thrownBy(() => parseProgram('\ny = [a for a in b]'))).toEqual(new NotRun('a comprehension', 2));
  expect(thrownBy(() => parseProgram('x = 1\nclass A:\n  pass\n'))).toEqual(new NotRun("'class'", 2));
  expect(thrownBy(() => parseProgram('x = "open'))).toMatchObject({ type: 'SyntaxError', line: 1 });
});

test('a file that is none is refused in the words of Python 3.11, at the place it names', () => {
  const refused: readonly (readonly [source: string, message: string, line: number, column?: number, width?: number])[] = [
    ['x = print(1\n\n', "'(' was never closed", 1, 9],
    ['x = [1, 2\ndef f():\n    return 1\n', "'[' was never closed", 1, 4],
    ['def f():\n    return {"a": 1\n\nx = f()\n', "'{' was never closed", 2, 11],
    ['print(1, 2}\n', "closing parenthesis '}' does not match opening parenthesis '('", 1, 10],
    ['x = 1)\n', "unmatched ')'", 1, 5],
    ['def hello()\n    return 1\n', "expected ':'", 1, 11],
    ['if x = 1:\n  pass\n', "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 3, 5],
    ['a = 1\nprint(a, sep="a" end="b")\n', 'invalid syntax. Perhaps you forgot a comma?', 2, 13, 7],
    ['x = {"a" 1}\n', 'invalid syntax. Perhaps you forgot a comma?', 1, 5, 5],
    ['print "x", 1\n', "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 0, 12],
    ['x = \u201cabc\u201d\n', "invalid character '\u201c' (U+201C)", 1, 4],
    ['x\u00a0= 1\n', 'invalid non-printable character U+00A0', 1, 1],
    ['x = "abc\ny = 1\n', 'unterminated string literal (detected at line 1)', 1, 4],
    ['x = """abc\ny = 1\n', 'unterminated triple-quoted string literal (detected at line 2)', 1, 4],
    ['x = 1\nprint(f"{x y}")\n', 'f-string: invalid syntax. Perhaps you forgot a comma?', 2, 1, 3],
    ['x = 1\n  y = 2\n', 'unexpected indent', 2],
    ['def f():\n      x = 1\n    y = 2\n', 'unindent does not match any outer indentation level', 3, 9],
    ['def f():\nreturn 1\n', 'expected an indented block after function definition on line 1', 2, 0],
    ['if True:\n\tx = 1\n        y = 2\n', 'inconsistent use of tabs and spaces in indentation', 3],
    ['retrun 1\n', 'invalid syntax', 1, 7],
    ['x = 3\nelse:\n    pass\n', 'invalid syntax', 2, 0, 4],
  ];
  for (const [source, message, line, column, width = 1] of refused) {
    const error = thrownBy(() => parseProgram(source)) as PythonSyntaxError;
    expect([source, error.message, error.line, error.span?.column, error.span && (error.span.width ?? 1)]).toEqual([
      source,
      message,
      line,
      column,
      column === undefined ? undefined : width,
    ]);
  }
});

test('an error knows the lines it passed', () => {
  const error = thrownBy(() => said('def g():\n    return 1 / 0\n\ng()\n'));
  expect((error as PyError).trace).toEqual([
    { line: 2, where: 'g' },
    { line: 4, where: '<module>' },
  ]);
});

test('values are written as Python writes them', () => {
  expect(repr(new Tuple(["it's", new Float(3), null]))).toBe('("it\'s", 3.0, None)');
  expect(percentFormat('%-4s|%03d', new Tuple(['a', 7]))).toBe('a   |007');
  expect(braceFormat('{:>4}{x}{{', ['r'], new Map([['x', 1]]))).toBe('   r1{');
});
