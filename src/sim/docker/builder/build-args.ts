import { expandWord } from './shell-word.ts';

/** Known to every build without ARG, and left out of the cache unless a Dockerfile names them (builder/dockerfile/buildargs.go). */
const BUILT_IN = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy']);

/** `--build-arg` and ARG: which variables a build has. */
export class BuildArgs {
  readonly #given: ReadonlyMap<string, string | undefined>;
  /** Of the current stage, with defaults. */
  readonly #allowed = new Map<string, string | undefined>();
  /** ARGs before the first FROM. */
  readonly #meta = new Map<string, string | undefined>();
  readonly #referenced = new Set<string>();

  /** A name without a value is one that the client has not got. */
  constructor(given: ReadonlyMap<string, string | undefined>) {
    this.#given = given;
  }

  /** A stage begins: it knows only its own ARGs. */
  reset(): void {
    this.#allowed.clear();
  }

  add(name: string, value: string | undefined): void {
    // An ARG without a default takes that of the one before the first FROM.
    this.#allowed.set(name, value ?? (this.#meta.has(name) ? (this.#given.get(name) ?? this.#meta.get(name)) : undefined));
    this.#referenced.add(name);
  }

  addMeta(name: string, value: string | undefined): void {
    this.#meta.set(name, value);
    this.#referenced.add(name);
  }

  /** What FROM may use. */
  get meta(): Map<string, string> {
    return this.#values(this.#meta);
  }

  /** What the stage's instructions may use, apart from names that ENV has set. */
  allowed(env: ReadonlyMap<string, string>): Map<string, string> {
    const all = new Map(this.#allowed);
    for (const name of BUILT_IN) if (this.#given.has(name)) all.set(name, undefined);
    const values = this.#values(all);
    for (const name of env.keys()) values.delete(name);
    return values;
  }

  /** Those that count for the cache and the history. */
  counted(env: ReadonlyMap<string, string>): Map<string, string> {
    const values = this.allowed(env);
    for (const name of [...values.keys()]) if (BUILT_IN.has(name) && !this.#referenced.has(name)) values.delete(name);
    return values;
  }

  /** Given, and no ARG asked for it. */
  get unused(): string[] {
    return [...this.#given.keys()].filter((name) => !this.#referenced.has(name) && !BUILT_IN.has(name)).sort();
  }

  #values(names: ReadonlyMap<string, string | undefined>): Map<string, string> {
    const out = new Map<string, string>();
    for (const [name, fallback] of names) {
      const value = this.#given.get(name) ?? fallback;
      if (value !== undefined) out.set(name, value);
    }
    return out;
  }
}

/** NAME or NAME=VALUE of an ARG, with the variables in it replaced. */
export function expandArgument(word: string, variables: ReadonlyMap<string, string>, escapeToken: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  if (equals < 0) return [expandWord(word, variables, escapeToken), undefined];
  return [word.slice(0, equals), expandWord(word.slice(equals + 1), variables, escapeToken)];
}
