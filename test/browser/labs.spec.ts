import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Learner } from './learner.ts';

test('several machines: a click on a tab leads to its keyboard, and the picture shows what a router does', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await page.getByRole('listitem').filter({ hasText: 'Two sites' }).getByRole('button', { name: 'Open' }).click();
  await learner.prompt();
  await page.getByRole('tab', { name: 'host3' }).click();
  await learner.prompt();
  await page.keyboard.type('ping -c1 192.168.56.11');
  await page.keyboard.press('Enter');
  await expect.poll(() => learner.screen()).toContain('1 received');
  await page.getByRole('tab', { name: 'host1' }).click();
  await page.keyboard.type('iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE');
  await page.keyboard.press('Enter');

  const badge = page.getByRole('button', { name: 'One rule in host1.' });
  await badge.focus();
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: 'iptables, table nat' });
  expect((await new AxeBuilder({ page }).include('aside').analyze()).violations).toEqual([]);
  await details.getByRole('button', { name: 'Run' }).click();
  await expect.poll(() => learner.screen()).toContain('\n-A POSTROUTING -o eth0 -j MASQUERADE\n');
  // Nobody can type on the router: there is no command to run.
  await page.getByRole('button', { name: /^router passes on packets/ }).click();
  await expect(page.getByRole('region', { name: 'Forwarding' })).not.toContainText('Run');
  expect(learner.wrong).toEqual([]);
});

test('a chapter stays where it is while it loads', async ({ page }) => {
  await page.addInitScript(() => {
    const sum = { shifts: 0 };
    Object.assign(window, { sum });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum.shifts += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await new Learner(page).open('chapters/veth/');
  expect(await page.evaluate(() => (window as unknown as { sum: { shifts: number } }).sum.shifts)).toBeLessThan(0.1);
});
