import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Learner } from './learner.ts';

test('a container is run, seen in the picture, entered, published and asked', { tag: '@base-url' }, async ({ page }) => {
  const learner = new Learner(page);
  await learner.open('labs/');
  const lab = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Docker', exact: true }) });
  await lab.getByRole('button', { name: 'Open' }).click();
  await learner.prompt();

  await learner.run('docker network create shop');
  await learner.run('docker run -d --name web --network shop -p 8080:80 nginx');
  const picture = page.getByRole('group', { name: 'Devices' });
  await expect(picture.getByText('web', { exact: true })).toBeVisible();
  await expect(picture.getByText('nginx', { exact: true })).toBeVisible();
  await expect(picture.getByText('shop', { exact: true })).toBeVisible();
  await expect(picture.getByText('veth of web')).toBeVisible();
  await page.getByRole('button', { name: /^What comes for tcp port 8080 of host1 goes to port 80 of web/ }).click();
  expect((await new AxeBuilder({ page }).include('aside').analyze()).violations).toEqual([]);
  await page.getByRole('region', { name: 'Published port' }).getByRole('button', { name: 'Run' }).click();
  await expect.poll(() => learner.screen()).toContain('\n80/tcp -> 0.0.0.0:8080\n');

  await learner.run('curl -s http://localhost:8080/ | grep title');
  expect(await learner.screen()).toContain('Welcome to nginx!');
  await learner.terminal.click();
  await page.keyboard.type('docker exec w');
  await page.keyboard.press('Tab');
  await page.keyboard.type('cat /etc/hostname');
  await page.keyboard.press('Enter');
  await expect.poll(() => learner.screen()).toMatch(/# docker exec web cat \/etc\/hostname\n[0-9a-f]{12}\n/);

  // Its files, in the editor.
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('combobox', { name: 'Machine or container' }).selectOption({ label: 'web on host1' });
  await page.getByRole('treeitem', { name: 'usr' }).waitFor();
  await page.getByRole('tab', { name: 'Picture' }).click();

  await learner.run('docker kill web');
  await expect(picture.getByText('web', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo the last command' }).click();
  await expect(picture.getByText('web', { exact: true })).toBeVisible();
  expect(learner.wrong).toEqual([]);
});
