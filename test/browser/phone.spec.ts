import { expect, test } from '@playwright/test';
import { Learner } from './learner.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone the lab is a drawer with terminal, picture and a row of keys', async ({ page }) => {
  const learner = new Learner(page);
  await page.goto('chapters/veth/');
  await expect(page.locator('main h1')).toBeVisible();
  await page.getByRole('button', { name: 'Terminal', exact: true }).tap();
  await learner.prompt();
  await learner.terminal.tap();
  await page.keyboard.type('ech');
  await page.getByRole('button', { name: 'Tab', exact: true }).tap();
  await page.keyboard.type('hi');
  await page.keyboard.press('Enter');
  await expect.poll(() => learner.screen()).toContain('echo hi\nhi');
  await page.getByRole('button', { name: 'Ctrl', exact: true }).tap();
  await page.keyboard.type('l');
  await expect.poll(() => learner.screen()).not.toContain('echo');
  await page.getByRole('button', { name: 'Picture', exact: true }).tap();
  await expect(page.getByRole('button', { name: /^eth0: up/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Picture', exact: true }).tap();
  await expect(page.getByRole('button', { name: /^eth0: up/ }).first()).toBeHidden();
  // Nothing is wider than the phone.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a command of the prose opens the drawer', async ({ page }) => {
  const learner = new Learner(page);
  await page.goto('chapters/veth/');
  await page
    .getByRole('button', { name: /^Run ip link add/ })
    .first()
    .tap();
  await expect.poll(() => learner.screen()).toContain('ip link add');
  await expect(learner.terminal).toBeVisible();
});

test('three machines have their tabs side by side', async ({ page }) => {
  const learner = new Learner(page);
  await page.goto('labs/');
  await page.getByRole('listitem').filter({ hasText: 'Three machines' }).getByRole('button', { name: 'Open' }).tap();
  await page.getByRole('button', { name: 'Terminal', exact: true }).tap();
  await learner.prompt();
  await expect(page.getByRole('tab', { name: 'host3' })).toBeInViewport({ ratio: 1 });
});

test('a script is written and run on a phone: files and text take turns', async ({ page }) => {
  const learner = new Learner(page);
  await page.goto('chapters/veth/');
  await page.getByRole('button', { name: 'Files', exact: true }).tap();
  await page.getByRole('button', { name: 'New file' }).tap();
  await page.getByRole('textbox', { name: 'Name of the new file' }).fill('hi.sh');
  await page.keyboard.press('Enter');
  await page.locator('.monaco-editor').waitFor();
  await expect(page.getByRole('tree')).toHaveCount(0);
  await page.keyboard.type('echo hello');
  await page.getByRole('button', { name: 'Run', exact: true }).last().tap();
  await expect.poll(() => learner.screen()).toContain('bash ~/hi.sh\nhello');
  await page.getByRole('button', { name: 'Files', exact: true }).tap();
  await page.getByRole('button', { name: 'File tree' }).tap();
  await expect(page.getByRole('treeitem', { name: 'hi.sh' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(learner.wrong).toEqual([]);
});
