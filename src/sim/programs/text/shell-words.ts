import type { Program } from '../../machine/process.ts';
import { BASH } from '../../shell/bash.ts';
import { BASH_BUILTINS } from '../../shell/builtins/registry.ts';
import { EVALUATOR } from '../../shell/execute/evaluate.ts';
import type { Flavour } from '../../shell/flavour.ts';
import { Shell } from '../../shell/shell.ts';

/** Messages begin with the command's own name and nothing else. */
const ALONE: Flavour = { ...BASH, prefix: () => '' };

/** Commands that a shell has itself and that are files as well, for `xargs`, `find -exec`, `env` and whoever runs them without a shell. */
export const SHELL_WORD_PROGRAMS: readonly Program[] = ['echo', 'printf', 'pwd', 'test', '['].map((name) => ({
  name,
  path: `/usr/bin/${name}`,
  *main(p, argv) {
    const builtin = BASH_BUILTINS.get(name);
    if (builtin === undefined) return 127;
    const shell = new Shell(p, { flavour: ALONE, builtins: BASH_BUILTINS, evaluator: EVALUATOR });
    shell.start();
    return yield* builtin(shell, argv.slice(1), name);
  },
}));
