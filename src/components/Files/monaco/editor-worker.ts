/** Monaco's own worker, as a file of this site. */
import 'monaco-editor/editor/editor.worker';
