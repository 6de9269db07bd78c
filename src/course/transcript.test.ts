import { expect, test } from 'vitest';
import { runTranscript } from './transcript.ts';

test('commands are typed one after another in one world, and each gets its own output and status', () => {
  const blocks = runTranscript('duo', [
    { commands: ['ip netns add red', 'ip netns list', 'ip netns add red'] },
    { host: 'host2', commands: ['ip netns list', 'cd /tmp', 'echo -n $PWD'] },
    { commands: ["cat <<'END'\n$HOME\nEND", 'false', 'echo $?'] },
  ]);
  expect(blocks).toEqual([
    [
      { cmd: 'ip netns add red', output: '', exit: 0 },
      { cmd: 'ip netns list', output: 'red\n', exit: 0 },
      { cmd: 'ip netns add red', output: 'Cannot create namespace file "/run/netns/red": File exists\n', exit: 1 },
    ],
    [
      { cmd: 'ip netns list', output: '', exit: 0 },
      { cmd: 'cd /tmp', output: '', exit: 0 },
      { cmd: 'echo -n $PWD', output: '/tmp', exit: 0 },
    ],
    [
      { cmd: "cat <<'END'\n$HOME\nEND", output: '$HOME\n', exit: 0 },
      { cmd: 'false', output: '', exit: 1 },
      { cmd: 'echo $?', output: '1\n', exit: 0 },
    ],
  ]);
});

test('what a program writes over takes the place of what was there, as on a screen', () => {
  const [[counted, redrawn] = []] = runTranscript('solo', [
    {
      commands: [
        "printf '1 of 3\\r2 of 3\\rdone\\033[K\\nnext\\n'",
        "printf 'a 0/1\\nb\\n\\033[2A\\033[2Ka 1/1\\n\\033[2K\\033[31mc\\033[0m\\n'",
      ],
    },
  ]);
  expect(counted?.output).toBe('done\nnext\n');
  expect(redrawn?.output).toBe('a 1/1\nc\n');
});

test('a command that does not end, and a lab that is not there, are told to the author', () => {
  expect(() => runTranscript('solo', [{ commands: ['ping 192.168.56.1'] }])).toThrow('did not come back to the prompt');
  expect(() => runTranscript('nolab', [])).toThrow('there is no lab called nolab');
  expect(() => runTranscript('solo', [{ host: 'host9', commands: ['true'] }])).toThrow('no terminal on host9');
});
