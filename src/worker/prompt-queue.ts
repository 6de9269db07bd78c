import type { LabSession } from '../sim/lab/session.ts';

/** Puts aside what is half typed, as readline does: to the end of the line, then kill all before it (Ctrl-Y brings it back). */
const CLEAR_LINE = '\x05\x15';

interface QueuedCommand {
  readonly command: string;
  readonly typed: (done: boolean) => void;
}

/** Command lines that wait for the prompt of their terminal, in order. */
export class PromptQueue {
  readonly #session: LabSession;
  readonly #type: (terminal: number, text: string) => void;
  readonly #queues = new Map<number, QueuedCommand[]>();
  /** Steps the world had done when a terminal was last typed into: only later can its shell be back at the prompt. */
  readonly #typedAt = new Map<number, number>();

  constructor(session: LabSession, type: (terminal: number, text: string) => void) {
    this.#session = session;
    this.#type = type;
  }

  /** Answers whether the command was typed in the end. */
  add(terminal: number, command: string): Promise<boolean> {
    return new Promise((typed) => {
      const queue = this.#queues.get(terminal);
      if (queue) queue.push({ command, typed });
      else this.#queues.set(terminal, [{ command, typed }]);
    });
  }

  /** Types what can be typed now. */
  look(): void {
    for (const [terminal, queue] of this.#queues) {
      if (!this.#ready(terminal)) continue;
      const next = queue.shift();
      if (queue.length === 0) this.#queues.delete(terminal);
      if (!next) continue;
      this.#typedAt.set(terminal, this.#session.world.steps);
      this.#type(terminal, `${CLEAR_LINE}${next.command.replaceAll('\n', '\r')}\r`);
      next.typed(true);
    }
  }

  /** Forgets what has not been typed, of one terminal or of all. */
  cancel(terminal?: number): void {
    for (const [id, queue] of this.#queues) {
      if (terminal !== undefined && id !== terminal) continue;
      for (const { typed } of queue) typed(false);
      this.#queues.delete(id);
    }
  }

  #ready(terminal: number): boolean {
    return this.#session.atPrompt(terminal) && this.#session.world.steps > (this.#typedAt.get(terminal) ?? -1);
  }
}
