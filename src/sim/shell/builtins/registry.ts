import type { Builtin } from '../flavour.ts';
import { controlBuiltins } from './control.ts';
import { declareBuiltins } from './declare.ts';
import { directoryBuiltins } from './directory.ts';
import { evaluationBuiltins } from './evaluation.ts';
import { historyBuiltins } from './history.ts';
import { inputBuiltins } from './input.ts';
import { jobBuiltins } from './jobs.ts';
import { lookupBuiltins } from './lookup.ts';
import { optionBuiltins } from './options.ts';
import { outputBuiltins } from './output.ts';
import { processBuiltins } from './process.ts';
import { testBuiltins } from './test.ts';

/** bash's builtins by name. */
export const BASH_BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(
  [
    controlBuiltins,
    declareBuiltins,
    directoryBuiltins,
    evaluationBuiltins,
    historyBuiltins,
    inputBuiltins,
    jobBuiltins,
    lookupBuiltins,
    optionBuiltins,
    outputBuiltins,
    processBuiltins,
    testBuiltins,
  ].flatMap((family) => Object.entries(family)),
);
