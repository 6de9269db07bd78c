import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS } from './src/cli/ensure-browser.ts';

/** Set by `npm run test:browser`, which finds a browser, builds the site and serves it; without it the tests reach nothing. */
const { CHROME_PATH = '', VETHLAB_ROOT_URL = 'http://root.invalid/', VETHLAB_SUB_URL = 'http://sub.invalid/sub/' } = process.env;

export default defineConfig({
  testDir: 'test/browser',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  // A machine with two busy cores takes its time; what hangs is still ended.
  timeout: 120_000,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: CHROME_PATH,
      args: [...CHROMIUM_FLAGS],
    },
  },
  projects: [
    { name: 'root', use: { baseURL: VETHLAB_ROOT_URL } },
    // The site in a folder of a server: the tests that say they are about addresses.
    { name: 'sub', use: { baseURL: VETHLAB_SUB_URL }, grep: /@base-url/ },
  ],
});
