import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { globToRegex } from '../lib/glob.ts';

/** Names without what would lead out of the directory that an archive is unpacked in; each prefix is told of once (safer_name_suffix). */
export class SaferNames {
  readonly #c: Command;
  readonly #absolute: boolean;
  readonly #told = new Set<string>();

  constructor(c: Command, absolute: boolean) {
    this.#c = c;
    this.#absolute = absolute;
  }

  *of(name: string, what: 'member names' | 'hard link targets'): Sys<string> {
    if (this.#absolute) return name;
    // Up to the last component `..`, then slashes.
    const prefix = /^(?:.*\/)?\.\.(?=\/|$)\/*|^\/+/.exec(name)?.[0] ?? '';
    if (prefix !== '') yield* this.#tell(`Removing leading \`${prefix}' from ${what}`);
    const rest = name.slice(prefix.length);
    if (rest !== '') return rest;
    yield* this.#tell(`Substituting \`.' for empty ${what === 'member names' ? 'member name' : 'hard link target'}`);
    return name.endsWith('/') ? './' : '.';
  }

  *#tell(message: string): Sys<void> {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    yield* this.#c.complain(message);
  }
}

/** What names a pattern means, and what lies below them; `anywhere`: from any component on. */
export function matcher(pattern: string, { wildcards, anywhere }: { readonly wildcards: boolean; readonly anywhere: boolean }) {
  const wanted = pattern.replace(/(?<=.)\/+$/, '');
  const one = wildcards ? globToRegex(wanted) : undefined;
  const matches = (name: string): boolean => (one === undefined ? name === wanted : one.test(name));
  return (name: string): boolean => {
    const parts = name.replace(/(?<=.)\/+$/, '').split('/');
    for (let from = 0; from < (anywhere ? parts.length : 1); from++) {
      for (let to = parts.length; to > from; to--) if (matches(parts.slice(from, to).join('/'))) return true;
    }
    return false;
  };
}

/** As tar prints names: what does not print is escaped. */
export function escapedName(name: string): string {
  return name.replace(/[\\\x00-\x1f\x7f]/g, (c) => {
    const named = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' }[c];
    return named ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

/** The name without its first components; undefined if it has no more. */
export function stripped(name: string, count: number): string | undefined {
  let rest = name;
  for (let i = 0; i < count; i++) {
    const slash = /^\/*[^/]*\/+/.exec(rest);
    if (slash === null) return undefined;
    rest = rest.slice(slash[0].length);
  }
  return rest === '' ? undefined : rest;
}
