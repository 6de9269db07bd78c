import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { utf8 } from '../../base/utf8.ts';
import { tree } from './tree.ts';

test('tree joins what is in a directory by lines and counts it', () => {
  const w = new ProcessWorld();
  w.machine.install(tree);
  const { files, init } = w.machine;
  files.makeDirectory(init, '/tmp/t');
  files.makeDirectory(init, '/tmp/t/a');
  files.makeDirectory(init, '/tmp/t/a/b');
  for (const name of ['a/y', '.hidden', 'x']) files.writeFile(init, `/tmp/t/${name}`, utf8(''));
  files.symlink(init, 'x', '/tmp/t/link');
  w.login(function* (p) {
    for (const options of [[], ['-L', '1', '-a'], ['-d', '-f']]) {
      p.spawn(['tree', ...options, '/tmp/t']);
      yield* p.waitpid(-1);
    }
  });
  w.run();
  expect(w.shown.replaceAll('\r', '').replaceAll('\u00a0', ' ')).toBe(`/tmp/t
├── a
│   ├── b
│   └── y
├── link -> x
└── x

3 directories, 3 files
/tmp/t
├── .hidden
├── a
├── link -> x
└── x

2 directories, 3 files
/tmp/t
└── /tmp/t/a
    └── /tmp/t/a/b

3 directories
`);
});
