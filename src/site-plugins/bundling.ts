import type { Plugin } from '@docusaurus/types';

/**
 * Packages only a lab needs. Docusaurus would put what half of the pages share into one `common` chunk and all
 * styles into one file, so that the front page would load a terminal it does not show.
 */
const labOnly = /[\\/]node_modules[\\/](@xterm|xterm-pty|comlink|unbash|@monaco-editor|monaco-editor|state-local|dompurify|marked)[\\/]/;

/** Those of them which touch `window` when they are loaded: nothing, while pages are rendered in Node. */
const browserOnly = [
  '@xterm/xterm$',
  '@xterm/addon-fit$',
  '@xterm/addon-search$',
  '@xterm/addon-webgl$',
  '@monaco-editor/react$',
  // With all that lies in it.
  'monaco-editor',
];

/** What of the bundler's module objects the split rules look at; a CSS module names its file in its identifier. */
interface BundledModule {
  identifier(): string;
}

const belongsToEveryPage = (module: BundledModule): boolean => !labOnly.test(module.identifier());

/** Rspack's cache with the base URL in its version: style sheets are kept in it with the addresses of their fonts. */
function cacheFor(config: { output?: { publicPath?: unknown } | undefined }): object | undefined {
  const { cache } = (config as { experiments?: { cache?: { version?: string } } }).experiments ?? {};
  return typeof cache === 'object' ? { ...cache, version: `${cache.version} ${config.output?.publicPath}` } : cache;
}

/** How the site is cut into files (Rspack; under webpack the worker's chunk crashes). */
export default function bundling(): Plugin {
  return {
    name: 'vethlab-bundling',
    configureWebpack(config, isServer) {
      const experiments = { cache: cacheFor(config) };
      if (isServer) return { experiments, resolve: { alias: Object.fromEntries(browserOnly.map((name) => [name, false as const])) } };
      return {
        experiments,
        optimization: {
          splitChunks: {
            cacheGroups: { common: { test: belongsToEveryPage }, styles: { test: belongsToEveryPage } },
          },
        },
      };
    },
  };
}
