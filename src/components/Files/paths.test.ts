import { expect, test } from 'vitest';
import { ancestry, isWithin, languageOf, runCommand } from './paths.ts';

test('a file’s language is told by its name, or by its first line', () => {
  const files: [path: string, text: string, language: string][] = [
    ['/root/wire.sh', '', 'shell'],
    ['/root/.bashrc', '', 'shell'],
    ['/root/wire', '#!/bin/bash\nip a\n', 'shell'],
    ['/root/tool', '#!/usr/bin/env python3\n', 'python'],
    ['/root/compose.yaml', '', 'yaml'],
    ['/srv/Dockerfile', '', 'dockerfile'],
    ['/srv/Dockerfile.dev', '', 'dockerfile'],
    ['/etc/nginx/conf.d/site.conf', '', 'nginx'],
    ['/etc/nginx/mime.types', '', 'plaintext'],
    ['/etc/hosts', '127.0.0.1 localhost\n', 'plaintext'],
  ];
  for (const [path, text, language] of files) expect(languageOf(path, text), path).toBe(language);
});

test('a script is run by what its first line names, else by what its name says', () => {
  expect(runCommand('/root/wire.sh', 'ip a\n')).toBe('bash ~/wire.sh');
  expect(runCommand('/root/wire.sh', '#!/bin/sh -e\n')).toBe('sh ~/wire.sh');
  expect(runCommand('/root/tool', '#!/usr/bin/env python3\n')).toBe('python3 ~/tool');
  expect(runCommand('/root/tool.py', '')).toBe('python3 ~/tool.py');
  expect(runCommand("/srv/it's mine.sh", '')).toBe("bash '/srv/it'\\''s mine.sh'");
  expect(runCommand('/etc/hosts', '127.0.0.1 localhost\n')).toBeUndefined();
});

test('directories contain what is below them, by whole names', () => {
  expect(ancestry('/root/lib')).toEqual(['/', '/root', '/root/lib']);
  expect(ancestry('/')).toEqual(['/']);
  expect([isWithin('/root/lib', '/root'), isWithin('/rooted', '/root'), isWithin('/root', '/')]).toEqual([true, false, true]);
});
