import { NS_PER_MS, NS_PER_S } from '../../../src/sim/base/time.ts';
import { ARTICLE_LABS } from '../../../src/sim/lab/articles.ts';
import { LabSession } from '../../../src/sim/lab/session.ts';

/** Wide enough for every command line of the articles. */
const TERMINAL = { columns: 400, rows: 50 };
/** A learner reads for a moment, then types: what the terminal shows is done when it has been silent for this long. */
const QUIET_NS = 600 * NS_PER_MS;
const LIMIT_NS = 90 * NS_PER_S;
/** All prompts end so. */
const PROMPT = /(^|\n)([^\n]*[#$] )$/;

/** What one line typed at a prompt did. */
export interface Typed {
  /** What stood before the line. */
  readonly prompt: string;
  readonly output: readonly string[];
}

/** The machine of a world with a terminal on it, in which an article's commands are typed. */
export class ArticleWorld {
  readonly #session: LabSession;
  readonly #terminal: number;
  #shown = '';
  #lastOutputNs = 0;

  constructor(world: string) {
    const lab = ARTICLE_LABS.get(world);
    if (lab === undefined) throw new Error(`no lab called ${world}`);
    const decoder = new TextDecoder();
    this.#session = new LabSession(lab, 'seeds', {
      output: (_, data) => {
        this.#shown += decoder.decode(data, { stream: true });
        this.#lastOutputNs = this.#session.world.clock.now;
      },
      closed: () => {},
    });
    this.#terminal = this.#session.perform({ do: 'open', machine: world, ...TERMINAL });
    this.#until(() => this.#isQuiet && PROMPT.test(this.#screen));
  }

  /** Types a line and, once so many lines match `reply`, Ctrl-C. */
  type(line: string, interrupt?: { readonly reply: RegExp; readonly count: number }): Typed {
    const prompt = PROMPT.exec(this.#screen)?.[2] ?? '';
    this.#shown = '';
    this.#input(`${line}\r`);
    if (interrupt !== undefined) {
      const replies = () => this.#screen.split('\n').filter((text) => interrupt.reply.test(text)).length;
      this.#until(() => replies() >= interrupt.count || this.#isAtPrompt);
      if (!this.#isAtPrompt) {
        this.#run(QUIET_NS / 2);
        this.#input('\x03');
      }
    }
    this.#until(() => this.#isAtPrompt);
    const [, ...lines] = this.#screen.replace(PROMPT, '$1').split('\n');
    while (lines.at(-1) === '') lines.pop();
    return { prompt, output: lines };
  }

  sleep(seconds: number): void {
    this.#run(seconds * NS_PER_S);
  }

  /** Without colours, cursor movements and the terminal's carriage returns. */
  get #screen(): string {
    return this.#shown.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '').replaceAll('\r', '');
  }

  get #isQuiet(): boolean {
    return this.#session.world.clock.now - this.#lastOutputNs >= QUIET_NS;
  }

  get #isAtPrompt(): boolean {
    return this.#isQuiet && PROMPT.test(this.#screen);
  }

  #input(text: string): void {
    this.#lastOutputNs = this.#session.world.clock.now;
    this.#session.perform({ do: 'type', terminal: this.#terminal, text });
  }

  #run(ns: number): void {
    const { world } = this.#session;
    world.run(world.clock.now + ns);
  }

  #until(condition: () => boolean): void {
    const deadline = this.#session.world.clock.now + LIMIT_NS;
    while (!condition()) {
      if (this.#session.world.clock.now >= deadline) throw new Error(`no prompt within the limit:\n${this.#screen}`);
      this.#run(100 * NS_PER_MS);
    }
  }
}
