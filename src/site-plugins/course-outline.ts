import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from '@docusaurus/types';
import { parse } from 'yaml';

/** A chapter as pages other than its own know it. */
export interface ChapterOutline {
  /** Its file's name without the number: the id that Docusaurus gives it. */
  readonly id: string;
  /** The number that its file's name begins with: chapters speak of each other by it. */
  readonly number: number;
  readonly title: string;
  readonly description: string;
  /** Ids of its exercises, in the order in which it sets them. */
  readonly exercises: readonly string[];
}

/** The chapters in reading order, with their exercises: for the sidebar, the front page and the page of progress. */
export default function courseOutline(): Plugin {
  return {
    name: 'vethlab-outline',
    getPathsToWatch: () => ['docs/*.mdx', 'exercises/*/*/exercise.ts'],
    loadContent: async () => readOutline('docs', 'exercises'),
    contentLoaded: async ({ content, actions }) => actions.setGlobalData({ chapters: content }),
  };
}

export function readOutline(docs: string, exercises: string): readonly ChapterOutline[] {
  return readdirSync(docs)
    .filter((name) => /^\d+-.+\.mdx$/.test(name))
    .sort()
    .map((name) => {
      const folder = name.slice(0, -'.mdx'.length);
      const text = readFileSync(join(docs, name), 'utf8');
      const frontMatter = parse(/^---\n(.*?)\n---/s.exec(text)?.[1] ?? '') as { title?: string; description?: string } | null;
      const used = [...text.matchAll(/<Exercise\s[^>]*?id="([^"]+)"/g)].map(([, id]) => `${folder}/${id}`);
      return {
        id: folder.replace(/^\d+-/, ''),
        number: Number.parseInt(folder, 10),
        title: frontMatter?.title ?? /^# (.+)$/m.exec(text)?.[1] ?? folder,
        description: frontMatter?.description ?? '',
        exercises: used.filter((id) => existsSync(join(exercises, id, 'exercise.ts'))),
      };
    });
}
