// How iproute2 reads its command line: words may be cut short, and every mistake has its own sentence (lib/utils.c).

/** A command's end from the depth of a parser; caught where it starts. */
export class Exit {
  readonly status: number;
  /** What standard error gets first. */
  readonly message: string;
  /** exit(3) ends `ip`; `return -1` ends one command, and a batch may go on. */
  readonly ends: 'ip' | 'command';
  constructor(status: number, message = '', ends: 'ip' | 'command' = status === 255 ? 'ip' : 'command') {
    this.status = status;
    this.message = message;
    this.ends = ends;
  }
}

/** Whether `word` is `full` or a beginning of it. */
export function matches(word: string, full: string): boolean {
  return word !== '' && full.startsWith(word);
}

/** The words of a command from some place on. */
export class Words {
  readonly #words: readonly string[];
  #at: number;

  constructor(words: readonly string[], at = 0) {
    this.#words = words;
    this.#at = at;
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  /** The word we are at; '' past the end. */
  get word(): string {
    return this.#words[this.#at] ?? '';
  }

  /** Goes on to the next word, which may be the end. */
  step(): void {
    this.#at++;
  }

  /** Goes on to the value of the option we are at. */
  value(): string {
    this.#at++;
    if (this.left <= 0) throw incomplete();
    return this.word;
  }

  /** All the words from here on. */
  rest(): readonly string[] {
    return this.#words.slice(this.#at);
  }
}

export function incomplete(): Exit {
  return new Exit(255, 'Command line is not complete. Try option "help"\n');
}

/** A word with the wrong value. Some of iproute2's messages end in a newline of their own, which shows as an empty line. */
export function wrong(message: string, word: string): Exit {
  return new Exit(255, `Error: argument "${word}" is wrong: ${message}\n`);
}

/** An option given twice. */
export function duplicate(key: string, word: string): Exit {
  return new Exit(255, `Error: duplicate "${key}": "${word}" is the second value.\n`);
}

/** A word that no option claims where a positional one has been given already. */
export function garbage(key: string, word: string): Exit {
  return new Exit(255, `Error: either "${key}" is duplicate, or "${word}" is a garbage.\n`);
}

/** strtol(3) with base 0 over the whole word: decimal, 0x… or 0…, a sign, blanks before it. */
export function parseInteger(word: string): number | undefined {
  const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(word);
  if (!found) return undefined;
  const digits = found[2] as string;
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return found[1] === '-' ? -value : value;
}

/** A number of up to `bits` bits without a sign. */
export function parseUnsigned(word: string, bits = 32): number | undefined {
  const value = parseInteger(word);
  return value === undefined || value < 0 || value >= 2 ** bits ? undefined : value;
}

/** A signed 32-bit number. */
export function parseSigned(word: string): number | undefined {
  const value = parseInteger(word);
  return value === undefined || value < -(2 ** 31) || value >= 2 ** 31 ? undefined : value;
}

/** `on` or `off` as iplink's own flags take it. */
export function parseFlag(key: string, word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new Exit(1, `Error: argument of "${key}" must be "on" or "off", not "${word}"\n`);
}

/** `on` or `off` as utils.c's list of choices takes it. */
export function parseOnOff(key: string, word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new Exit(22, `Error: argument of "${key}" must be one of "off", "on", not "${word}"\n`);
}

/** A name the kernel would take for a device, of at most `max` characters. */
export function isDeviceName(name: string, max = 15): boolean {
  return name !== '' && name.length <= max && !/[/\s]/.test(name);
}
