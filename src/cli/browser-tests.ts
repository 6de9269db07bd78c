/**
 * `npm run test:browser [-- --built] [-- PLAYWRIGHT-ARGUMENTS]`: builds the site, for the root of a server and for a
 * folder of one, serves both without redirects, and runs test/browser against them. `--built`: both are built already.
 */
import { spawn } from 'node:child_process';
import { ensureBrowser } from './ensure-browser.ts';
import { serveFolder } from './static-server.ts';

function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}

async function build(): Promise<void> {
  const docusaurus = 'node_modules/@docusaurus/core/bin/docusaurus.mjs';
  const statuses = [
    await node([docusaurus, 'build']),
    await node([docusaurus, 'build', '--out-dir', 'build-sub'], { VETHLAB_BASE_URL: '/sub/' }),
  ];
  if (statuses.some((status) => status !== 0)) throw new Error('the site does not build');
}

async function main(): Promise<number> {
  const built = process.argv.includes('--built');
  const playwrightArguments = process.argv.slice(2).filter((argument) => argument !== '--built');
  const browser = ensureBrowser();
  if (!built) await build();
  const [root, sub] = await Promise.all([serveFolder('build', '/'), serveFolder('build-sub', '/sub/')]);
  const status = await node(['node_modules/@playwright/test/cli.js', 'test', ...playwrightArguments], {
    CHROME_PATH: browser,
    VETHLAB_ROOT_URL: root.url,
    VETHLAB_SUB_URL: sub.url,
  });
  root.close();
  sub.close();
  return status;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
