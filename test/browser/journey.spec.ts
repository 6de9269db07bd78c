import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, test } from '@playwright/test';
import { Learner } from './learner.ts';

/** The names that this learner's cable gets, as the words of the exercise say. */
async function cableNames(card: Locator): Promise<[string, string]> {
  const name = async (variable: string): Promise<string> => {
    const words = card.locator(`[data-var="${variable}"]`).first();
    await expect(words).not.toHaveText('…');
    return (await words.textContent()) ?? '';
  };
  return [await name('a'), await name('b')];
}

test('a learner makes a mistake in chapter 2, is told, mends it, and finds the points kept', { tag: '@base-url' }, async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');

  // A command of the prose, with one click: it is typed in the terminal, and the focus stays where it was.
  const command = page.getByRole('button', { name: /^Run ip link add/ }).first();
  await command.click();
  await expect.poll(() => learner.screen()).toContain('ip link add');
  await expect(command).toBeFocused();

  const card = learner.exercise('plug-a-cable');
  await card.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText('Lab of the exercise')).toBeVisible();
  await learner.prompt();
  const [a, b] = await cableNames(card);

  await card.getByRole('button', { name: 'Check' }).click();
  await expect(card.locator('[data-check="pair"]')).toHaveAttribute('data-state', 'failed');
  await expect(card).toContainText(`host1 has no ${a}`);

  await learner.run(`ip link add ${a} type veth peer name ${b}`);
  await learner.run(`ip link set ${a} up`);
  // Checks that cost nothing see it at once.
  await expect(card.locator('[data-check="pair"]')).toHaveAttribute('data-state', 'passed');
  await card.getByRole('button', { name: 'Check' }).click();
  await expect(card.locator('[data-feedback="one-end"]')).toBeVisible();
  await card.getByRole('button', { name: 'Hint' }).click();
  await expect(card.getByText('Hint 1 of')).toBeVisible();

  await learner.run(`ip link set ${b} up`);
  await card.getByRole('button', { name: 'Check' }).click();
  await expect(card).toContainText('3 of 3 points');
  await expect(card.getByText('The idea')).toBeVisible();

  await page.reload();
  await learner.prompt();
  await expect(card).toContainText('3 of 3 points');
  await expect(card.getByText('Hint 1 of')).toBeVisible();
  await expect(page.locator('.theme-doc-sidebar-container').getByRole('img', { name: /^1 of \d+ exercises solved/ })).toBeVisible();
  // The world of the exercise is as it was left.
  await card.getByRole('button', { name: 'Continue' }).click();
  await learner.prompt();
  expect(await learner.run(`ip -br link show ${a}`)).toContain(`${a}@${b}`);
  expect(learner.wrong).toEqual([]);
});

test('a page keeps what was typed over a reload, and undo takes the last command back', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.run('ip netns add red');
  await learner.run('ip netns add blue');
  await page.waitForTimeout(1000);
  await page.reload();
  await learner.prompt();
  expect(await learner.run('ip netns | wc -l')).toContain('\n2\n');
  await page.getByRole('button', { name: 'Undo the last command' }).click();
  await page.getByRole('button', { name: 'Undo the last command' }).click();
  await learner.prompt();
  expect(await learner.run('ip netns')).not.toContain('blue\nred');
  await expect(page.getByRole('button', { name: 'Redo' })).toBeDisabled();
  await page.getByRole('button', { name: 'Reset the lab' }).click();
  await page.getByRole('button', { name: 'Reset?' }).click();
  await expect.poll(() => learner.screen()).not.toContain('netns');
  await page.getByRole('button', { name: 'Undo the last command' }).click();
  await expect.poll(() => learner.screen()).toContain('netns');
  expect(learner.wrong).toEqual([]);
});

test('undo goes back as often as it is clicked, however quickly, and redo survives a reload', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  for (const name of ['one', 'two', 'three', 'four']) await learner.run(`ip netns add ${name}`);
  const undo = await page.getByRole('button', { name: 'Undo the last command' }).boundingBox();
  if (!undo) throw new Error('no button');
  const slow = await page.context().newCDPSession(page);
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  // Where the button is, awake or not: a hand does not wait for it.
  for (let clicks = 0; clicks < 3; clicks++) await page.mouse.click(undo.x + undo.width / 2, undo.y + undo.height / 2);
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await expect.poll(() => learner.screen()).not.toContain('two');
  expect(await learner.screen()).toContain('ip netns add one');
  await page.waitForTimeout(1000);
  await page.reload();
  await learner.prompt();
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect.poll(() => learner.screen()).toContain('ip netns add three');
  expect(await learner.run('ip netns | wc -l')).toContain('\n3\n');
  expect(learner.wrong).toEqual([]);
});

test('a lab that is open in two tabs goes on in the one that is turned to', async ({ page, context }) => {
  const [here, there] = [new Learner(page), new Learner(await context.newPage())];
  await here.page.bringToFront();
  await here.open('labs/');
  await here.run('ip netns add here');
  await here.page.waitForTimeout(1000);
  await there.page.bringToFront();
  await there.open('labs/');
  await there.run('ip netns add there');
  await there.page.waitForTimeout(1000);
  await here.page.bringToFront();
  await here.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => here.screen()).toContain('ip netns add there');
  expect(await here.run('ip netns | wc -l')).toContain('\n2\n');
  expect([...here.wrong, ...there.wrong]).toEqual([]);
});

test('the picture shows what was built, and the same as text', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.run('ip netns add red; ip link add v0 type veth peer name v1 netns red; ip link set v0 up');
  const end = page.getByRole('button', { name: /^v0: no carrier; no address; connected to v1 in red$/ });
  await end.click();
  await expect(page.getByRole('region', { name: 'Device v0' })).toContainText('ip addr show dev v0');
  await page.getByRole('button', { name: 'The picture as text' }).click();
  await expect(page.getByRole('region', { name: 'Picture of the lab' })).toContainText('namespace red');
});

for (const path of ['./', 'chapters/veth/', 'labs/', 'progress/', 'no-such-page/'])
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing serious on ${path} in ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      if (path.startsWith('chapters')) await new Learner(page).prompt();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0]?.html]),
      ).toEqual([]);
    });
