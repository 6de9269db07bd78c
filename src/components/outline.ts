import { useDocsData } from '@docusaurus/plugin-content-docs/client';
import { usePluginData } from '@docusaurus/useGlobalData';
import type { ChapterOutline } from '../site-plugins/course-outline.ts';

const NONE: readonly ChapterOutline[] = [];

/** The chapters of the course in reading order. */
export function useOutline(): readonly ChapterOutline[] {
  const data = usePluginData('vethlab-outline') as { readonly chapters: readonly ChapterOutline[] } | undefined;
  return data?.chapters ?? NONE;
}

/** Where a chapter's page is, with the base URL. */
export function useChapterPath(): (id: string) => string {
  const { versions } = useDocsData('default');
  return (id) => versions[0]?.docs.find((doc) => doc.id === id)?.path ?? '/';
}
