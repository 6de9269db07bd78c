import { createHash } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { Learner } from './learner.ts';

// The application that articles on several containers end with: Flask counts its visitors in Redis.

const DOCKERFILE = `FROM python:3.11-slim
LABEL maintainer="you@example.com"
COPY . /app
WORKDIR /app
RUN pip install -r requirements.txt
EXPOSE 5000
CMD [ "python", "app.py" ]
`;

const REQUIREMENTS = `flask
redis
`;

const APP = `from flask import Flask
from redis import Redis
import os
import socket

app = Flask(__name__)

redis = Redis(host=os.environ.get('REDIS_HOST', '127.0.0.1'), port=6379, decode_responses=True)

@app.route('/')
def hello():
    redis.incr('hits')
    return 'Hello Container World! I have been seen %s times and my hostname is %s.\\n' % (redis.get('hits'), socket.gethostname())

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
`;

const INDENT = 4;
const indentOf = (line: string): number => line.search(/\S|$/);

/**
 * Types a text as a person does: Monaco indents a line as the one before, and one more after a colon; what is too much is taken back with
 * Backspace. Quotes and brackets that Monaco closes by itself are typed over.
 */
async function typeText(page: Page, text: string): Promise<void> {
  let offered = 0;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line !== '') {
      for (; offered > indentOf(line); offered -= INDENT) await page.keyboard.press('Backspace');
      await page.keyboard.type(line.trimStart());
      offered = indentOf(line) + (line.endsWith(':') ? INDENT : 0);
    }
    await page.keyboard.press('Enter');
  }
  for (; offered > 0; offered -= INDENT) await page.keyboard.press('Backspace');
}

/** Makes a file in the folder that is chosen in the tree, types it and saves it. */
async function write(page: Page, path: string, text: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'Name of the new file' }).fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.monaco-editor.focused')).toBeVisible();
  await typeText(page, text);
  await page.keyboard.press('Control+s');
  await expect(page.getByText(`Saved ${path}`)).toBeVisible();
}

test('a web application and its database are written, built, run, and outlive a database that is away', async ({ page }) => {
  // Three files are typed key by key.
  test.slow();
  const learner = new Learner(page);
  await learner.open('chapters/application/');

  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Name of the new folder' }).fill('flask-redis');
  await page.keyboard.press('Enter');
  const folder = page.getByRole('treeitem', { name: 'flask-redis' });
  const files = { Dockerfile: DOCKERFILE, 'requirements.txt': REQUIREMENTS, 'app.py': APP };
  for (const [name, text] of Object.entries(files)) {
    await folder.click();
    await write(page, `/root/flask-redis/${name}`, text);
  }

  await learner.run('cd flask-redis');
  // Not a key was lost or doubled on its way.
  const sums = await learner.run('md5sum Dockerfile requirements.txt app.py');
  for (const [name, text] of Object.entries(files)) expect(sums).toContain(`${createHash('md5').update(text).digest('hex')}  ${name}`);

  await learner.type('docker build -t flask-redis .');
  await expect.poll(() => learner.screen(), { timeout: 60_000 }).toContain('Successfully tagged flask-redis:latest');
  await learner.run('docker network create app');
  await learner.run('docker run -d --name redis_one --network app redis');
  await learner.run('docker run -d -p 5000:5000 --network app --name flask-redis -e REDIS_HOST=redis_one flask-redis');

  /** What `line` prints, in one piece: the terminal is narrower than what Flask says. */
  const answer = async (line: string) => (await learner.run(line)).replaceAll('\n', '').split(line).at(-1);
  const seen = (times: number) =>
    new RegExp(`^Hello Container World! I have been seen ${times} times and my hostname is [0-9a-f]{12}\\.root@`);
  expect(await answer('sleep 1; curl 192.168.56.11:5000')).toMatch(seen(1));
  expect(await answer('curl 127.0.0.1:5000')).toMatch(seen(2));
  expect(await learner.run('docker exec flask-redis env | grep REDIS_HOST')).toContain('\nREDIS_HOST=redis_one\n');
  await page.getByRole('tab', { name: 'Picture' }).click();
  const picture = page.getByRole('group', { name: 'Devices' });
  for (const name of ['flask-redis', 'redis_one']) await expect(picture.getByText(name, { exact: true }).first()).toBeVisible();

  await learner.run('docker stop redis_one');
  expect(await learner.run('curl -i 127.0.0.1:5000')).toContain('HTTP/1.1 500 INTERNAL SERVER ERROR');
  expect(await answer('docker logs flask-redis 2>&1 | grep redis.exceptions')).toContain(
    'redis.exceptions.ConnectionError: Error -2 connecting to redis_one:6379. Name or service not known.root@',
  );

  await learner.run('docker start redis_one');
  // Asked to end, Redis has written down what it knew.
  expect(await answer('sleep 1; curl 127.0.0.1:5000')).toMatch(seen(3));
  expect(learner.wrong).toEqual([]);
});
