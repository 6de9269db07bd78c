import { expect, test } from '@playwright/test';
import { Learner } from './learner.ts';

test('Ctrl-C ends a busy loop', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.type('while :; do :; done');
  await page.waitForTimeout(1500);
  await page.keyboard.press('Control+c');
  await learner.prompt(3_000);
  expect(await learner.run('echo still $((40 + 2))')).toContain('still 42');
  expect(learner.wrong).toEqual([]);
});

test('after a fork bomb the page answers, and reset brings a prompt', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.type(':() { : | : & }; :');
  await page.waitForTimeout(2000);
  await page.getByRole('button', { name: 'Reset the lab' }).click();
  await page.getByRole('button', { name: 'Reset?' }).click();
  await expect.poll(() => learner.screen(), { timeout: 15_000 }).not.toContain('() {');
  await learner.prompt();
  expect(await learner.run('echo back')).toContain('back');
  expect(learner.wrong).toEqual([]);
});

test('100,000 lines come through, and Ctrl-C stops endless ones', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.type('seq 100000');
  await expect.poll(() => learner.screen(), { timeout: 20_000 }).toContain('100000');
  await learner.prompt();
  await learner.type('yes');
  await page.waitForTimeout(1000);
  await page.keyboard.press('Control+c');
  await learner.prompt(5_000);
  expect(learner.wrong).toEqual([]);
});

test('a paste of a megabyte leaves the page alive, and Ctrl-C brings the prompt back', async ({ page, context }) => {
  const learner = new Learner(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await learner.open('labs/');
  await learner.type('cat > /tmp/pasted');
  await page.evaluate(() => navigator.clipboard.writeText(`${'0123456789abcde\n'.repeat(65_536)}`));
  await page.keyboard.press('Control+Shift+V');
  await expect.poll(() => learner.screen(), { timeout: 20_000 }).toContain('0123456789abcde');
  await page.keyboard.press('Control+c');
  await learner.prompt(20_000);
  expect(await learner.run('echo alive')).toContain('alive');
  expect(learner.wrong).toEqual([]);
});

test('a command left running when the tab was closed is there again', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.type('ping 127.0.0.1');
  await expect.poll(() => learner.screen()).toContain('icmp_seq=2');
  await page.reload();
  await expect.poll(() => learner.screen()).toContain('icmp_seq=2');
  await learner.terminal.click();
  await page.keyboard.press('Control+c');
  await learner.prompt();
  expect(await learner.screen()).toContain('packets transmitted');
});

for (const trouble of ['blocked', 'full'] as const)
  test(`with ${trouble} storage everything works and the page says that nothing is kept`, async ({ page }) => {
    await page.addInitScript((how) => {
      if (how === 'blocked')
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        });
      else
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        };
    }, trouble);
    const learner = new Learner(page);
    await learner.open('chapters/veth/');
    await expect(page.getByText(trouble === 'blocked' ? 'lets vethlab keep nothing' : 'storage is full')).toBeVisible();
    expect(await learner.run('echo works')).toContain('works');
  });

test('a worker that dies can be started again, with everything that was done', async ({ page }) => {
  const learner = new Learner(page);
  await page.addInitScript(() => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        (window as unknown as { lastWorker: Worker }).lastWorker = this;
      }
    };
  });
  await learner.open('labs/');
  await learner.run('hostname from-before');
  // The page has the log a moment later.
  await page.waitForTimeout(500);
  await page.evaluate(() => (window as unknown as { lastWorker: Worker }).lastWorker.terminate());
  await page.getByRole('button', { name: 'Restart it' }).click({ timeout: 15_000 });
  await expect(page.getByRole('button', { name: 'Restart it' })).toBeHidden();
  await page.waitForTimeout(1000);
  await learner.prompt();
  expect(await learner.run('hostname; echo .')).toContain('\nfrom-before\n.\n');
});
