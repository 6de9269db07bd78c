import type { Program } from '../../machine/process.ts';
import { ATTRIBUTE_PROGRAMS } from './attributes.ts';
import { COPY_PROGRAMS } from './copy-move.ts';
import { CREATE_PROGRAMS } from './create.ts';
import { dir, ls, vdir } from './ls.ts';
import { PATH_PROGRAMS } from './paths.ts';
import { REMOVE_PROGRAMS } from './remove.ts';
import { tree } from './tree.ts';

/** Programs that list, make, move and describe files. */
export const FILE_PROGRAMS: readonly Program[] = [
  ls,
  dir,
  vdir,
  ...COPY_PROGRAMS,
  ...REMOVE_PROGRAMS,
  ...CREATE_PROGRAMS,
  ...ATTRIBUTE_PROGRAMS,
  ...PATH_PROGRAMS,
  tree,
];
