import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { IpSet } from '../../kernel/netfilter/set/ip-set.ts';
import type { IpSets } from '../../kernel/netfilter/set/ip-sets.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { splitWords } from '../iptables/words.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { LineReader } from '../lib/input.ts';
import { elementText, parseElement, type RequestDraft } from './element-text.ts';
import { helpText } from './help.ts';
import { type ListStyle, listSets, type OutputMode } from './listing.ts';
import { parseCreate, parseElementOptions } from './options.ts';
import { type CommandName, misuse, Problem, refused, syntax, VERSION } from './problem.ts';
import { type TypeInfo, typeOf } from './types.ts';

interface CommandSpec {
  readonly name: CommandName;
  readonly words: readonly string[];
  /** Words that have to follow, and that may. */
  readonly needs: number;
  readonly takes: number;
}

const COMMANDS: readonly CommandSpec[] = [
  { name: 'create', words: ['create', '-N', 'n', '--create'], needs: 2, takes: 2 },
  { name: 'add', words: ['add', '-A', 'a', '--add'], needs: 2, takes: 2 },
  { name: 'del', words: ['del', '-D', 'd', '--del'], needs: 2, takes: 2 },
  { name: 'test', words: ['test', '-T', 't', '--test'], needs: 2, takes: 2 },
  { name: 'destroy', words: ['destroy', '-X', 'x', '--destroy'], needs: 0, takes: 1 },
  { name: 'list', words: ['list', '-L', 'l', '--list'], needs: 0, takes: 1 },
  { name: 'save', words: ['save', '-S', 's', '--save'], needs: 0, takes: 1 },
  { name: 'restore', words: ['restore', '-R', 'r', '--restore'], needs: 0, takes: 0 },
  { name: 'flush', words: ['flush', '-F', 'f', '--flush'], needs: 0, takes: 1 },
  { name: 'rename', words: ['rename', '-E', 'e', '--rename'], needs: 2, takes: 2 },
  { name: 'swap', words: ['swap', '-W', 'w', '--swap'], needs: 2, takes: 2 },
  { name: 'help', words: ['help', '-h', '-H', '--help'], needs: 0, takes: 1 },
  { name: 'version', words: ['version', '-v', '-V', '--version'], needs: 0, takes: 0 },
  { name: 'quit', words: ['quit'], needs: 0, takes: 0 },
];

const LONGEST_NAME = 31;

/** Options that may stand anywhere on the line. */
interface Settings {
  quiet: boolean;
  exist: boolean;
  resolve: boolean;
  sorted: boolean;
  namesOnly: boolean;
  terse: boolean;
  mode: OutputMode | undefined;
  file: string | undefined;
}

const FLAGS: Readonly<Record<string, 'quiet' | 'exist' | 'resolve' | 'sorted' | 'namesOnly' | 'terse'>> = {
  '-q': 'quiet',
  '-quiet': 'quiet',
  '-!': 'exist',
  '-exist': 'exist',
  '-r': 'resolve',
  '-resolve': 'resolve',
  '-s': 'sorted',
  '-sorted': 'sorted',
  '-n': 'namesOnly',
  '-name': 'namesOnly',
  '-t': 'terse',
  '-terse': 'terse',
};

/** One run of ipset: a command, or the many of a file. */
class Ipset {
  private readonly c: Command;
  private readonly settings: Settings = {
    quiet: false,
    exist: false,
    resolve: false,
    sorted: false,
    namesOnly: false,
    terse: false,
    mode: undefined,
    file: undefined,
  };
  /** The line of the file that is read. */
  private line: number | undefined;

  constructor(c: Command) {
    this.c = c;
  }

  private get sets(): IpSets {
    return this.c.p.netns.dataPlane.ipsets;
  }

  *run(): Sys<number> {
    try {
      return yield* this.command(this.c.args);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      yield* this.complain(thrown);
      return thrown.status;
    }
  }

