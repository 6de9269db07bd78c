import { expect, test } from 'vitest';
import { parseScript, withoutOneLine, withVars } from './script.ts';

const script = parseScript(
  'exercises/00-start/x/wrong-late.sh',
  `# fails: one, two; shows: late
# A thought.
ip link set {dev} up   # optional
# on {host}
cat > a.sh <<'END'
# typed, and not a line that counts
echo {dev}
echo \${dev}
END
ip link \\
  show
`,
);

test('a script says what it fails and shows, where its commands are typed, and which may be left out', () => {
  expect(script).toMatchObject({ name: 'wrong-late', kind: 'wrong', fails: ['one', 'two'], shows: ['late'] });
  expect(withVars(script.commands, { dev: 'v0', host: 'host2' })).toEqual([
    { host: undefined, text: 'ip link set v0 up', line: 3, optional: true },
    {
      host: 'host2',
      text: `cat > a.sh <<'END'\n# typed, and not a line that counts\necho v0\necho \${dev}\nEND`,
      line: 5,
      optional: false,
    },
    { host: 'host2', text: 'ip link \\\n  show', line: 10, optional: false },
  ]);
});

test('a line can be left out of a script and of a here-document in it', () => {
  expect(withoutOneLine(script.commands).map(({ line }) => line)).toEqual([5, 7, 8, 10]);
});
