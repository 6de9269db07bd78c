import { DockerError, failed } from '../../error.ts';
import { formatPrefix, type Prefix } from '../ipam/prefix.ts';
import type { BridgeConfig } from './config.ts';
import { DOCKER_CHAIN, ISOLATION_1, ISOLATION_2, type Rules, USER_CHAIN } from './rules.ts';

const ESTABLISHED = ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'];
const TO_LOCAL = ['-m', 'addrtype', '--dst-type', 'LOCAL'];

/**
 * The engine's chains (drivers/bridge/setup_ip_tables.go), made when it starts: what an earlier one left in them goes. The policy of
 * FORWARD becomes DROP where the engine itself turned forwarding on.
 */
export function setUpChains(rules: Rules): void {
  for (const table of ['nat', 'filter'] as const) {
    // What an earlier engine has left.
    if (table === 'nat') {
      rules.try('-t', 'nat', '-D', 'PREROUTING', ...TO_LOCAL, '-j', DOCKER_CHAIN);
      rules.try('-t', 'nat', '-D', 'OUTPUT', ...TO_LOCAL, '!', '--dst', '127.0.0.0/8', '-j', DOCKER_CHAIN);
      rules.try('-t', 'nat', '-D', 'OUTPUT', ...TO_LOCAL, '-j', DOCKER_CHAIN);
    }
    rules.try('-t', table, '-F', DOCKER_CHAIN);
    if (table === 'nat') rules.try('-t', table, '-X', DOCKER_CHAIN);
  }
  for (const chain of [ISOLATION_1, ISOLATION_2]) rules.try('-t', 'filter', '-F', chain);
  rules.ensureChain('nat', DOCKER_CHAIN);
  rules.ensureChain('filter', DOCKER_CHAIN);
  rules.ensureChain('filter', ISOLATION_1);
  rules.ensureChain('filter', ISOLATION_2);
  rules.returnAtEnd(ISOLATION_1);
  rules.returnAtEnd(ISOLATION_2);
}

/** DOCKER-USER comes before everything of the engine's own, the isolation between networks after it. */
export function arrangeForward(rules: Rules): void {
  rules.jumpFirst('filter', 'FORWARD', ISOLATION_1);
  rules.ensureChain('filter', USER_CHAIN);
  rules.returnAtEnd(USER_CHAIN);
  rules.jumpFirst('filter', 'FORWARD', USER_CHAIN);
}

/** What the daemon says when one of the first rules cannot be made. */
function forWhat(rule: string, make: () => void): void {
  try {
    make();
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    throw failed(`Failed to Setup IP tables: Unable to enable ${rule}: ${thrown.message}`);
  }
}

/** A network's rules: masquerading, who may forward, and the wall between networks (setupIPTables). */
export class NetworkFirewall {
  readonly #rules: Rules;
  readonly #config: BridgeConfig;
  readonly #subnet: Prefix;
  /** There are no proxies: the host's and a container's own connections to a published port are translated as well. */
  readonly #hairpin: boolean;

  constructor(rules: Rules, config: BridgeConfig, subnet: Prefix, hairpin: boolean) {
    this.#hairpin = hairpin;
    this.#rules = rules;
    this.#config = config;
    this.#subnet = subnet;
  }

  setUp(): void {
    const { internal, bridgeName } = this.#config;
    if (internal) {
      this.#internal(true);
    } else {
      this.#outgoing(true);
      this.#rules.append('nat', 'PREROUTING', [...TO_LOCAL, '-j', DOCKER_CHAIN]);
      this.#rules.append('nat', 'OUTPUT', [...TO_LOCAL, '-j', DOCKER_CHAIN, ...(this.#hairpin ? [] : ['!', '--dst', '127.0.0.0/8'])]);
      this.#rules.insert('filter', 'FORWARD', ['-o', bridgeName, '-j', DOCKER_CHAIN]);
      this.#rules.insert('filter', 'FORWARD', ['-o', bridgeName, ...ESTABLISHED]);
      this.#isolation(true);
    }
    arrangeForward(this.#rules);
  }

  tearDown(): void {
    const { internal, bridgeName } = this.#config;
    if (internal) {
      this.#internal(false);
      return;
    }
    this.#outgoing(false);
    this.#rules.remove('filter', 'FORWARD', ['-o', bridgeName, '-j', DOCKER_CHAIN]);
    this.#rules.remove('filter', 'FORWARD', ['-o', bridgeName, ...ESTABLISHED]);
    this.#isolation(false);
  }

  #outgoing(on: boolean): void {
    const { bridgeName, enableMasquerade } = this.#config;
    if (enableMasquerade) {
      const outward = ['-s', formatPrefix(this.#subnet), '!', '-o', bridgeName, '-j', 'MASQUERADE'];
      forWhat('NAT rule', () => this.#first(on, 'nat', 'POSTROUTING', outward));
      if (!this.#hairpin) forWhat('SKIP DNAT rule', () => this.#first(on, 'nat', DOCKER_CHAIN, ['-i', bridgeName, '-j', 'RETURN']));
    }
    const fromHost = ['-m', 'addrtype', '--src-type', 'LOCAL', '-o', bridgeName, '-j', 'MASQUERADE'];
    if (this.#hairpin) forWhat('MASQ LOCAL HOST rule', () => this.#first(on, 'nat', 'POSTROUTING', fromHost));
    this.#betweenContainers(on);
    this.#first(on, 'filter', 'FORWARD', ['-i', bridgeName, '!', '-o', bridgeName, '-j', 'ACCEPT']);
  }

  #betweenContainers(on: boolean): void {
    const { bridgeName, enableIcc } = this.#config;
    const rule = (verdict: string): string[] => ['-i', bridgeName, '-o', bridgeName, '-j', verdict];
    if (!on) {
      this.#rules.remove('filter', 'FORWARD', rule(enableIcc ? 'ACCEPT' : 'DROP'));
    } else if (enableIcc) {
      this.#rules.remove('filter', 'FORWARD', rule('DROP'));
      this.#rules.insert('filter', 'FORWARD', rule('ACCEPT'));
    } else {
      this.#rules.remove('filter', 'FORWARD', rule('ACCEPT'));
      this.#rules.append('filter', 'FORWARD', rule('DROP'));
    }
  }

  #isolation(on: boolean): void {
    const { bridgeName } = this.#config;
    this.#first(on, 'filter', ISOLATION_1, ['-i', bridgeName, '!', '-o', bridgeName, '-j', ISOLATION_2]);
    this.#first(on, 'filter', ISOLATION_2, ['-o', bridgeName, '-j', 'DROP']);
  }

  #internal(on: boolean): void {
    const { bridgeName } = this.#config;
    const subnet = formatPrefix(this.#subnet);
    this.#first(on, 'filter', ISOLATION_1, ['!', '-d', subnet, '-i', bridgeName, '-j', 'DROP']);
    this.#first(on, 'filter', ISOLATION_1, ['!', '-s', subnet, '-o', bridgeName, '-j', 'DROP']);
    this.#betweenContainers(on);
  }

  #first(on: boolean, table: 'nat' | 'filter', chain: string, rule: readonly string[]): void {
    if (on) this.#rules.insert(table, chain, rule);
    else this.#rules.remove(table, chain, rule);
  }
}