  private *complain({ message, usage }: Problem): Sys<void> {
    if (this.settings.quiet && !usage) return;
    const where = this.line === undefined || usage ? '' : `Error in line ${this.line}: `;
    yield* this.c.error(`${VERSION}: ${where}${message}\n${usage ? "Try `ipset help' for more information.\n" : ''}`);
  }

  /** Takes the options out of a line; what is left is the command. */
  private takeOptions(args: readonly string[]): string[] {
    const rest: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const word = args[i] as string;
      const option = word.startsWith('--') ? word.slice(1) : word;
      const flag = FLAGS[option];
      if (flag !== undefined) this.settings[flag] = true;
      else if (option === '-o' || option === '-output' || option === '-f' || option === '-file') {
        const value = args[++i];
        if (value === undefined) throw misuse(`Missing mandatory argument to option ${word}`);
        if (option.startsWith('-f')) this.settings.file = value;
        else this.settings.mode = outputMode(value);
      } else rest.push(word);
    }
    return rest;
  }

  private *command(args: readonly string[]): Sys<number> {
    const [word, ...rest] = this.takeOptions(args);
    if (word === undefined) throw misuse('No command specified.');
    if (word === '-' && this.line === undefined) return yield* this.interact();
    const spec = COMMANDS.find(({ words }) => words.includes(word));
    if (spec === undefined) throw misuse(`No command specified: unknown argument ${word}`);
    if (rest.length < spec.needs) throw misuse(`Missing ${rest.length === 0 ? '' : 'second '}mandatory argument to command ${spec.name}`);
    const [first, second = ''] = rest;
    const more = rest.slice(spec.takes);
    if (!['create', 'add', 'del', 'test', 'help', 'version', 'quit'].includes(spec.name) && more[0] !== undefined) {
      throw misuse(`Unknown argument ${more[0]}`);
    }
    return yield* this.execute(spec.name, first, second, more, word);
  }

  private *execute(name: CommandName, first: string | undefined, second: string, more: readonly string[], word: string): Sys<number> {
    const { sets, c } = this;
    if (name === 'version') c.out(`${VERSION}, protocol version: 7\n`);
    if (name !== 'create' && name !== 'help' && name !== 'quit') this.needAdmin();
    switch (name) {
      case 'create':
        return yield* this.create(first as string, second, more);
      case 'add':
      case 'del':
      case 'test':
        return yield* this.element(name, first as string, second, more);
      case 'destroy':
        return this.done(first === undefined ? sets.destroyAll() : sets.destroy(first), name);
      case 'flush':
        for (const set of this.named(first)) set.flush();
        return 0;
      case 'rename':
        checkName(second);
        return this.done(sets.rename(first as string, second), name);
      case 'swap':
        return this.done(sets.swap(first as string, second), name);
      case 'list':
      case 'save':
        return yield* this.list(name, first);
      case 'restore':
        return yield* this.restore();
      case 'help':
        return yield* this.help(first, word);
      case 'version':
      case 'quit':
        return 0;
    }
  }

  private needAdmin(): void {
    if (isError(this.c.p.netfilter)) throw new Problem(1, 'Kernel error received: Operation not permitted');
  }

  private done(error: Parameters<typeof refused>[0] | undefined, name: CommandName): number {
    if (error !== undefined) throw refused(error, name);
    return 0;
  }

  private named(name: string | undefined): IpSet[] {
    if (name === undefined) return this.sets.all;
    const set = this.sets.find(name);
    if (set === undefined) throw refused('ENOENT', 'list');
    return [set];
  }

  private *create(name: string, typeName: string, words: readonly string[]): Sys<number> {
    checkName(name);
    const type = typeOf(typeName);
    if (type === undefined) throw syntax(`typename '${typeName}' is unknown`);
    const wanted = yield* parseCreate(this.c.p, name, type, words);
    this.needAdmin();
    return this.done(this.sets.create(wanted, this.settings.exist), 'create');
  }

  private *element(name: 'add' | 'del' | 'test', setName: string, text: string, words: readonly string[]): Sys<number> {
    const { p } = this.c;
    checkName(setName);
    const [set] = this.named(setName) as [IpSet];
    const type = typeOf(set.type) as TypeInfo;
    const request: RequestDraft = yield* parseElement(p, type, set.family ?? 'inet', text);
    parseElementOptions(name === 'add' ? type.add : name === 'del' ? type.delete : type.test, words, request);
    const asked = { ...request, exist: this.settings.exist };
    if (name === 'test') return yield* this.test(set, type, text, request);
    return this.done(name === 'add' ? set.add(asked) : set.delete(asked), name);
  }

