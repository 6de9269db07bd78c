import { loader } from '@monaco-editor/react';
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/gotoLine/register';
import 'monaco-editor/features/iPadShowKeyboard/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/lineSelection/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/quickCommand/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/dockerfile/register';
import 'monaco-editor/languages/definitions/python/register';
import 'monaco-editor/languages/definitions/shell/register';
import 'monaco-editor/languages/definitions/yaml/register';
import { registerNginx } from './nginx.ts';

/** Monaco with what a learner's scripts need, from the site's own files, in the site's colours. */
export { monaco };

globalThis.MonacoEnvironment = { getWorker: () => new Worker(new URL('./editor-worker.ts', import.meta.url)) };
// Not from a server of somebody else's.
loader.config({ monaco });
registerNginx(monaco);

export const themeName = (dark: boolean): string => (dark ? 'vethlab-dark' : 'vethlab-light');

/** Defines a theme by the page's colours of this moment, and shows it. */
export function showTheme(name: string): void {
  const style = getComputedStyle(document.documentElement);
  const color = (token: string) => style.getPropertyValue(`--${token}`).trim();
  const rule = (token: string, name: string) => ({ token, foreground: color(name).slice(1) });
  monaco.editor.defineTheme(name, {
    base: name.endsWith('dark') ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      rule('', 'ink'),
      rule('comment', 'ink-soft'),
      rule('keyword', 'ansi-magenta'),
      rule('string', 'ansi-green'),
      rule('number', 'ansi-yellow'),
      rule('variable', 'ansi-cyan'),
      rule('type', 'ansi-blue'),
      rule('tag', 'ansi-blue'),
      rule('attribute', 'ansi-yellow'),
      rule('predefined', 'ansi-blue'),
      rule('invalid', 'alarm'),
      rule('metatag', 'ink-soft'),
      rule('delimiter', 'ink-soft'),
      rule('regexp', 'ansi-yellow'),
    ],
    colors: {
      'editor.background': color('paper-raised'),
      'editor.foreground': color('ink'),
      'editor.lineHighlightBackground': color('paper'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': color('terminal-selection'),
      'editorLineNumber.foreground': color('ink-faint'),
      'editorLineNumber.activeForeground': color('ink-soft'),
      'editorCursor.foreground': color('accent'),
      'editorWidget.background': color('paper'),
      'editorWidget.border': color('line-strong'),
      'editorBracketHighlight.foreground1': color('ink-soft'),
      'editorBracketHighlight.foreground2': color('ink-soft'),
      'editorBracketHighlight.foreground3': color('ink-soft'),
      'editorBracketMatch.background': color('accent-soft'),
      'editorBracketMatch.border': '#00000000',
      'input.background': color('paper-raised'),
      'input.border': color('line-strong'),
      focusBorder: color('accent'),
      'menu.background': color('paper-raised'),
      'menu.foreground': color('ink'),
      'menu.selectionBackground': color('accent-soft'),
      'menu.selectionForeground': color('ink'),
      'scrollbar.shadow': '#00000000',
    },
  });
  monaco.editor.setTheme(name);
}
