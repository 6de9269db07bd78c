import type { Program } from '../../machine/process.ts';
import { BYTE_PROGRAMS } from './bytes.ts';
import { cat } from './cat.ts';
import { COMPARE_PROGRAMS } from './compare.ts';
import { cut } from './cut.ts';
import { expr } from './expr.ts';
import { GREP_PROGRAMS } from './grep.ts';
import { head } from './head.ts';
import { seq } from './seq.ts';
import { SHELL_WORD_PROGRAMS } from './shell-words.ts';
import { SIMPLE_TEXT_PROGRAMS } from './simple.ts';
import { sort } from './sort.ts';
import { tail } from './tail.ts';
import { tr } from './tr.ts';
import { uniq } from './uniq.ts';
import { wc } from './wc.ts';
import { xargs } from './xargs.ts';

/** Programs that read text and write text. */
export const TEXT_PROGRAMS: readonly Program[] = [
  ...BYTE_PROGRAMS,
  ...COMPARE_PROGRAMS,
  expr,
  ...SHELL_WORD_PROGRAMS,
  cat,
  cut,
  ...GREP_PROGRAMS,
  head,
  seq,
  ...SIMPLE_TEXT_PROGRAMS,
  sort,
  tail,
  tr,
  uniq,
  wc,
  xargs,
];
