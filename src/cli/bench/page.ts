import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureBrowser } from '../ensure-browser.ts';
import { serveFolder } from '../static-server.ts';
import { median, type Result } from './measure.ts';

const CHAPTER = 'chapters/veth/';
const RUNS = 5;

/** From asking for a chapter's page to a prompt in its terminal, in a real browser with an empty cache, from this machine. */
export async function benchPage(): Promise<Result[]> {
  if (!existsSync('build/index.html')) {
    console.log('(page: no built site here; run `npm run build` first)');
    return [];
  }
  const site = await serveFolder('build', '/');
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: [...CHROMIUM_FLAGS] });
  const toPrompt: number[] = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${site.url}${CHAPTER}`);
      const mark = await page.waitForFunction(() => performance.getEntriesByName('vethlab:prompt')[0]?.startTime);
      toPrompt.push((await mark.jsonValue()) as number);
      await context.close();
    }
  } finally {
    await browser.close();
    site.close();
  }
  return [{ name: 'page load to prompt (chapter 2, empty cache)', value: median(RUNS, () => toPrompt.shift() as number), unit: 'ms' }];
}
