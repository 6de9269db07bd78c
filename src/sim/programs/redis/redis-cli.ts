import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { latin1, latin1Bytes } from '../../wire/http.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { formatReply, rawText } from './cli-format.ts';
import { type CliOptions, cliOptions } from './cli-options.ts';
import { RedisConnection } from './connection.ts';
import { LinePrompt } from './line-prompt.ts';
import { splitArguments } from './resp.ts';
import { REDIS_VERSION } from './version.ts';

/** Redis 7.0's client on the command line. */
export const redisCli = command('redis-cli', function* (c) {
  const options = yield* cliOptions(c);
  const cli = new RedisCli(c, options);
  if (options.words.length === 0) return yield* cli.repl();
  if (!(yield* cli.connect())) return 1;
  const words = options.words.map((word) => latin1(encodeText(word)));
  if (options.lastFromInput) {
    const data = yield* c.p.readAll(0);
    words.push(isError(data) ? '' : latin1(data));
  }
  return (yield* cli.issue(words, options.repeat)) ? 0 : 1;
});

/** Commands whose text is shown as it is, without another newline. */
const RAW_OUTPUT = /^(info|lolwut|client list|client info|cluster nodes|cluster info|memory doctor|latency doctor)\b/i;

class RedisCli {
  readonly #c: Command;
  readonly #o: CliOptions;
  #connection: RedisConnection | undefined;
  #db: number;
  #inTransaction = false;

  constructor(c: Command, options: CliOptions) {
    this.#c = c;
    this.#o = options;
    this.#db = options.db;
  }

  *#say(text: string): Sys<void> {
    yield* this.#c.bytes(latin1Bytes(text));
  }

  /** cliConnect: complains where it cannot. */
  *connect(): Sys<boolean> {
    this.#connection?.close();
    this.#connection = undefined;
    const { host, port, user, password } = this.#o;
    const opened = yield* RedisConnection.open(this.#c.p, host, port);
    if ('problem' in opened) {
      yield* this.#c.error(`Could not connect to Redis at ${host}:${port}: ${opened.problem}\n`);
      return false;
    }
    this.#connection = opened;
    this.#inTransaction = false;
    if (password !== undefined) {
      yield* opened.send(['AUTH', ...(user === undefined ? [] : [user]), latin1(utf8(password))]);
      const reply = yield* opened.receive();
      if ('problem' in reply) yield* this.#c.error(`AUTH failed: ${reply.problem}\n`);
      else if (reply.kind === 'error') yield* this.#c.error(`AUTH failed: ${reply.text}\n`);
    }
    if (this.#db !== 0) {
      yield* opened.send(['SELECT', String(this.#db)]);
      const reply = yield* opened.receive();
      if (!('problem' in reply) && reply.kind === 'error') {
        yield* this.#c.error(`SELECT ${this.#db} failed: ${reply.text}\n`);
        this.#db = 0;
      }
    }
    return true;
  }

  /** issueCommandRepeat: a broken connection is made anew once. */
  *issue(words: readonly string[], repeat: number): Sys<boolean> {
    for (let left = repeat; left !== 0; left--) {
      let problem = yield* this.#send(words);
      if (problem !== undefined) {
        if (!(yield* this.connect())) return false;
        problem = yield* this.#send(words);
        if (problem !== undefined) {
          if (problem !== '') yield* this.#c.error(`Error: ${problem}\n`);
          this.#connection?.close();
          this.#connection = undefined;
          return false;
        }
      }
      if (this.#o.intervalS > 0) yield* this.#c.p.sleep(this.#o.intervalS * NS_PER_S);
    }
    return true;
  }

  /** Sends a command and shows its answer; why it could not. */
  *#send(words: readonly string[]): Sys<string | undefined> {
    const connection = this.#connection;
    if (!connection) return '';
    const name = (words[0] ?? '').toLowerCase();
    const asItIs = RAW_OUTPUT.test(words.join(' '));
    const mode = this.#o.output;
    if (!(yield* connection.send(words))) return 'Broken pipe';
    if (name === 'subscribe' || name === 'psubscribe') {
      if (mode !== 'raw') yield* this.#say('Reading messages... (press Ctrl-C to quit)\n');
    }
    for (;;) {
      const reply = yield* connection.receive();
      if ('problem' in reply) {
        if (name !== 'shutdown') return reply.problem;
        connection.close();
        this.#connection = undefined;
        return undefined;
      }
      yield* this.#say(asItIs ? rawText(reply) : formatReply(reply, mode));
      if (reply.kind === 'error' && this.#o.failOnError) throw new Exit(1);
      if (/^(monitor|subscribe|psubscribe)$/.test(name) && reply.kind !== 'error') continue;
      this.#note(name, words, reply.kind === 'error');
      return undefined;
    }
  }

  #note(name: string, words: readonly string[], failed: boolean): void {
    if (failed) return;
    if (name === 'select') this.#db = Number(words[1]);
    else if (name === 'multi') this.#inTransaction = true;
    else if (name === 'exec' || name === 'discard') this.#inTransaction = false;
  }

  get #prompt(): string {
    const { host, port } = this.#o;
    if (!this.#connection) return 'not connected> ';
    const where = host.includes(':') ? `[${host}]` : host;
    return `${where}:${port}${this.#db === 0 ? '' : `[${this.#db}]`}${this.#inTransaction ? '(TX)' : ''}> `;
  }

  /** Commands from standard input, one a line. */
  *repl(): Sys<number> {
    const { p } = this.#c;
    yield* this.connect();
    const prompt = p.terminal(0) === undefined ? undefined : new LinePrompt(p, 0);
    for (;;) {
      const line = prompt ? yield* prompt.read(this.#prompt) : yield* p.readLine(0);
      if (line === undefined || isError(line)) return 0;
      const words = splitArguments(latin1(encodeText(line)));
      if (words === undefined) yield* this.#say('Invalid argument(s)\n');
      else if (words.length > 0 && !(yield* this.#obey(words))) return 0;
    }
  }

  /** A line of the prompt; false for the end. */
  *#obey(words: readonly string[]): Sys<boolean> {
    const name = (words[0] as string).toLowerCase();
    if (name === 'quit' || name === 'exit') return false;
    if (name === 'clear' && words.length === 1) yield* this.#say('\x1b[H\x1b[2J');
    else if (name === 'help' || name === '?') yield* this.#say(words.length > 1 ? '\n' : HELP);
    else if (name === 'connect' && words.length === 3) {
      this.#o.host = words[1] as string;
      this.#o.port = Number(words[2]);
      yield* this.connect();
    } else {
      const repeated = /^[1-9]\d*$/.test(name) && words.length > 1;
      yield* this.issue(repeated ? words.slice(1) : words, repeated ? Number(name) : 1);
    }
    return true;
  }
}

const HELP = `redis-cli ${REDIS_VERSION}
To get help about Redis commands type:
      "help @<group>" to get a list of commands in <group>
      "help <command>" for help on <command>
      "help <tab>" to get a list of possible help topics
      "quit" to exit

To set redis-cli preferences:
      ":set hints" enable online hints
      ":set nohints" disable online hints
Set your preferences in ~/.redisclirc
`;
