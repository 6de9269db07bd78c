import { concat, text } from '../sim/base/bytes.ts';
import { NS_PER_S } from '../sim/base/time.ts';
import { runUntil } from '../sim/lab/run-command.ts';
import type { LabSession } from '../sim/lab/session.ts';

const ENTER = '\r';

/** Somebody who types at a terminal of a lab, as a learner does: everything goes into the session's log. */
export class Typist {
  private readonly session: LabSession;
  private readonly terminal: number;
  /** What the terminal has shown since it was last taken. */
  private readonly chunks: Uint8Array[] = [];

  /** Opens a terminal and waits for its prompt. Hears what the session's terminals show from now on. */
  constructor(session: LabSession, machine: string, columns = 100, rows = 40) {
    this.session = session;
    const before = session.listener;
    session.listener = {
      output: (terminal, data) => {
        if (terminal === this.terminal) this.chunks.push(data);
        else before?.output(terminal, data);
      },
      closed: (terminal) => before?.closed(terminal),
    };
    this.terminal = 0;
    this.terminal = session.perform({ do: 'open', machine, columns, rows });
    this.untilPrompt(10);
  }

  /** Types keys as they are. */
  keys(keys: string): void {
    this.session.perform({ do: 'type', terminal: this.terminal, text: keys });
  }

  /** Types a command line, or several lines of one command, and waits for the prompt. False if it did not come in time. */
  command(command: string, limitS = 60): boolean {
    for (const line of command.split('\n')) {
      this.keys(line + ENTER);
      // Lines of a here-document are read one by one.
      this.untilPrompt(limitS);
    }
    return this.session.atPrompt(this.terminal);
  }

  /** Waits for the prompt. */
  untilPrompt(limitS: number): boolean {
    return runUntil(this.session.world, () => this.session.atPrompt(this.terminal), limitS);
  }

  /** Lets time pass, as between two thoughts. */
  pause(seconds: number): void {
    const { world } = this.session;
    world.run(world.clock.now + seconds * NS_PER_S);
  }

  /** What the terminal has shown since this was last asked. */
  take(): string {
    return text(concat(...this.chunks.splice(0)));
  }
}
