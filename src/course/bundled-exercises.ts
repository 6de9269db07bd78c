import { type Catalogue, catalogueOf, type ExerciseModule } from './catalogue.ts';

/** What Rspack makes of {@link ImportMeta.webpackContext}: the modules of a folder, bundled. */
interface ModuleContext {
  (key: string): unknown;
  keys(): string[];
}

declare global {
  interface ImportMeta {
    /** Resolved by the bundler; does not exist in Node, where src/course/verify/folder.ts reads the folder. */
    webpackContext(folder: string, options: { readonly recursive: boolean; readonly regExp: RegExp }): ModuleContext;
  }
}

const context = import.meta.webpackContext('../../exercises', { recursive: true, regExp: /\/exercise\.ts$/ });

/** Every exercise of the course, as bundled into the worker: a new folder under exercises/ is enough to be in here. */
export const EXERCISES: Catalogue = catalogueOf(context.keys().map((key) => [key, context(key) as ExerciseModule] as const));
