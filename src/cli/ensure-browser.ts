import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** No sandbox: tests run as root in containers. No network of the browser's own: nothing but the site is asked. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macPaths = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** A browser that starts: some systems have a `chromium-browser` which only says how to get one, others lack its libraries. */
function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function installed(): string | undefined {
  const given = process.env.CHROME_PATH;
  if (given !== undefined) {
    if (starts(given)) return given;
    throw new Error(`CHROME_PATH is ${given}, which does not start`);
  }
  const inPath = names.map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim() ?? '');
  return [...inPath, ...macPaths, chromium.executablePath()].find((path) => path !== '' && existsSync(path) && starts(path));
}

/** Playwright's own download, where the machine may reach it. */
function downloaded(): string | undefined {
  console.log('No Chromium or Chrome is installed. Trying Playwright’s own download…');
  spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  const path = chromium.executablePath();
  return existsSync(path) && starts(path) ? path : undefined;
}

/** Debian's package, where this is Debian and we may install it. */
function packaged(): string | undefined {
  const debian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!debian || process.getuid?.() !== 0) return undefined;
  console.log('That did not give a browser that starts. Installing Debian’s…');
  const options = {
    stdio: ['ignore', 'inherit', 'inherit'] as ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  return installed();
}

/**
 * The path of a Chromium or Chrome that starts: an installed one, else Playwright's, else Debian's package.
 * @throws with what to do, where none of these is to be had.
 */
export function ensureBrowser(): string {
  const path = installed() ?? downloaded() ?? packaged();
  if (path !== undefined) return path;
  throw new Error(
    'The browser tests need Chromium or Chrome. Install one (Debian: apt-get install chromium; Fedora: dnf install chromium; ' +
      'macOS: brew install --cask chromium; Ubuntu: npx playwright install --with-deps chromium), or set CHROME_PATH to one.',
  );
}
