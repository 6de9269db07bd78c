import type { AddressMask } from '../../kernel/netfilter/packet.ts';
import type { Rule, RuleSpec, Wanted } from '../../kernel/netfilter/rule.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { addressText, formatAddress, maskText } from './address.ts';
import { matchExtension, targetExtension } from './extensions.ts';
import { Names } from './names.ts';

/** How rules are listed: -n, -v, -x, --line-numbers; `line` is the form in which -v repeats a rule that is added. */
export interface ListFormat {
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly exact: boolean;
  readonly lineNumbers: boolean;
}

/** Rules as text: rows of a listing, and the options that make them. */
export class RuleText {
  private readonly p: Process;
  private readonly family: Family;
  private readonly names: Names;

  constructor(p: Process, family: Family) {
    this.p = p;
    this.family = family;
    this.names = new Names(p);
  }

  /** One row of a listing, with its newline. */
  *row(rule: Rule, number: number, format: ListFormat): Sys<string> {
    const spec = rule.current();
    const { numeric, verbose } = format;
    let row = format.lineNumbers ? `${String(number).padEnd(4)} ` : '';
    if (verbose) row += `${count(rule.packets, 8, format)}${count(rule.bytes, 8, format)}`;
    row += `${targetName(spec).padEnd(9)} ${spec.protocol?.invert ? '!' : ' '}`;
    row += `${this.names.protocol(spec.protocol?.value ?? 0, numeric).padEnd(4)} ${fragmentText(spec)} `;
    if (verbose) row += ` ${deviceText(spec.input, numeric).padEnd(6)} ${deviceText(spec.output, numeric).padEnd(6)} `;
    row += `${spec.source?.invert ? '!' : ' '}${(yield* this.address(spec.source, numeric)).padEnd(19)} `;
    row += `${spec.destination?.invert ? '!' : ' '}${(yield* this.address(spec.destination, numeric)).padEnd(19)} `;
    return `${row}${this.details(spec, numeric)}\n`;
  }

  /** How -v repeats a rule that is added or deleted. */
  *line(spec: RuleSpec): Sys<string> {
    const protocol = `${spec.protocol?.invert ? '!' : ' '}${this.names.protocol(spec.protocol?.value ?? 0, false)}`;
    const devices = `in ${deviceText(spec.input, true)} out ${deviceText(spec.output, true)}`;
    const source = `${spec.source?.invert ? '!' : ' '}${yield* this.address(spec.source, true)}`;
    const destination = `${spec.destination?.invert ? '!' : ' '}-> ${yield* this.address(spec.destination, true)}`;
    return `${targetName(spec)} ${protocol} opt ${fragmentText(spec)} ${devices} ${source} ${destination}  ${this.details(spec, true)}\n`;
  }

  private details(spec: RuleSpec, numeric: boolean): string {
    const protocol = spec.protocol === undefined ? '' : this.names.protocol(spec.protocol.value, false);
    let text = spec.target?.name === 'jump' && spec.target.goto ? '[goto] ' : '';
    for (const match of spec.matches) text += matchExtension(match.name, this.family)?.print(match, this.names, numeric, protocol) ?? '';
    if (spec.target) text += targetExtension(spec.target.name, this.family)?.print(spec.target, this.names, numeric, protocol) ?? '';
    return text;
  }

  private address(wanted: Wanted<AddressMask> | undefined, numeric: boolean): Sys<string> {
    return addressText(this.p, wanted?.value, numeric, this.family);
  }

  /** The rule as iptables -S writes it behind `-A`. */
  save(chain: string, rule: Rule, counters: boolean): string {
    const spec = rule.current();
    let text = `-A ${chain}`;
    const option = (letter: string, wanted: Wanted<unknown> | undefined, value: string): void => {
      if (wanted !== undefined) text += `${wanted.invert ? ' !' : ''} ${letter}${value === '' ? '' : ` ${value}`}`;
    };
    const address = (wanted: Wanted<AddressMask> | undefined): string =>
      wanted === undefined ? '' : `${formatAddress(wanted.value.address)}${maskText(wanted.value.mask)}`;
    option('-s', spec.source, address(spec.source));
    option('-d', spec.destination, address(spec.destination));
    option('-i', spec.input, spec.input?.value ?? '');
    option('-o', spec.output, spec.output?.value ?? '');
    option('-p', spec.protocol, this.names.protocol(spec.protocol?.value ?? 0, false));
    option('-f', spec.fragment, '');
    for (const match of spec.matches) text += ` -m ${match.name}${matchExtension(match.name, this.family)?.save(match) ?? ''}`;
    if (counters) text += ` -c ${rule.packets} ${rule.bytes}`;
    const { target } = spec;
    if (target?.name === 'jump') text += ` -${target.goto ? 'g' : 'j'} ${target.chain}`;
    else if (target) {
      const extension = targetExtension(target.name, this.family);
      text += ` -j ${extension?.savedAs?.(target) ?? target.name}${extension?.save(target) ?? ''}`;
    }
    return text;
  }
}

function targetName({ target }: RuleSpec): string {
  return target === undefined ? '' : target.name === 'jump' ? target.chain : target.name;
}

function fragmentText({ fragment }: RuleSpec): string {
  return fragment === undefined ? '--' : fragment.invert ? '!f' : '-f';
}

function deviceText(wanted: Wanted<string> | undefined, numeric: boolean): string {
  return wanted === undefined ? (numeric ? '*' : 'any') : `${wanted.invert ? '!' : ''}${wanted.value}`;
}

/** A counter, shortened to five places unless `exact` (xtables_print_num). */
export function count(value: number, exactWidth: number, { exact }: Pick<ListFormat, 'exact'>): string {
  if (exact) return `${String(value).padStart(exactWidth)} `;
  let n = value;
  if (n <= 99_999) return `${String(n).padStart(5)} `;
  for (const unit of 'KMG') {
    n = Math.floor((n + 500) / 1000);
    if (n <= 9_999) return `${String(n).padStart(4)}${unit} `;
  }
  return `${String(Math.floor((n + 500) / 1000)).padStart(4)}T `;
}
