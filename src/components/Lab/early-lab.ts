import '../../worker/client-early.ts';

/**
 * What a page with a lab will need is fetched while the page itself is still being loaded: the site's first script runs this (see
 * `clientModules` in docusaurus.config.ts).
 */
if (typeof document !== 'undefined' && document.documentElement.classList.contains('lab-page')) {
  void import('../Terminal/terminal-view.ts');
  void document.fonts.load('13px "JetBrains Mono Variable"');
}
