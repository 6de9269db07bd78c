import type { Program } from '../../machine/process.ts';
import { cat } from './cat.ts';
import { cut } from './cut.ts';
import { GREP_PROGRAMS } from './grep.ts';
import { head } from './head.ts';
import { seq } from './seq.ts';
import { SIMPLE_TEXT_PROGRAMS } from './simple.ts';
import { sort } from './sort.ts';
import { tail } from './tail.ts';
import { tr } from './tr.ts';
import { uniq } from './uniq.ts';
import { wc } from './wc.ts';

/** Programs that read text and write text. */
export const TEXT_PROGRAMS: readonly Program[] = [cat, cut, ...GREP_PROGRAMS, head, seq, ...SIMPLE_TEXT_PROGRAMS, sort, tail, tr, uniq, wc];
