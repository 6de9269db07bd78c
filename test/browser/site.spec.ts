import { expect, test } from '@playwright/test';

test('the front page leads to the first chapter, and nothing it asks for is missing', { tag: '@base-url' }, async ({ page, baseURL }) => {
  const wrong: string[] = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('response', (response) => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
  page.on(
    'request',
    (request) => request.url().startsWith('http') && !request.url().startsWith(baseURL ?? '') && wrong.push(request.url()),
  );

  await page.goto('./');
  await page.locator('main a[href*="chapters/"]').first().click();
  await expect(page).toHaveURL(/\/chapters\/start\/$/);
  await expect(page.locator('main h1')).toBeVisible();
  await page.reload();
  await expect(page.locator('main h1')).toBeVisible();
  expect(wrong).toEqual([]);
});
