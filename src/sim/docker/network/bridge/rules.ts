import { failed } from '../../error.ts';
import type { EngineHost } from '../../host.ts';

export type Table = 'filter' | 'nat';

export const DOCKER_CHAIN = 'DOCKER';
export const ISOLATION_1 = 'DOCKER-ISOLATION-STAGE-1';
export const ISOLATION_2 = 'DOCKER-ISOLATION-STAGE-2';
export const USER_CHAIN = 'DOCKER-USER';

/** The iptables calls of the engine (libnetwork's iptables package): each rule is looked for before it is added or taken away. */
export class Rules {
  readonly #host: EngineHost;
  readonly #v6: boolean;

  constructor(host: EngineHost, v6 = false) {
    this.#host = host;
    this.#v6 = v6;
  }

  /** Runs iptables and ignores what comes of it. */
  try(...args: readonly string[]): boolean {
    return this.#host.iptables(this.#v6, args) === undefined;
  }

  /** Runs iptables; a failure is the daemon's. */
  run(...args: readonly string[]): void {
    const error = this.#host.iptables(this.#v6, args);
    if (error !== undefined) {
      const program = this.#v6 ? 'ip6tables' : 'iptables';
      throw failed(` (${program} failed: ${program} --wait ${args.join(' ')}: ${error} (exit status 1))`);
    }
  }

  exists(table: Table, chain: string, rule: readonly string[]): boolean {
    return this.try('-t', table, '-C', chain, ...rule);
  }

  hasChain(table: Table, chain: string): boolean {
    return this.try('-t', table, '-nL', chain);
  }

  ensureChain(table: Table, chain: string): void {
    if (!this.hasChain(table, chain)) this.run('-t', table, '-N', chain);
  }

  /** Puts a rule first, unless the chain has it. */
  insert(table: Table, chain: string, rule: readonly string[]): void {
    if (!this.exists(table, chain, rule)) this.run('-t', table, '-I', chain, ...rule);
  }

  append(table: Table, chain: string, rule: readonly string[]): void {
    if (!this.exists(table, chain, rule)) this.run('-t', table, '-A', chain, ...rule);
  }

  remove(table: Table, chain: string, rule: readonly string[]): void {
    if (this.exists(table, chain, rule)) this.try('-t', table, '-D', chain, ...rule);
  }

  /** The rule goes to the top, wherever it was. */
  jumpFirst(table: Table, from: string, to: string): void {
    const rule = ['-j', to];
    this.remove(table, from, rule);
    this.run('-t', table, '-I', from, ...rule);
  }

  /** The chain ends by going back to where it was called from. */
  returnAtEnd(chain: string): void {
    this.append('filter', chain, ['-j', 'RETURN']);
  }
}
