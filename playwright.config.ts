import { defineConfig } from '@playwright/test';

/** Set by `npm run test:browser`, which finds a browser, builds the site and serves it; without it the tests reach nothing. */
const { CHROME_PATH = '', VETHLAB_ROOT_URL = 'http://root.invalid/', VETHLAB_SUB_URL = 'http://sub.invalid/sub/' } = process.env;

export default defineConfig({
  testDir: 'test/browser',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 60_000,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: CHROME_PATH,
      // No sandbox: tests run as root in containers. No network of the browser's own: nothing but the site is asked.
      args: [
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
      ],
    },
  },
  projects: [
    { name: 'root', use: { baseURL: VETHLAB_ROOT_URL } },
    // The site in a folder of a server: the tests that say they are about addresses.
    { name: 'sub', use: { baseURL: VETHLAB_SUB_URL }, grep: /@base-url/ },
  ],
});
