import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { RouteType } from '../../kernel/rtnetlink/messages.ts';
import type { Process } from '../../machine/process.ts';
import { matches, parseInteger, parseUnsigned } from './parse.ts';

// Names of numbers: /etc/iproute2/rt_tables, rt_protos, rt_scopes, group, rt_dsfield. Where a file is missing, what Debian puts there.

const TABLES = '255\tlocal\n254\tmain\n253\tdefault\n0\tunspec\n';
const SCOPES = '0\tglobal\n255\tnowhere\n254\thost\n253\tlink\n200\tsite\n';
const GROUPS = '0\tdefault\n';
const PROTOCOLS =
  '0\tunspec\n1\tredirect\n2\tkernel\n3\tboot\n4\tstatic\n8\tgated\n9\tra\n10\tmrt\n11\tzebra\n12\tbird\n13\tdnrouted\n14\txorp\n15\tntk\n' +
  '16\tdhcp\n18\tkeepalived\n42\tbabel\n99\topenr\n186\tbgp\n187\tisis\n188\tospf\n189\trip\n192\teigrp\n';
const DSFIELDS =
  '0x0\tdefault\n0x28\tAF11\n0x30\tAF12\n0x38\tAF13\n0x48\tAF21\n0x50\tAF22\n0x58\tAF23\n0x68\tAF31\n0x70\tAF32\n0x78\tAF33\n' +
  '0x88\tAF41\n0x90\tAF42\n0x98\tAF43\n0x20\tCS1\n0x40\tCS2\n0x60\tCS3\n0x80\tCS4\n0xA0\tCS5\n0xC0\tCS6\n0xE0\tCS7\n0xB8\tEF\n';

/** RTN_*, in order of their numbers. */
const ROUTE_TYPES: readonly RouteType[] = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
];

/** One file's names and numbers. */
class NameTable {
  readonly #names = new Map<number, string>();
  readonly #numbers = new Map<string, number>();

  constructor(lines: string) {
    for (const line of lines.split('\n')) {
      const found = /^\s*(0[xX][0-9a-fA-F]+|\d+)\s+([^\s#]+)/.exec(line);
      if (!found) continue;
      const number = Number(found[1]);
      this.#names.set(number, found[2] as string);
      this.#numbers.set(found[2] as string, number);
    }
  }

  name(number: number): string | undefined {
    return this.#names.get(number);
  }

  number(name: string): number | undefined {
    return this.#numbers.get(name);
  }
}

export class Names {
  readonly #p: Process;
  readonly #numeric: () => boolean;
  readonly #tables = new Map<string, NameTable>();

  constructor(p: Process, numeric: () => boolean) {
    this.#p = p;
    this.#numeric = numeric;
  }

  table(number: number): string {
    return this.#name('rt_tables', TABLES, number) ?? String(number);
  }

  parseTable(word: string): number | undefined {
    return this.#number('rt_tables', TABLES, word, 32);
  }

  protocol(number: number): string {
    return this.#name('rt_protos', PROTOCOLS, number) ?? String(number);
  }

  parseProtocol(word: string): number | undefined {
    return this.#number('rt_protos', PROTOCOLS, word, 8);
  }

  scope(number: number): string {
    return this.#name('rt_scopes', SCOPES, number) ?? String(number);
  }

  parseScope(word: string): number | undefined {
    return this.#number('rt_scopes', SCOPES, word, 8);
  }

  group(number: number): string {
    return this.#name('group', GROUPS, number) ?? String(number);
  }

  /** strtol(3) into an int: what is too large for it is cut off. */
  parseGroup(word: string): number | undefined {
    const named = this.#table('group', GROUPS).number(word);
    if (named !== undefined) return named;
    const value = parseInteger(word);
    if (value === undefined || value < 0) return undefined;
    return value >= 2 ** 63 ? 2 ** 32 - 1 : Number(BigInt.asUintN(32, BigInt(value)));
  }

  dsfield(number: number): string {
    return this.#name('rt_dsfield', DSFIELDS, number) ?? `0x${number.toString(16).padStart(2, '0')}`;
  }

  /** Numbers are hexadecimal here, with or without 0x. */
  parseDsfield(word: string): number | undefined {
    const named = this.#table('rt_dsfield', DSFIELDS).number(word);
    if (named !== undefined) return named;
    if (!/^(0[xX])?[0-9a-fA-F]{1,4}$/.test(word)) return undefined;
    const value = Number.parseInt(word, 16);
    return value > 255 ? undefined : value;
  }

  routeType(type: RouteType): string {
    return this.#numeric() ? String(ROUTE_TYPES.indexOf(type)) : type;
  }

  parseRouteType(word: string): RouteType | undefined {
    if (word === 'local' || word === 'nat' || word === 'throw') return word;
    if (word === 'brd') return 'broadcast';
    const prefixed = (['broadcast', 'anycast', 'multicast', 'prohibit', 'unreachable', 'blackhole', 'unicast'] as const).find((type) =>
      matches(word, type),
    );
    if (prefixed !== undefined) return prefixed;
    const number = parseUnsigned(word, 8);
    return number === undefined ? undefined : ROUTE_TYPES[number];
  }

  #name(file: string, standard: string, number: number): string | undefined {
    return this.#numeric() ? undefined : this.#table(file, standard).name(number);
  }

  #number(file: string, standard: string, word: string, bits: number): number | undefined {
    return this.#table(file, standard).number(word) ?? parseUnsigned(word, bits);
  }

  #table(file: string, standard: string): NameTable {
    const known = this.#tables.get(file);
    if (known !== undefined) return known;
    const bytes = this.#p.machine.files.readFile(this.#p, `/etc/iproute2/${file}`);
    const table = new NameTable(isError(bytes) ? standard : text(bytes));
    this.#tables.set(file, table);
    return table;
  }
}
