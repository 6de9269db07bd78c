import { type Ipv4, type Ipv6, ipv4Contains, ipv6PrefixContains } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import {
  type Family,
  type IpAddress,
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTPROT_KERNEL,
  type RuleDump,
} from '../rtnetlink/messages.ts';

/** The bits of a DS field that belong to congestion notification, and those that IPv4 routes by. */
const ECN_MASK = 0x03;
const IPTOS_TOS_MASK = 0x1e;

/** What a rule looks at; addresses in the form of the rules' family. */
export interface RuleFlow {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly tos?: number;
  readonly iif?: number;
  readonly oif?: number;
  readonly mark?: number;
  readonly ipProto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

/** The policy rules of one family in one namespace: net/core/fib_rules.c. */
export class FibRules {
  private readonly ns: NetNamespace;
  private readonly family: Family;
  /** By rising priority; undefined while they are the standard ones, which nobody need walk. */
  private changed: RuleDump[] | undefined;
  private readonly onChange: () => void;

  constructor(ns: NetNamespace, family: Family, onChange: () => void) {
    this.ns = ns;
    this.family = family;
    this.onChange = onChange;
  }

  /** Whether anything other than local, main, default has been set. */
  get custom(): boolean {
    return this.changed !== undefined;
  }

  list(): readonly RuleDump[] {
    return this.changed ?? standardRules(this.family);
  }

  dump(): RuleDump[] {
    const rules = this.list();
    const unresolved = (rule: RuleDump): boolean => rule.action === 'goto' && !rules.some((other) => other.priority === rule.gotoTarget);
    return rules.map((rule) => ({
      ...rule,
      ...(unresolved(rule) ? { gotoUnresolved: true } : {}),
      ...(rule.iif !== undefined && this.ns.deviceByName(rule.iif) === undefined ? { iifDetached: true } : {}),
      ...(rule.oif !== undefined && this.ns.deviceByName(rule.oif) === undefined ? { oifDetached: true } : {}),
    }));
  }

  /** RTM_NEWRULE: without a priority it gets the one before the first rule after 0. EEXIST where the same rule is there. */
  add(request: RuleDump, exclusive = true): KernelError | undefined {
    const rules = [...this.list()];
    const rule: RuleDump = { ...request, priority: request.priority ?? defaultPriority(rules) };
    if (rule.action === 'table' && rule.table === 0 && rule.l3mdev !== true) return fail('EINVAL', 'Invalid table id');
    const invalid = this.invalidSelector(rule);
    if (invalid !== undefined) return invalid;
    if (rule.action === 'goto') {
      if (rule.gotoTarget === undefined) return fail('EINVAL', 'Goto target not specified');
      // Only forward jumps, so that rules cannot loop.
      if (rule.gotoTarget <= (rule.priority ?? 0)) return fail('EINVAL', 'Backward goto not supported');
    }
    if (exclusive && rules.some((other) => sameRule(other, rule))) return fail('EEXIST');
    let at = rules.findIndex((other) => (other.priority ?? 0) > (rule.priority ?? 0));
    if (at < 0) at = rules.length;
    rules.splice(at, 0, rule);
    this.set(rules);
    this.ns.emit({ type: 'rule', deleted: false, rule });
    return undefined;
  }

  /** What `fib4_rule_configure` and the port ranges' policy refuse. */
  private invalidSelector(rule: RuleDump): KernelError | undefined {
    if ((rule.tos & ECN_MASK) !== 0) return fail('EINVAL', 'Invalid dsfield (tos): ECN bits must be 0');
    if (this.family === 'inet' && (rule.tos & ~IPTOS_TOS_MASK) !== 0) return fail('EINVAL', 'Invalid tos');
    for (const key of ['sport', 'dport'] as const) {
      const range = rule[key];
      if (range !== undefined && (range[0] === 0 || range[0] > range[1])) return fail('EINVAL', `Invalid ${key} range`);
    }
    return undefined;
  }

  /** RTM_DELRULE: the first rule that all given criteria fit; ENOENT without one. */
  remove(request: RuleDump): KernelError | undefined {
    const rules = [...this.list()];
    const at = rules.findIndex((rule) => fits(rule, request));
    if (at < 0) return fail('ENOENT');
    const [rule] = rules.splice(at, 1);
    this.set(rules);
    this.ns.emit({ type: 'rule', deleted: true, rule: rule as RuleDump });
    return undefined;
  }

  private set(rules: RuleDump[]): void {
    this.changed = rules;
    this.onChange();
  }

  /** Whether the packet meets the rule (`fib_rule_match`). */
  matches(rule: RuleDump, flow: RuleFlow): boolean {
    return this.meets(rule, flow) !== (rule.invert ?? false);
  }

