import type * as Monaco from 'monaco-editor/editor';

/** Directives that open a block, and those that decide where a request goes. */
const BLOCKS = ['http', 'server', 'location', 'upstream', 'events', 'stream', 'map', 'geo', 'split_clients', 'types', 'if', 'limit_except'];

/** The grammar of nginx's configuration files: directives with arguments, blocks, comments, `$variables` (ngx_conf_file.c). */
export const nginxGrammar: Monaco.languages.IMonarchLanguage = {
  defaultToken: '',
  blocks: BLOCKS,
  tokenizer: {
    /** Where a directive may begin. */
    root: [
      [/\s+/, ''],
      [/#.*$/, 'comment'],
      [/[{}]/, 'delimiter'],
      [/;/, 'delimiter'],
      [/[\w.-]+/, { cases: { '@blocks': { token: 'keyword', next: '@arguments' }, '@default': { token: 'type', next: '@arguments' } } }],
      [/./, { token: '@rematch', next: '@arguments' }],
    ],
    arguments: [
      [/\s+/, ''],
      [/#.*$/, 'comment'],
      [/[;{}]/, { token: 'delimiter', next: '@pop' }],
      [/"/, { token: 'string', next: '@double' }],
      [/'/, { token: 'string', next: '@single' }],
      [/\$\{?\w+\}?/, 'variable'],
      [/(?:~\*?|\^~|=|!~\*?|!=)(?=\s)/, 'keyword'],
      [/\d+(?:\.\d+){3}(?:\/\d+)?(?::\d+)?(?=[\s;])/, 'number'],
      [/\d+[kKmMgGsmhdwy]?s?(?=[\s;])/, 'number'],
      [/(?:on|off)(?=[\s;])/, 'number'],
      [/\\./, 'string'],
      [/[^\s;{}"'$\\#]+/, ''],
      [/./, ''],
    ],
    double: [
      [/\$\{?\w+\}?/, 'variable'],
      [/[^"\\$]+/, 'string'],
      [/\\./, 'string'],
      [/"/, { token: 'string', next: '@pop' }],
      [/./, 'string'],
    ],
    single: [
      [/\$\{?\w+\}?/, 'variable'],
      [/[^'\\$]+/, 'string'],
      [/\\./, 'string'],
      [/'/, { token: 'string', next: '@pop' }],
      [/./, 'string'],
    ],
  },
};

export function registerNginx({ languages }: typeof Monaco): void {
  languages.register({ id: 'nginx' });
  languages.setMonarchTokensProvider('nginx', nginxGrammar);
  languages.setLanguageConfiguration('nginx', {
    comments: { lineComment: '#' },
    brackets: [['{', '}']],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '"', close: '"', notIn: ['string'] },
      { open: "'", close: "'", notIn: ['string'] },
    ],
  });
}
