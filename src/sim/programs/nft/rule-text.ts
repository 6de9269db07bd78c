import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { AddressMask } from '../../kernel/netfilter/packet.ts';
import type { Rule, RuleSpec, Wanted } from '../../kernel/netfilter/rule.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import { formatAddress, maskLength, maskText } from '../iptables/address.ts';
import { nftNot } from '../iptables/extension.ts';
import { matchExtension, targetExtension } from '../iptables/extensions.ts';
import type { Names } from '../iptables/names.ts';
import { isNative, isNativeTarget } from '../iptables/native.ts';

/** How nft lists rules: -n, -s, -S. */
export interface Style {
  readonly numeric: boolean;
  readonly stateless: boolean;
}

/** A rule of iptables in nft's language: what iptables has left as it is (`xt`) in the words that its own libraries have for it. */
export function ruleText(rule: Rule, family: Family, names: Names, style: Style): string {
  const spec = rule.current();
  const protocol = spec.protocol === undefined ? '' : names.protocol(spec.protocol.value, false);
  const counter = style.stateless ? 'counter' : `counter packets ${rule.packets} bytes ${rule.bytes}`;
  const parts = [
    ...deviceText('iifname', spec.input),
    ...deviceText('oifname', spec.output),
    ...protocolText(spec, names, style),
    ...addressText(family, 'saddr', spec.source),
    ...addressText(family, 'daddr', spec.destination),
    ...(spec.fragment ? [`ip frag-off & 8191 ${spec.fragment.invert ? '==' : '!='} 0`] : []),
    ...spec.matches.map((match) => matchText(match, protocol, family)),
    counter,
    ...targetText(spec, protocol, family),
  ];
  return parts.join(' ');
}

/** Whether a rule has something that nft cannot know by itself. */
export function isForeign({ spec }: Rule): boolean {
  return !isNativeTarget(spec.target) || spec.matches.some((match) => !isNative(match));
}

function deviceText(key: string, wanted: Wanted<string> | undefined): string[] {
  return wanted === undefined ? [] : [`${key} ${nftNot(wanted.invert)}"${wanted.value.replace(/\+$/, '*')}"`];
}

/** The protocol goes without saying where its own fields are compared first. */
function protocolText({ protocol, matches: [first] }: RuleSpec, names: Names, { numeric }: Style): string[] {
  if (protocol === undefined) return [];
  if (first && (first.name === 'tcp' || first.name === 'udp') && isNative(first)) return [];
  return [`meta l4proto ${nftNot(protocol.invert)}${names.protocol(protocol.value, numeric)}`];
}

function addressText(family: Family, field: string, wanted: Wanted<AddressMask> | undefined): string[] {
  if (wanted === undefined) return [];
  const { address, mask } = wanted.value;
  const key = `${family === 'inet' ? 'ip' : 'ip6'} ${field}`;
  const length = maskLength(mask);
  if (length === undefined) {
    return [`${key} & ${formatAddress(mask)} ${wanted.invert ? '!=' : '=='} ${formatAddress(address)}`];
  }
  const whole = length === (family === 'inet' ? 32 : 128);
  return [`${key} ${nftNot(wanted.invert)}${formatAddress(address)}${whole ? '' : maskText(mask)}`];
}

function matchText(match: Match, protocol: string, family: Family): string {
  return matchExtension(match.name, family)?.translate?.(match, protocol, family) ?? `xt match ${match.name}`;
}

function targetText({ target }: RuleSpec, protocol: string, family: Family): string[] {
  if (target === undefined) return [];
  if (target.name === 'jump') return [`${target.goto ? 'goto' : 'jump'} ${target.chain}`];
  if (target.name === 'ACCEPT' || target.name === 'DROP' || target.name === 'RETURN') return [target.name.toLowerCase()];
  return [targetExtension(target.name, family)?.translate?.(target, protocol, family) ?? `xt target ${target.name}`];
}
