import { expect, test } from 'vitest';
import { parseRunFence } from './run-fence.ts';

const plain = { host: undefined, mark: undefined, why: undefined, quiet: false, hidden: false, sleepS: 0 };

test('a fence that is not marked run is left alone', () => {
  expect(parseRunFence('sh', '', '$ ip link')).toBeUndefined();
  expect(parseRunFence('sh', 'title="run"', '$ ip link')).toBeUndefined();
});

test('each line with a prompt is a command, and lines without continue it', () => {
  expect(parseRunFence('sh', 'run', '$ ip link\n$ cat <<E\n$HOME\n\nE')).toEqual({
    ...plain,
    commands: ['ip link', 'cat <<E\n$HOME\n\nE'],
  });
});

test('the words after run say where, when and what to notice', () => {
  expect(parseRunFence('sh', 'run host=host2 mark="state UP" why="both ends" sleep=2 quiet', '$ ip link')).toEqual({
    ...plain,
    commands: ['ip link'],
    host: 'host2',
    mark: 'state UP',
    why: 'both ends',
    sleepS: 2,
    quiet: true,
  });
});

test('what it cannot read is answered with a sentence', () => {
  expect(parseRunFence('sh', 'run hots=host2', '$ ip link')).toContain('does not know `hots=host2`');
  expect(parseRunFence('sh', 'run', 'ip link')).toContain('starts with `$ `');
  expect(parseRunFence('sh', 'run sleep=soon', '$ ip link')).toContain('no number of seconds');
  expect(parseRunFence('bash', 'run', '$ ip link')).toContain('sh run');
});
