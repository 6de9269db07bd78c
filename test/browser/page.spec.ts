import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Learner } from './learner.ts';

test('the lab is as it was after a visit to another chapter', { tag: '@base-url' }, async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  await learner.run('x=kept');
  const chapters = page.locator('.theme-doc-sidebar-container');
  await chapters.getByRole('link', { name: /Namespaces/ }).click();
  await expect(page).toHaveURL(/chapters\/namespaces\/$/);
  await learner.prompt();
  expect(await learner.run('echo "<$x>"')).toContain('<>');
  await chapters.getByRole('link', { name: /veth/ }).click();
  await expect(page).toHaveURL(/chapters\/veth\/$/);
  await learner.prompt();
  expect(await learner.run('echo "<$x>"')).toContain('<kept>');
  expect(learner.wrong).toEqual([]);
});

test('the labs of page and exercise stand side by side', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  await learner.run('x=page');
  await learner.exercise('plug-a-cable').getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText('Lab of the exercise')).toBeVisible();
  await learner.prompt();
  await learner.run('x=exercise');
  await page.getByRole('button', { name: 'Back to the page’s lab' }).click();
  expect(await learner.run('echo "<$x>"')).toContain('<page>');
  await learner.exercise('plug-a-cable').getByRole('button', { name: 'Show its lab' }).click();
  expect(await learner.run('echo "<$x>"')).toContain('<exercise>');
});

test('a command of the prose waits until the prompt is back', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  await learner.type('sleep 100');
  await page.getByRole('button', { name: 'Run ip netns add red' }).first().click();
  await expect(page.getByText('A command waits for the prompt.')).toBeVisible();
  await learner.terminal.click();
  await page.keyboard.press('Control+c');
  await expect.poll(() => learner.screen()).toContain('ip netns add red');
  await expect(page.getByText('A command waits for the prompt.')).toBeHidden();
});

test('the panel folds, fills the screen, and its width is remembered', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  const width = page.getByRole('separator', { name: 'Width of the lab' });
  await width.focus();
  const before = await width.getAttribute('aria-valuenow');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const after = await width.getAttribute('aria-valuenow');
  expect(Number(after)).toBe(Number(before) + 4);
  await page.reload();
  await expect(width).toHaveAttribute('aria-valuenow', after ?? '');
  await learner.prompt();
  await page.getByRole('button', { name: 'Fill the screen' }).click();
  await expect(page.getByRole('separator', { name: 'Width of the picture' })).toBeVisible();
  await page.getByRole('button', { name: 'Beside the text again' }).click();
  await page.getByRole('button', { name: 'Fold the lab away' }).click();
  await expect(learner.terminal).toBeHidden();
  await page
    .getByRole('button', { name: /^Run ip link add/ })
    .first()
    .click();
  await expect(learner.terminal).toBeVisible();
});

test('Escape twice leaves the terminal, and another shell opens in a tab of its own', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.terminal.click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'host1' })).toBeFocused();
  await page.getByRole('button', { name: 'Another terminal on host1' }).click();
  await expect(page.getByRole('tab', { name: 'host1 (2)' })).toHaveAttribute('aria-selected', 'true');
  await learner.prompt();
  expect(await learner.run('tty')).toContain('/dev/pts/1');
  await learner.type('exit');
  await expect(page.getByRole('tablist', { name: 'Terminals' }).getByRole('tab')).toHaveCount(1);
  await learner.type('exit');
  await expect(page.getByText('The shell on host1 has ended.')).toBeVisible();
  await page.getByRole('button', { name: 'Start another' }).click();
  await learner.prompt();
});

test('what the terminal printed can be searched', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.type('seq 500');
  await expect.poll(() => learner.screen()).toContain('500\n');
  await page.keyboard.press('Control+Shift+F');
  await page.getByRole('textbox', { name: 'Search in the terminal' }).fill('42');
  await expect.poll(() => learner.screen()).toMatch(/\n.*42/);
  await page.getByRole('textbox', { name: 'Search in the terminal' }).fill('no such text');
  await expect(page.getByText('not found')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.type('echo typed again');
  await expect.poll(() => learner.screen()).toContain('echo typed again');
});

test('progress is exported, forgotten and imported again', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  const card = learner.exercise('plug-a-cable');
  await card.getByRole('button', { name: 'Hint' }).click();
  await page.goto('progress/');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const path = await (await downloading).path();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ format: 'vethlab-progress' });

  await page.getByRole('button', { name: 'Reset…' }).click();
  await page.getByRole('button', { name: 'Forget everything' }).click();
  await page.goto('chapters/veth/');
  await expect(card.getByText('Hint 1 of')).toBeHidden();

  await page.goto('progress/');
  await page.locator('input[type=file]').setInputFiles(path);
  await expect(page.getByText('was added to your progress')).toBeVisible();
  await page.goto('chapters/veth/');
  await expect(card.getByText('Hint 1 of')).toBeVisible();
  await page.goto('progress/');
  await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.getByText('not a file that vethlab has exported')).toBeVisible();
});

test('on paper there is prose only', async ({ page }) => {
  await page.emulateMedia({ media: 'print' });
  await page.goto('chapters/veth/');
  await expect(page.locator('main h1')).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Lab' })).toBeHidden();
  await expect(page.getByRole('button', { name: /^Run / }).first()).toBeHidden();
});

test('the front page has a lab to try', async ({ page }) => {
  const learner = new Learner(page);
  await page.goto('./');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect.poll(() => learner.screen()).toContain('ip netns add red');
  await expect(page.getByText('red', { exact: true }).last()).toBeVisible();
  expect(learner.wrong).toEqual([]);
});
