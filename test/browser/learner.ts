import { expect, type Locator, type Page } from '@playwright/test';

/** What a learner does on a page, in a few words; and what may not happen meanwhile. */
export class Learner {
  readonly page: Page;
  /** Errors that the page has printed or thrown. */
  readonly wrong: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.wrong.push(message.text()));
    page.on('pageerror', (error) => this.wrong.push(error.message));
  }

  /** Opens a page with a lab and waits for the prompt. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.prompt();
  }

  /** The terminal in front. */
  get terminal(): Locator {
    return this.page.locator('section[aria-label^="Terminal on"]:not([inert])');
  }

  /** What the terminal shows now, without blank lines. */
  async screen(): Promise<string> {
    const rows = await this.terminal.locator('.xterm-rows > div').allTextContents();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .filter((row) => row !== '')
      .join('\n');
  }

  /** Waits until the last line is an empty prompt. */
  async prompt(timeout = 10_000): Promise<void> {
    await expect.poll(async () => (await this.screen()).split('\n').at(-1), { timeout }).toMatch(/^root@[\w.-]+:[^#]*#$/);
  }

  /** Types a line and Enter into the terminal, without waiting for its end. */
  async type(line: string): Promise<void> {
    await this.terminal.click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Types a line and waits until the prompt is back; what the screen shows then. */
  async run(line: string): Promise<string> {
    await this.type(line);
    await expect.poll(() => this.screen()).toContain(line.slice(0, 40));
    await this.prompt();
    return this.screen();
  }

  exercise(id: string): Locator {
    return this.page.locator(`[data-exercise$="/${id}"]`);
  }
}
