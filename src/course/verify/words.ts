/** What a chapter says about one exercise: the ids its elements name, and where they stand. */
export interface ExerciseWords {
  readonly id: string;
  readonly language: string;
  /** The chapter's file. */
  readonly path: string;
  readonly line: number;
  readonly tasks: readonly string[];
  readonly feedback: readonly string[];
  readonly hints: number;
  /** `{name}` in the words. */
  readonly placeholders: readonly string[];
}

/** Finds every `<Exercise>` of a chapter; its id there is the folder's name within the chapter's. Code fences and comments are left out. */
export function findExercises(path: string, language: string, mdx: string): ExerciseWords[] {
  const chapter = path.slice(path.lastIndexOf('/') + 1).replace(/\.mdx$/, '');
  const text = mdx.replace(/^(```+|~~~+)[^\n]*\n[\s\S]*?^\1[^\n]*$|\{\/\*[\s\S]*?\*\/\}/gm, (hidden) => hidden.replace(/[^\n]/g, ' '));
  return [...text.matchAll(/<Exercise\b([^>]*)>([\s\S]*?)<\/Exercise>/g)].map((match) => {
    const [, attributes = '', body = ''] = match;
    return {
      id: `${chapter}/${attribute(attributes, 'id') ?? ''}`,
      language,
      path,
      line: text.slice(0, match.index).split('\n').length,
      tasks: elements(body, 'Task').map((task) => attribute(task, 'check') ?? ''),
      feedback: elements(body, 'Feedback').map((feedback) => attribute(feedback, 'id') ?? ''),
      hints: elements(body, 'Hint').length,
      placeholders: [...new Set([...body.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string))],
    };
  });
}

const elements = (body: string, name: string): string[] =>
  [...body.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map((match) => match[1] ?? '');

const attribute = (attributes: string, name: string): string | undefined => new RegExp(`\\b${name}=["']([^"']*)["']`).exec(attributes)?.[1];
