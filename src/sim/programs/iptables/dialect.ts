import type { Family } from '../../kernel/rtnetlink/messages.ts';

/** Which of the two programs runs. */
export interface Dialect {
  readonly program: 'iptables' | 'ip6tables';
  readonly family: Family;
}

export const IPTABLES: Dialect = { program: 'iptables', family: 'inet' };
export const IP6TABLES: Dialect = { program: 'ip6tables', family: 'inet6' };