  private *test(set: IpSet, type: TypeInfo, text: string, request: RequestDraft): Sys<number> {
    const absent = set.test({ ...request, exist: false });
    if (!this.settings.quiet) {
      const shown = shownElement(this.c, set, type, text, request);
      yield* this.c.error(absent ? `${shown} is NOT in set ${set.name}.\n` : `Warning: ${shown} is in set ${set.name}.\n`);
    }
    return absent ? 1 : 0;
  }

  private *list(name: 'list' | 'save', setName: string | undefined): Sys<number> {
    const { settings } = this;
    const style: ListStyle = { ...settings, mode: settings.mode ?? (name === 'save' ? 'save' : 'plain') };
    const text = yield* listSets(this.c, this.named(setName), style);
    if (settings.file === undefined) {
      this.c.out(text);
      return 0;
    }
    const { p } = this.c;
    const fd = p.open(settings.file, { write: true, create: true, truncate: true });
    if (isError(fd)) throw new Problem(1, `Cannot open ${settings.file} for writing: ${strerror(fd.errno)}`);
    yield* p.write(fd, encodeText(text));
    p.close(fd);
    return 0;
  }

  /** Each line is a command; the first that fails ends it. */
  private *restore(): Sys<number> {
    const { p } = this.c;
    const fd = this.settings.file === undefined ? 0 : p.open(this.settings.file, { read: true });
    if (isError(fd)) return 255;
    const reader = new LineReader(p, fd);
    const { file } = this.settings;
    this.settings.file = undefined;
    this.line = 0;
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      this.line++;
      if (line.trim() === '' || line.startsWith('#')) continue;
      if (line === 'COMMIT') continue;
      if (line.trim() === 'quit') break;
      const status = yield* this.command(splitWords(line));
      if (status !== 0) throw new Exit(status);
    }
    if (file !== undefined) p.close(fd);
    return 0;
  }

  /** `ipset -`: commands from standard input, each by itself. */
  private *interact(): Sys<number> {
    const reader = new LineReader(this.c.p, 0);
    for (;;) {
      this.c.out('ipset> ');
      const line = yield* reader.next();
      if (line === undefined || line.trim() === 'quit') return 0;
      if (line.trim() === '' || line.startsWith('#')) continue;
      yield* this.c.flush();
      try {
        yield* this.command(splitWords(line));
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        yield* this.c.error(`${thrown.message.replace(/: unknown argument .*/, '')}\n`);
      }
    }
  }

  private *help(typeName: string | undefined, word: string): Sys<number> {
    const type = typeName === undefined ? undefined : typeOf(typeName);
    this.c.out(helpText(type, typeName === undefined && word.startsWith('-')));
    if (typeName !== undefined && type === undefined) throw misuse(`Unknown settype: \`${typeName}'`);
    yield* this.c.flush();
    return 0;
  }
}

function checkName(name: string): void {
  if (name.length > LONGEST_NAME) throw syntax(`setname '${name}' is longer than ${LONGEST_NAME} characters`);
}

function outputMode(text: string): OutputMode {
  if (text === 'plain' || text === 'save' || text === 'xml') return text;
  throw syntax(`unknown output mode '${text}'`);
}

/** An element as the answer to a test repeats it: with the protocol it is taken for. */
function shownElement({ p }: Command, set: IpSet, type: TypeInfo, text: string, request: RequestDraft): string {
  const beside = request.before ?? request.after;
  if (request.set !== undefined) return beside === undefined ? request.set : `${request.set} after ${beside}`;
  if (request.proto === undefined) return text;
  const family = set.family ?? 'inet';
  const whole = family === 'inet' ? 32 : 128;
  const { ip = 0, cidr = whole, port = 0, proto, ip2 = 0, cidr2 = whole } = request;
  return elementText(p, type, family, { ip, cidr, port, proto, ip2, cidr2 });
}

/** ipset 7.17, as Debian 12 has it. */
export const ipset = command('ipset', (c) => new Ipset(c).run(), '/usr/sbin');
