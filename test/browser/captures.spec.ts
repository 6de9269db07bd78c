import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { decodePcap } from '../../src/sim/wire/pcap.ts';
import { Learner } from './learner.ts';

/** The packets of the file that is downloaded meanwhile, and its name. */
async function downloaded(page: Page, during: () => Promise<void>): Promise<{ name: string; packets: number | undefined }> {
  const [download] = await Promise.all([page.waitForEvent('download'), during()]);
  const bytes = new Uint8Array(readFileSync(await download.path()));
  return { name: download.suggestedFilename(), packets: decodePcap(bytes)?.records.length };
}

test('captures are downloads: a file that tcpdump wrote, and what passed a device of the picture', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.run('tcpdump -i lo -c 2 -w /root/two.pcap & sleep 0.5; ping -c1 127.0.0.1; wait');
  await page.getByRole('button', { name: 'Terminal settings' }).click();
  const saved = await downloaded(page, () => page.getByRole('button', { name: /^Save \/root\/two\.pcap of host1/ }).click());
  expect(saved).toEqual({ name: 'two.pcap', packets: 2 });
  await page.keyboard.press('Escape');

  await page
    .getByRole('button', { name: /^eth0\b/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Capture', exact: true }).click();
  await learner.run('ping -c1 192.168.56.1');
  const kept = await downloaded(page, () => page.getByRole('button', { name: 'Save the capture' }).click());
  expect(kept.name).toBe('eth0.pcap');
  expect(kept.packets).toBeGreaterThanOrEqual(2);
  expect(learner.wrong).toEqual([]);
});
