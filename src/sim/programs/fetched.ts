// What debian.ts is in a page (package.json, `imports`): the first programs at once, the others when somebody wants them.

import type { Process, Program, Sys } from '../machine/process.ts';
import { FIRST_PROGRAMS } from './first.ts';
import { MORE_PATHS } from './more-paths.ts';

/** What has been fetched, by path; undefined until it has. */
let fetched: ReadonlyMap<string, Program> | undefined;
let fetching: Promise<void> | undefined;

/** Fetches the other programs, unless they are here; may be called again when it failed. */
export function loadPrograms(): Promise<void> {
  fetching ??= import('./more.ts')
    .then(({ MORE_PROGRAMS }) => {
      fetched = new Map(MORE_PROGRAMS.map((program) => [program.path, program]));
    })
    .catch((error: unknown) => {
      fetching = undefined;
      throw error;
    });
  return fetching;
}

/** A program that is fetched, with all others, by the first process that runs one. Virtual time stands still meanwhile. */
function fetchedProgram(path: string): Program {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    name,
    path,
    *main(p: Process, argv: readonly string[]): Sys<number> {
      if (fetched === undefined) {
        const start = (done: (value: unknown) => void): void => void loadPrograms().then(done, done);
        yield { on: 'host', start, why: `fetching ${name}` };
      }
      const program = fetched?.get(path);
      if (program !== undefined) return yield* program.main(p, argv);
      yield* p.printError(`vethlab: ${name} could not be fetched. Is there a connection? Try again.\n`);
      return 126;
    },
    complete: (p, words) => fetched?.get(path)?.complete?.(p, words) ?? [],
  };
}

/** Every program of a lab's machine. */
export const DEBIAN_PROGRAMS: readonly Program[] = [...FIRST_PROGRAMS, ...MORE_PATHS.map(fetchedProgram)];
