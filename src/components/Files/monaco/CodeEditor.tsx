import Editor from '@monaco-editor/react';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ViewSettings } from '../../Terminal/terminal-view.ts';
import { keyOf, type OpenFile } from '../files-store.ts';
import { languageOf } from '../paths.ts';
import { monaco, showTheme, themeName } from './monaco.ts';

const FONT = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace';
const DOUBLE_ESCAPE_MS = 500;

export interface CodeEditorProps {
  /** Tells the files of one lab from those of another on the same page. */
  readonly lab: string;
  /** The one that is seen; it has a text. */
  readonly file: OpenFile;
  readonly open: readonly OpenFile[];
  readonly settings: ViewSettings;
  /** Changes whenever somebody wants to write here; `takesKeyboard` says whether that was not seen to yet. */
  readonly entered: number;
  readonly takesKeyboard: () => boolean;
  readonly onChange: (text: string) => void;
  /** Escape twice: the keyboard's way out. */
  readonly onLeave: () => void;
}

const uriOf = (lab: string, file: OpenFile): string => `lab:///${encodeURIComponent(lab)}/${file.root}${encodeURI(file.path)}`;

const pageTheme = (): string => themeName(document.documentElement.dataset.theme === 'dark');
const onThemeChange = (changed: () => void): (() => void) => {
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => watch.disconnect();
};

/** Monaco with one of the open files in it. Each keeps its own undo and place as long as it is open. */
export default function CodeEditor({ lab, file, open, settings, entered, takesKeyboard, onChange, onLeave }: CodeEditorProps): ReactNode {
  const theme = useSyncExternalStore(onThemeChange, pageTheme);
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor>();
  const latest = useRef({ onLeave });
  latest.current = { onLeave };
  const text = file.text ?? '';

  useEffect(() => showTheme(theme), [theme]);

  // What was closed is forgotten.
  const uris = open.map((other) => uriOf(lab, other)).join('\n');
  useEffect(() => {
    const kept = new Set(uris.split('\n').map((uri) => monaco.Uri.parse(uri).toString()));
    const prefix = `lab:///${encodeURIComponent(lab)}/`;
    for (const model of monaco.editor.getModels())
      if (model.uri.toString(true).startsWith(decodeURIComponent(prefix)) && !kept.has(model.uri.toString())) model.dispose();
  }, [lab, uris]);

  // A new file ends its lines as Linux does, whatever the browser's system does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each file that comes to the front
  useEffect(() => {
    const model = editor?.getModel();
    if (model && !text.includes('\r\n')) model.setEOL(monaco.editor.EndOfLineSequence.LF);
  }, [editor, keyOf(file)]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that somebody wants to write
  useEffect(() => {
    if (editor && takesKeyboard()) editor.focus();
  }, [editor, entered]);

  const mounted = (made: monaco.editor.IStandaloneCodeEditor) => {
    setEditor(made);
    let escaped = 0;
    made.onKeyDown((event) => {
      if (event.keyCode !== monaco.KeyCode.Escape) {
        escaped = 0;
        return;
      }
      if (performance.now() - escaped < DOUBLE_ESCAPE_MS) latest.current.onLeave();
      escaped = performance.now();
    });
  };

  return (
    <Editor
      path={uriOf(lab, file)}
      value={text}
      language={languageOf(file.path, text)}
      theme={theme}
      keepCurrentModel
      loading={null}
      onMount={mounted}
      onChange={(next) => onChange(next ?? '')}
      options={{
        accessibilitySupport: settings.screenReader ? 'on' : 'auto',
        ariaLabel: `${file.path} on ${file.root}. Escape twice leaves the text; Control M lets Tab move on.`,
        automaticLayout: true,
        contextmenu: true,
        fixedOverflowWidgets: true,
        folding: false,
        fontFamily: FONT,
        fontLigatures: false,
        fontSize: settings.fontSize,
        glyphMargin: false,
        guides: { indentation: false },
        lineDecorationsWidth: 8,
        lineHeight: 1.5,
        lineNumbersMinChars: 3,
        minimap: { enabled: false },
        occurrencesHighlight: 'off',
        overviewRulerLanes: 0,
        padding: { top: 8, bottom: 8 },
        renderLineHighlight: 'line',
        scrollBeyondLastLine: false,
        scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
        stickyScroll: { enabled: false },
        tabSize: languageOf(file.path, text) === 'python' ? 4 : 2,
        wordWrap: 'on',
      }}
    />
  );
}
