import type * as Docs from '@docusaurus/plugin-content-docs';
import type * as Pages from '@docusaurus/plugin-content-pages';
import type { Options as ClassicOptions } from '@docusaurus/theme-classic';
import type { UserThemeConfig } from '@docusaurus/theme-common';
import type { Config } from '@docusaurus/types';
import type * as Search from '@easyops-cn/docusaurus-search-local';
import { themes } from 'prism-react-renderer';
import bundling from './src/site-plugins/bundling.ts';
import courseOutline from './src/site-plugins/course-outline.ts';
import frontPicture from './src/site-plugins/front-picture.ts';
import remarkExercise from './src/site-plugins/remark-exercise.ts';
import remarkRun from './src/site-plugins/remark-run.ts';

/** Where the site will live: `VETHLAB_BASE_URL=/course/ npm run build` makes it work under a folder of a server. */
const baseUrl = process.env.VETHLAB_BASE_URL ?? '/';
const url = process.env.VETHLAB_URL ?? 'http://localhost:3000';
const repository = process.env.VETHLAB_REPOSITORY;

const docs: Docs.Options = {
  path: 'docs',
  routeBasePath: 'chapters',
  sidebarPath: './sidebars.ts',
  breadcrumbs: false,
  // Fences marked `run` get their output from the simulator before anything else sees the page.
  beforeDefaultRemarkPlugins: [remarkRun, remarkExercise],
};

const pages: Pages.Options = { path: 'src/pages' };
const classic: ClassicOptions = { customCss: './src/css/custom.css' };

const search: Partial<Search.PluginOptions> = {
  hashed: true,
  language: ['en', 'zh'],
  indexBlog: false,
  docsRouteBasePath: '/chapters',
  // The hint's contrast fails axe, and Ctrl-K belongs to the terminal.
  searchBarShortcutHint: false,
  searchBarShortcut: false,
};

const themeConfig: UserThemeConfig = {
  colorMode: { defaultMode: 'light', respectPrefersColorScheme: true },
  navbar: {
    title: 'vethlab',
    items: [
      { type: 'docSidebar', sidebarId: 'chapters', label: 'Chapters', position: 'left' },
      { to: '/labs/', label: 'Labs', position: 'left' },
      { to: '/progress/', label: 'Progress', position: 'left' },
      ...(repository ? [{ href: repository, label: 'Source', position: 'right' as const }] : []),
    ],
  },
  docs: { sidebar: { hideable: true } },
  prism: {
    theme: themes.github,
    darkTheme: themes.vsDark,
    additionalLanguages: ['bash', 'json', 'yaml', 'docker', 'ini'],
  },
};

const config: Config = {
  title: 'vethlab',
  tagline: 'Container networking, learned by doing, in a browser tab',
  favicon: 'img/favicon.svg',
  url,
  baseUrl,
  // Every page is a folder with an index.html, and links say so: a plain web server needs no redirects.
  trailingSlash: true,
  // The banner compares addresses in an inline script; a wrong base URL is found by the browser tests instead.
  baseUrlIssueBanner: false,
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  markdown: { hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' } },
  future: { v4: true, faster: true },
  // A fixed name: otherwise the colour mode is forgotten between languages.
  storage: { type: 'localStorage', namespace: 'vethlab' },
  i18n: {
    defaultLocale: 'en',
    // Add 'zh-Hans' when i18n/zh-Hans/ has the chapters.
    locales: ['en'],
    localeConfigs: {
      en: { label: 'English', htmlLang: 'en' },
      'zh-Hans': { label: '中文', htmlLang: 'zh-Hans' },
    },
  },
  staticDirectories: ['static'],
  // What a page with a lab needs starts before the page does.
  clientModules: ['./src/components/Lab/early-lab.ts'],
  // Listed one by one: the classic preset would bring Algolia's search, a blog and analytics.
  plugins: [['@docusaurus/plugin-content-docs', docs], ['@docusaurus/plugin-content-pages', pages], bundling, courseOutline, frontPicture],
  themes: [
    ['@docusaurus/theme-classic', classic],
    ['@easyops-cn/docusaurus-search-local', search],
  ],
  themeConfig,
};

export default config;
