import { describe, expect, it } from 'vitest';
import { DockerError } from '../error.ts';
import { DockerfileError, parseDockerfile } from './dockerfile.ts';
import { planBuild } from './plan.ts';
import { expandWord } from './shell-word.ts';

const refusal = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof DockerError || thrown instanceof DockerfileError) return thrown.message;
    throw thrown;
  }
};
const plan = (source: string, target = ''): ReturnType<typeof planBuild> => planBuild('Dockerfile', source, target, new Map());

describe('a Dockerfile', () => {
  it('is read line by line: comments and empty lines inside a continued line are left out, and the escape character may be another', () => {
    const { nodes, warnings } = parseDockerfile(
      '# escape=`\nFROM busybox\nRUN echo one && `\n # inside\n\n  echo two\ncmd ["a", "b"] rest\n',
    );
    expect(nodes.map(({ name, args, json, line }) => ({ name, args, json, line }))).toEqual([
      { name: 'FROM', args: ['busybox'], json: false, line: 2 },
      { name: 'RUN', args: ['echo one &&   echo two'], json: false, line: 3 },
      { name: 'CMD', args: ['a', 'b'], json: true, line: 7 },
    ]);
    expect(warnings[0]).toBe('[WARNING]: Empty continuation line found in:\n    RUN echo one &&   echo two');
  });

  it('is refused with the words of the classic builder', () => {
    const lines = {
      FOO: 'dockerfile parse error line 2: unknown instruction: FOO',
      'COPY x':
        'dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined',
      'ENV A': 'failed to parse Dockerfile: ENV must have two arguments',
      'ENV A=1 B': 'failed to parse Dockerfile: Syntax error - can\'t find = in "B". Must be of the form: name=value',
      'CMD ["a", 1]': 'failed to parse Dockerfile: when using JSON array syntax, arrays must be comprised of strings only',
      'SHELL sh': 'dockerfile parse error line 2: SHELL requires the arguments to be in JSON form',
      'COPY --bogus=1 a b': 'dockerfile parse error line 2: Unknown flag: bogus',
      'HEALTHCHECK bogus': 'dockerfile parse error line 2: Unknown type "BOGUS" in HEALTHCHECK (try CMD)',
      'HEALTHCHECK --interval=x CMD true': 'dockerfile parse error line 2: time: invalid duration "x"',
      'ONBUILD ONBUILD RUN x': "dockerfile parse error line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
      'FROM x AS 1y':
        'dockerfile parse error line 2: invalid name for build stage: "1y", name can\'t start with a number or contain symbols',
    };
    for (const [line, message] of Object.entries(lines)) expect(refusal(() => plan(`FROM busybox\n${line}\n`))).toBe(message);
    expect(refusal(() => plan('RUN true\n'))).toBe('no build stage in current context');
    expect(refusal(() => plan('# nothing\n'))).toBe('failed to parse Dockerfile: file with no instructions');
    expect(refusal(() => plan('FROM a AS one\nFROM b\n', 'two'))).toBe('failed to reach build target two in Dockerfile');
    expect(plan('FROM a AS one\nRUN x\nFROM b\n', 'one').stages.map(({ base }) => base)).toEqual(['a']);
  });

  it('expands variables, quotes and escapes in its words', () => {
    const env = new Map([['A', 'abc']]);
    const words = ['pre$A-post', '${A:-x}${N:-def}${A:+yes}', '\'$A\'"$A"', '\\$A', '$N$', '"a \\" b"'];
    expect(words.map((word) => expandWord(word, env, '\\'))).toEqual(['preabc-post', 'abcdefyes', '$Aabc', '$A', '$', 'a " b']);
    expect(refusal(() => expandWord('${B', env, '\\'))).toBe('failed to process "${B": missing \':\' in substitution');
    expect(refusal(() => expandWord('${B:?no}', env, '\\'))).toBe('failed to process "${B:?no}": B: no');
  });
});
