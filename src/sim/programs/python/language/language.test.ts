import { expect, test } from 'vitest';
import { Interpreter } from './evaluate.ts';
import { braceFormat, percentFormat } from './format.ts';
import { NotRun, parseProgram } from './parser.ts';
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
