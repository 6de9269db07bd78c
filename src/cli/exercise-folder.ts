import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ExerciseModule, exerciseIdOf } from '../course/catalogue.ts';
import type { ExerciseFiles } from '../course/verify/rules.ts';
import { parseScript } from '../course/verify/script.ts';
import { type ExerciseWords, findExercises } from '../course/verify/words.ts';

/** Where a translation's chapters lie in i18n/LANGUAGE/. */
const TRANSLATED = 'docusaurus-plugin-content-docs/current';

/** All exercises below a project's folder with their scripts and words, and the words that no exercise goes with. */
export interface Course {
  readonly exercises: readonly ExerciseFiles[];
  readonly strayWords: readonly ExerciseWords[];
}

/** Reads `exercises/`, `docs/` and `i18n/` of a project. A new folder or chapter is found by its place. */
export async function readCourse(root: string): Promise<Course> {
  const words = chapters(root).flatMap(({ path, language }) => findExercises(path, language, readFileSync(join(root, path), 'utf8')));
  const languages = ['en', ...translations(root)];
  const exercises: ExerciseFiles[] = [];
  for (const folder of exerciseFolders(root)) {
    const id = exerciseIdOf(`${folder}/exercise.ts`);
    const url = pathToFileURL(resolve(root, folder, 'exercise.ts')).href;
    const { default: exercise } = (await import(url)) as ExerciseModule;
    const scripts = files(join(root, folder), '.sh').map((name) =>
      parseScript(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')),
    );
    exercises.push({ id, folder, exercise, scripts, words: words.filter((one) => one.id === id), languages });
  }
  const known = new Set(exercises.map(({ id }) => id));
  return { exercises, strayWords: words.filter(({ id }) => !known.has(id)) };
}

function exerciseFolders(root: string): string[] {
  return folders(join(root, 'exercises')).flatMap((chapter) =>
    folders(join(root, 'exercises', chapter))
      .map((name) => `exercises/${chapter}/${name}`)
      .filter((folder) => existsSync(join(root, folder, 'exercise.ts'))),
  );
}

function chapters(root: string): { path: string; language: string }[] {
  const of = (folder: string, language: string) =>
    files(join(root, folder), '.mdx').map((name) => ({ path: `${folder}/${name}`, language }));
  return [...of('docs', 'en'), ...translations(root).flatMap((language) => of(`i18n/${language}/${TRANSLATED}`, language))];
}

const translations = (root: string): string[] =>
  folders(join(root, 'i18n')).filter((language) => existsSync(join(root, 'i18n', language, TRANSLATED)));

function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function files(path: string, ending: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort();
}
