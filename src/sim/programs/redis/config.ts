import { splitArguments } from './resp.ts';

type Kind = 'integer' | 'flag' | 'text' | 'memory' | readonly string[];

interface Parameter {
  readonly kind: Kind;
  readonly value: string;
  /** Only a file or the command line sets it. */
  readonly fixed?: boolean;
}

/** The parameters that mean something here, with Redis 7.0's defaults. */
const PARAMETERS: Readonly<Record<string, Parameter>> = {
  'always-show-logo': { kind: 'flag', value: 'no', fixed: true },
  appendfilename: { kind: 'text', value: 'appendonly.aof', fixed: true },
  appendfsync: { kind: ['always', 'everysec', 'no'], value: 'everysec' },
  appendonly: { kind: 'flag', value: 'no' },
  bind: { kind: 'text', value: '* -::*' },
  daemonize: { kind: 'flag', value: 'no', fixed: true },
  databases: { kind: 'integer', value: '16', fixed: true },
  dbfilename: { kind: 'text', value: 'dump.rdb' },
  dir: { kind: 'text', value: '' },
  logfile: { kind: 'text', value: '', fixed: true },
  loglevel: { kind: ['debug', 'verbose', 'notice', 'warning'], value: 'notice' },
  maxclients: { kind: 'integer', value: '10000' },
  maxmemory: { kind: 'memory', value: '0' },
  'maxmemory-policy': {
    kind: ['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl', 'allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'noeviction'],
    value: 'noeviction',
  },
  pidfile: { kind: 'text', value: '', fixed: true },
  port: { kind: 'integer', value: '6379' },
  'protected-mode': { kind: 'flag', value: 'yes' },
  requirepass: { kind: 'text', value: '' },
  save: { kind: 'text', value: '3600 1 300 100 60 10000' },
  supervised: { kind: ['upstart', 'systemd', 'auto', 'no'], value: 'no', fixed: true },
  'tcp-backlog': { kind: 'integer', value: '511', fixed: true },
  'tcp-keepalive': { kind: 'integer', value: '300' },
  timeout: { kind: 'integer', value: '0' },
};

const MEMORY = /^(\d+)(b|kb?|mb?|gb?)?$/i;
const UNITS: Readonly<Record<string, number>> = { k: 1000, kb: 1024, m: 1000 ** 2, mb: 1024 ** 2, g: 1000 ** 3, gb: 1024 ** 3 };

/** The server's parameters. */
export class Config {
  readonly #values = new Map(Object.entries(PARAMETERS).map(([name, { value }]) => [name, value]));
  /** `save` lines of one file add up. */
  #saves = 0;

  get(name: keyof typeof PARAMETERS & string): string {
    return this.#values.get(name) ?? '';
  }

  flag(name: string): boolean {
    return this.get(name) === 'yes';
  }

  number(name: string): number {
    return Number(this.get(name));
  }

  entries(): [string, string][] {
    return [...this.#values];
  }

  has(name: string): boolean {
    return name in PARAMETERS;
  }

  isFixed(name: string): boolean {
    return PARAMETERS[name]?.fixed === true;
  }

  /** Sets a parameter; what is wrong with the value, in Redis's words. */
  set(name: string, words: readonly string[]): string | undefined {
    const parameter = PARAMETERS[name];
    if (parameter === undefined) return 'Bad directive or wrong number of arguments';
    const many = name === 'bind' || name === 'save';
    if (!many && words.length !== 1) return 'wrong number of arguments';
    const text = words.join(' ');
    const { kind } = parameter;
    if (kind === 'flag' && !/^(yes|no)$/i.test(text)) return "argument must be 'yes' or 'no'";
    if (kind === 'integer' && !/^-?\d+$/.test(text)) return "argument couldn't be parsed into an integer";
    if (name === 'port' && Number(text) > 65_535) return 'argument must be between 0 and 65535 inclusive';
    if (kind === 'memory' && !MEMORY.test(text)) return 'argument must be a memory value';
    if (Array.isArray(kind) && !kind.includes(text.toLowerCase())) {
      return `argument(s) must be one of the following: ${kind.join(', ')}`;
    }
    if (name === 'save' && text !== '' && !/^\d+ \d+( \d+ \d+)*$/.test(text)) return 'Invalid save parameters';
    const memory = kind === 'memory' ? MEMORY.exec(text) : null;
    if (memory) this.#values.set(name, String(Number(memory[1]) * (UNITS[(memory[2] ?? '').toLowerCase()] ?? 1)));
    else if (kind === 'flag' || Array.isArray(kind)) this.#values.set(name, text.toLowerCase());
    else if (name === 'save' && text !== '' && this.#saves++ > 0) this.#values.set(name, `${this.get(name)} ${text}`.trim());
    else this.#values.set(name, text);
    return undefined;
  }

  /** Reads a configuration's text; the first line that is wrong, or undefined. */
  load(text: string): { readonly number: number; readonly line: string; readonly problem: string } | undefined {
    this.#saves = 0;
    const lines = text.split('\n');
    for (const [i, raw] of lines.entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const words = splitArguments(line);
      if (words === undefined) return { number: i + 1, line, problem: 'Unbalanced quotes in configuration line' };
      const problem = this.set((words[0] ?? '').toLowerCase(), words.slice(1));
      if (problem !== undefined) return { number: i + 1, line, problem };
    }
    return undefined;
  }

  /** After how many seconds so many changes are saved. */
  get savePoints(): { readonly seconds: number; readonly changes: number }[] {
    const numbers = this.get('save').split(' ').filter(Boolean).map(Number);
    return numbers.flatMap((seconds, i) => (i % 2 === 0 ? [{ seconds, changes: numbers[i + 1] ?? 0 }] : []));
  }
}
