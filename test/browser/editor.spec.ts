import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { Learner } from './learner.ts';

/** What the editor shows, line by line. */
async function shownText(page: Page): Promise<string> {
  const lines = page.locator('.monaco-editor .view-line');
  const placed = await lines.evaluateAll((all) =>
    all.map((line) => [Number.parseFloat((line as HTMLElement).style.top), line.textContent ?? ''] as const),
  );
  return placed
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text.replaceAll('\u00a0', ' '))
    .join('\n');
}

const seriousFindings = async (page: Page) =>
  (await new AxeBuilder({ page }).include('aside').analyze()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes[0]?.html]);

test('a script is written in the editor, run, changed in the terminal, and taken back', { tag: '@base-url' }, async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).host));

  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'Name of the new file' }).fill('hi.sh');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('treeitem', { name: 'hi.sh' })).toBeVisible();
  await page.locator('.monaco-editor').waitFor();
  await page.keyboard.type('for i in 1 2; do\necho "hello $i"\ndone\n');
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved /root/hi.sh')).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFindings(page)).toEqual([]);
  }

  await page.getByRole('button', { name: 'Run', exact: true }).last().click();
  await expect.poll(() => learner.screen()).toMatch(/bash ~\/hi\.sh\nhello 1\nhello 2\n/);

  await learner.run('echo "echo bye" > hi.sh');
  await expect.poll(() => shownText(page)).toBe('echo bye\n');

  // Undo: the command, the run, the save, the new file.
  const undo = page.getByRole('button', { name: 'Undo the last command' });
  await undo.click();
  await expect.poll(() => shownText(page)).toContain('hello $i');
  for (let steps = 0; steps < 3; steps++) await undo.click();
  await expect(page.getByText('is not on host1 any more')).toBeVisible();
  await expect(page.getByRole('treeitem', { name: 'hi.sh' })).toHaveCount(0);
  const redo = page.getByRole('button', { name: 'Redo' });
  for (let steps = 0; steps < 2; steps++) await redo.click();
  await expect(page.getByText('is not on host1 any more')).toHaveCount(0);
  await page.waitForTimeout(1000);

  // The log brings the file back in another worker.
  await page.reload();
  await learner.prompt();
  expect(await learner.run('bash hi.sh')).toContain('hello 2');
  expect([...new Set(fetched)]).toEqual([new URL(page.url()).host]);
  expect(learner.wrong).toEqual([]);
});

test('the editor is used without a mouse, and left again', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.run('mkdir lib; echo one > lib/a.sh; echo two > b.sh');
  await page.getByRole('tab', { name: 'Picture' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem', { name: 'lib' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem', { name: 'a.sh' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => shownText(page)).toBe('one\n');
  await page.keyboard.type('# ');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'a.sh' })).toBeFocused();
  // What is not saved is not dropped at once.
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Drop changes?' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'a.sh' })).toHaveCount(0);
  await page.getByRole('treeitem', { name: 'b.sh' }).focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('c');
  await page.keyboard.press('Enter');
  expect(await learner.run('ls')).toContain('c.sh');
  expect(learner.wrong).toEqual([]);
});

test('no page loads the editor before a file is opened', async ({ page }) => {
  const learner = new Learner(page);
  let bytes = 0;
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) bytes += (await response.body()).length;
  });
  await learner.open('labs/');
  await page.getByRole('tab', { name: 'Files' }).click();
  await expect(page.getByText('Choose a file')).toBeVisible();
  const before = bytes;
  await learner.run('echo 1 > a');
  await page.getByRole('treeitem', { name: 'a', exact: true }).click();
  await page.locator('.monaco-editor .view-line').first().waitFor();
  // Monaco is larger than everything else together.
  expect(bytes - before).toBeGreaterThan(1_000_000);
});

test('configuration files have their colours', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  await learner.run(
    "printf 'server { # one\\n  listen 80;\\n}\\n' > nginx.conf; printf 'FROM debian\\n' > Dockerfile; printf 'a: [1]\\n' > a.yaml",
  );
  await page.getByRole('tab', { name: 'Files' }).click();
  const colors = () =>
    page
      .locator('.monaco-editor .view-line span > span')
      .evaluateAll((spans) =>
        Object.fromEntries(spans.map((span) => [span.textContent?.replaceAll('\u00a0', ' ').trim(), getComputedStyle(span).color])),
      );
  for (const [name, words] of [
    ['nginx.conf', ['server', 'listen', '80', '# one']],
    ['Dockerfile', ['FROM', 'debian']],
    ['a.yaml', ['a', '1']],
  ] as const) {
    await page.getByRole('treeitem', { name }).click();
    await expect
      .poll(
        async () =>
          new Set(Object.entries(await colors()).flatMap(([word, color]) => (words.some((one) => one === word) ? [color] : []))).size,
      )
      .toBe(words.length);
  }
});

test('a script of an exercise is put right in the editor, and passes', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  const card = learner.exercise('lost-in-the-move');
  await card.getByRole('button', { name: /^Open .*wire\.sh in the editor/ }).click();
  await expect.poll(() => shownText(page)).toContain('netns app');
  const net = /10\.9\.\d+/.exec(await shownText(page))?.[0];
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    [
      'ip link add v-host type veth peer name v-app netns app',
      `ip addr add ${net}.1/24 dev v-host`,
      'ip link set v-host up',
      `ip -n app addr add ${net}.2/24 dev v-app`,
      'ip -n app link set v-app up\n',
    ].join('\n'),
  );
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved /root/wire.sh')).toBeVisible();
  await card.getByRole('button', { name: 'Check' }).click();
  await expect(card).toContainText('4 of 4 points');
  expect(learner.wrong).toEqual([]);
});

test('what is not saved is there after a visit to another chapter', async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('chapters/veth/');
  await learner.run('echo one > a.txt');
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('treeitem', { name: 'a.txt' }).click();
  await expect.poll(() => shownText(page)).toBe('one\n');
  await page.keyboard.insertText('draft ');
  const chapters = page.locator('.theme-doc-sidebar-container');
  await chapters.getByRole('link', { name: /Namespaces/ }).click();
  await expect(page.getByText('Choose a file')).toBeVisible();
  await chapters.getByRole('link', { name: /veth/ }).click();
  await expect.poll(() => shownText(page)).toBe('draft one\n');
  await expect(page.getByRole('tab', { name: 'a.txt not saved' })).toBeVisible();
  expect(learner.wrong).toEqual([]);
});
