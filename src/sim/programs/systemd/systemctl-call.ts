import type { Process, Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import type { ServiceManager } from './manager.ts';
import type { Service } from './service.ts';
import { unitName } from './unit-file.ts';

/** A message as systemd's log functions print it: errors are red on a terminal. */
export function* refuse(c: Command, status: number, message: string, colour = '0;1;31'): Sys<never> {
  const lines = message.split('\n').map((line) => (c.p.terminal(2) === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`));
  yield* c.error(`${lines.join('\n')}\n`);
  throw new Exit(status);
}

/** One call of systemctl. */
export class Call {
  readonly c: Command;
  readonly p: Process;
  readonly manager: ServiceManager;
  readonly options: ReadonlyMap<string, readonly string[]>;

  constructor(c: Command, manager: ServiceManager, options: ReadonlyMap<string, readonly string[]>) {
    this.c = c;
    this.p = c.p;
    this.manager = manager;
    this.options = options;
  }

  has(option: string): boolean {
    return this.options.has(option);
  }

  last(option: string): string | undefined {
    return this.options.get(option)?.at(-1);
  }

  get colours(): boolean {
    return this.p.terminal(1) !== undefined;
  }

  find(given: string): Service | undefined {
    return this.manager.find(unitName(given));
  }

  /** Complains and goes on. */
  *warn(message: string, colour = '0;1;31'): Sys<void> {
    try {
      yield* refuse(this.c, 0, message, colour);
    } catch (thrown) {
      if (!(thrown instanceof Exit)) throw thrown;
    }
  }
}