  private meets(rule: RuleDump, flow: RuleFlow): boolean {
    if (rule.iif !== undefined) {
      // What is made here counts as coming in on lo.
      const iif = flow.iif ?? this.ns.loopback.ifindex;
      if (this.ns.deviceByName(rule.iif)?.ifindex !== iif) return false;
    }
    if (rule.oif !== undefined && this.ns.deviceByName(rule.oif)?.ifindex !== (flow.oif ?? 0)) return false;
    if (rule.fwmark !== undefined && (((flow.mark ?? 0) ^ rule.fwmark) & (rule.fwmask ?? 0xffffffff)) !== 0) return false;
    if (rule.uidRange !== undefined && (rule.uidRange[0] > 0 || rule.uidRange[1] < 0)) return false;
    if (rule.srcLen > 0 && !this.contains(rule.src, rule.srcLen, flow.src)) return false;
    if (rule.dstLen > 0 && !this.contains(rule.dst, rule.dstLen, flow.dst)) return false;
    if (rule.tos !== 0 && rule.tos !== ((flow.tos ?? 0) & 0xfc)) return false;
    if (rule.ipProto !== undefined && rule.ipProto !== flow.ipProto) return false;
    return inRange(rule.sport, flow.sport) && inRange(rule.dport, flow.dport);
  }

  private contains(prefix: IpAddress | undefined, length: number, address: IpAddress): boolean {
    return this.family === 'inet'
      ? ipv4Contains(prefix as Ipv4, length, address as Ipv4)
      : ipv6PrefixContains(prefix as Ipv6, length, address as Ipv6);
  }
}

function inRange(range: readonly [number, number] | undefined, port: number | undefined): boolean {
  return range === undefined || (port !== undefined && port >= range[0] && port <= range[1]);
}

const RULE_DEFAULTS = { srcLen: 0, dstLen: 0, tos: 0, action: 'table', protocol: RTPROT_KERNEL } as const;
const RULES4: readonly RuleDump[] = [
  { family: 'inet', priority: 0, table: RT_TABLE_LOCAL, ...RULE_DEFAULTS },
  { family: 'inet', priority: 32766, table: RT_TABLE_MAIN, ...RULE_DEFAULTS },
  { family: 'inet', priority: 32767, table: RT_TABLE_DEFAULT, ...RULE_DEFAULTS },
];
/** IPv6 has no table default. */
const RULES6: readonly RuleDump[] = [
  { family: 'inet6', priority: 0, table: RT_TABLE_LOCAL, ...RULE_DEFAULTS },
  { family: 'inet6', priority: 32766, table: RT_TABLE_MAIN, ...RULE_DEFAULTS },
];

function standardRules(family: Family): readonly RuleDump[] {
  return family === 'inet' ? RULES4 : RULES6;
}

/** One less than the second rule's, as `fib_default_rule_pref`. */
function defaultPriority(rules: readonly RuleDump[]): number {
  const second = rules[1]?.priority ?? 0;
  return second > 0 ? second - 1 : 0;
}

const IDENTITY = [
  'action',
  'table',
  'priority',
  'src',
  'srcLen',
  'dst',
  'dstLen',
  'tos',
  'iif',
  'oif',
  'fwmark',
  'fwmask',
  'invert',
  'gotoTarget',
  'suppressPrefixLength',
  'suppressIfGroup',
  'ipProto',
  'realms',
  'tunId',
  'l3mdev',
] as const;

function sameRule(a: RuleDump, b: RuleDump): boolean {
  return (
    IDENTITY.every((key) => (a[key] || undefined) === (b[key] || undefined)) &&
    sameRange(a.uidRange, b.uidRange) &&
    sameRange(a.sport, b.sport) &&
    sameRange(a.dport, b.dport)
  );
}

function sameRange(a: readonly [number, number] | undefined, b: readonly [number, number] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1]);
}

/** Whether a rule has everything that a request to delete names (`rule_find` with user_priority). */
function fits(rule: RuleDump, request: RuleDump): boolean {
  if (request.priority !== undefined && request.priority !== rule.priority) return false;
  if (request.table !== 0 && request.table !== rule.table) return false;
  if (request.action !== 'table' && request.action !== rule.action) return false;
  if (request.srcLen > 0 && (request.srcLen !== rule.srcLen || request.src !== rule.src)) return false;
  if (request.dstLen > 0 && (request.dstLen !== rule.dstLen || request.dst !== rule.dst)) return false;
  if (request.tos !== 0 && request.tos !== rule.tos) return false;
  for (const key of ['iif', 'oif', 'fwmark', 'fwmask', 'invert', 'gotoTarget', 'suppressPrefixLength', 'ipProto'] as const) {
    if (request[key] !== undefined && request[key] !== rule[key]) return false;
  }
  for (const key of ['uidRange', 'sport', 'dport'] as const) {
    if (request[key] !== undefined && !sameRange(request[key], rule[key])) return false;
  }
  return true;
}
