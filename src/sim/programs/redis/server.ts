import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import { installStream, type PollEntry, poll } from '../net-lib/stream-file.ts';
import { Client } from './client.ts';
import { type Call, type CommandTable, type RedisCommand, Refusal } from './command.ts';
import { ADMINISTRATION_COMMANDS } from './commands/administration.ts';
import { HASH_COMMANDS, SET_COMMANDS } from './commands/collections.ts';
import { CONNECTION_COMMANDS } from './commands/connection.ts';
import { KEY_COMMANDS } from './commands/keys.ts';
import { LIST_COMMANDS } from './commands/lists.ts';
import { MESSAGE_COMMANDS, TRANSACTION_COMMANDS } from './commands/messages.ts';
import { SORTED_SET_COMMANDS } from './commands/sorted-sets.ts';
import { STRING_COMMANDS } from './commands/strings.ts';
import type { Config } from './config.ts';
import { Database } from './database.ts';
import { endpointText, openListeners } from './listen.ts';
import { type Log, pidOf } from './log.ts';
import { encodeSnapshot } from './rdb.ts';
import { failure, quoted, type Reply, status } from './resp.ts';

const TABLES: readonly CommandTable[] = [
  STRING_COMMANDS,
  LIST_COMMANDS,
  HASH_COMMANDS,
  SET_COMMANDS,
  SORTED_SET_COMMANDS,
  KEY_COMMANDS,
  CONNECTION_COMMANDS,
  MESSAGE_COMMANDS,
  TRANSACTION_COMMANDS,
  ADMINISTRATION_COMMANDS,
];
const COMMANDS: ReadonlyMap<string, RedisCommand> = new Map(TABLES.flatMap((table) => Object.entries(table)));

/** Commands that a transaction does not put off, that a subscriber may give, and that need no password. */
const NOT_QUEUED = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);
const FOR_SUBSCRIBERS = new Set(['subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe', 'ping', 'quit', 'reset']);
const FOR_ANYBODY = new Set(['auth', 'hello', 'quit', 'reset']);

const DENIED =
  "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.";

/** How often serverCron looks: whether a child has saved, whether it is time to save, whether it is to end. */
const CRON_NS = 100 * NS_PER_MS;

/** What an empty server takes (INFO memory of 7.0 on amd64), and what a key adds about. */
const BASE_MEMORY = 941_568;
const KEY_MEMORY = 96;

/** A Redis server: its databases, clients and the loop that serves them. */
export class RedisServer {
  readonly p: Process;
  readonly config: Config;
  readonly configFile: string;
  readonly log: Log;
  readonly databases: readonly Database[];
  readonly clients = new Set<Client>();
  readonly commands = COMMANDS;
  readonly statistics = { connections: 0, commands: 0, rejected: 0 };
  readonly startMs: number;
  readonly runId: string;
  lastSaveMs: number;
  /** Commands since the last snapshot that may have changed something. */
  changes = 0;
  #listeners: { readonly socket: StreamSocket; readonly fd: number }[] = [];
  #nextId = 3;
  /** The process that saves. */
  #child: number | undefined;
  #shutdown: { readonly save: boolean | undefined } | undefined;

  constructor(p: Process, config: Config, configFile: string, log: Log) {
    this.p = p;
    this.config = config;
    this.configFile = configFile;
    this.log = log;
    this.startMs = p.wallClockMs;
    this.lastSaveMs = p.wallClockMs;
    this.databases = Array.from({ length: config.number('databases') }, (_, i) => new Database(i, () => this.nowMs));
    this.runId = p.machine.random.hex(40);
  }

  get nowMs(): number {
    return Math.floor(this.p.wallClockMs);
  }

  get pid(): number {
    return pidOf(this.p);
  }

  get saving(): boolean {
    return this.#child !== undefined;
  }

  get usedMemory(): number {
    return BASE_MEMORY + this.databases.reduce((sum, db) => sum + db.keys().length * KEY_MEMORY, 0);
  }

  randomBelow(n: number): number {
    return n === 0 ? 0 : this.p.machine.random.int(n);
  }

  /** Opens what it listens on; the message why not. */
  listen(): string | undefined {
    const opened = openListeners(this.p, this.config);
    if (typeof opened === 'string') return opened;
    for (const { fd } of this.#listeners) this.p.close(fd);
    this.#listeners = opened;
    return undefined;
  }

  /** CONFIG SET: what is wrong, in Redis's words. */
  configure(name: string, value: string): string | undefined {
    const before = this.config.get(name);
    const words = name === 'bind' || name === 'save' ? value.split(' ').filter(Boolean) : [value];
    const problem = this.config.set(name, words);
    if (problem !== undefined || (name !== 'port' && name !== 'bind') || before === this.config.get(name)) return problem;
    const refused = this.listen();
    if (refused === undefined) return undefined;
    this.config.set(name, name === 'bind' ? before.split(' ') : [before]);
    return 'Unable to listen on this port';
  }

  requestShutdown(save: boolean | undefined): void {
    this.#shutdown = { save };
  }

  // Snapshots.

  #write(p: Process): KernelError | undefined {
    const path = `${this.config.get('dir')}/${this.config.get('dbfilename')}`;
    return p.machine.files.writeFile(p, path, encodeSnapshot(this.databases, this.nowMs, this.usedMemory), { mode: 0o644 });
  }

  /** SAVE: whether it worked. */
  save(): boolean {
    const refused = this.#write(this.p);
    if (refused) {
      const name = `temp-${this.pid}.rdb`;
      this.log.note(
        this.p,
        '#',
        `Failed opening the temp RDB file ${name} (in server root dir ${this.config.get('dir')}) for saving: ${strerror(refused.errno)}`,
      );
      return false;
    }
    this.log.note(this.p, '*', 'DB saved on disk');
    this.changes = 0;
    this.lastSaveMs = this.nowMs;
    return true;
  }

  /** BGSAVE: a child writes what the databases hold now. */
  saveInBackground(): boolean {
    const child = this.p.fork((self) => this.#saveAsChild(self));
    if (isError(child)) return false;
    this.#child = child.pidSeenBy(this.p);
    this.log.note(this.p, '*', `Background saving started by pid ${this.#child}`);
    return true;
  }

  *#saveAsChild(self: Process): Sys<number> {
    const refused = this.#write(self);
    if (refused) return 1;
    const { log } = this;
    const role = log.role;
    log.role = 'C';
    log.note(self, '*', 'DB saved on disk');
    log.note(self, '*', 'Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB');
    log.role = role;
    yield* log.flush(self);
    return 0;
  }

  *#collectChild(): Sys<void> {
    if (this.#child === undefined) return;
    const ended = yield* this.p.waitpid(this.#child, { noHang: true });
    if (ended === undefined) return;
    this.#child = undefined;
    const fine = !isError(ended) && ended.kind === 'exited' && ended.status === 0;
    this.log.note(this.p, fine ? '*' : '#', fine ? 'Background saving terminated with success' : 'Background saving error');
    if (!fine) return;
    this.changes = 0;
    this.lastSaveMs = this.nowMs;
  }

  /** `save SECONDS CHANGES`: begins a snapshot when it is time; when to look again, virtual ns. */
  #saveWhenDue(): number | undefined {
    if (this.#child !== undefined) return this.p.nowNs + CRON_NS;
    const due = this.config.savePoints.filter(({ changes }) => this.changes >= changes && this.changes > 0);
    const waits = due.map(({ seconds }) => this.lastSaveMs + seconds * 1000 - this.nowMs);
    const now = due.find((_, i) => (waits[i] as number) <= 0);
    if (now) {
      this.log.note(this.p, '*', `${now.changes} changes in ${now.seconds} seconds. Saving...`);
      this.saveInBackground();
      return this.p.nowNs + CRON_NS;
    }
    return waits.length === 0 ? undefined : this.p.nowNs + (Math.min(...waits) + 1) * NS_PER_MS;
  }

  // The loop.

  /** Serves until it is told to end. */
  *serve(): Sys<number> {
    const { p } = this;
    p.ignoreSignal('SIGPIPE');
    p.ignoreSignal('SIGHUP');
    p.catchSignal('SIGINT');
    p.catchSignal('SIGTERM');
    for (;;) {
      yield* this.log.flush(p);
      const again = this.#saveWhenDue();
      yield* this.log.flush(p);
      const entries: PollEntry[] = [...this.#listeners, ...this.clients].map(({ fd }) => ({ fd, read: true }));
      try {
        for (const { fd } of yield* poll(p, entries, again)) {
          const listener = this.#listeners.find((each) => each.fd === fd);
          const client = [...this.clients].find((each) => each.fd === fd);
          if (listener) yield* this.#accept(listener.socket);
          else if (client) yield* this.#readFrom(client);
        }
        yield* this.#sendAll();
        yield* this.#collectChild();
      } catch (thrown) {
        if (!(thrown instanceof Interrupted)) throw thrown;
        const seconds = Math.floor(p.wallClockMs / 1000);
        this.log.raw(`${this.pid}:signal-handler (${seconds}) Received ${thrown.signal} scheduling shutdown...\n`);
        this.requestShutdown(undefined);
        // The handler only notes it down; the server's clock looks ten times a second (serverCron).
        yield* p.sleep(CRON_NS - (p.nowNs % CRON_NS));
      }
      if (this.#shutdown && (yield* this.#end(this.#shutdown.save))) return 0;
    }
  }

  *#end(save: boolean | undefined): Sys<boolean> {
    const { p, log } = this;
    this.#shutdown = undefined;
    log.note(p, '#', 'User requested shutdown...');
    if (save ?? this.config.savePoints.length > 0) {
      log.note(p, '*', 'Saving the final RDB snapshot before exiting.');
      if (!this.save()) {
        log.note(p, '#', "Error trying to save the DB, can't exit.");
        return false;
      }
    }
    const pidFile = this.config.get('pidfile');
    if (pidFile !== '' && !isError(p.machine.files.stat(p, pidFile))) {
      log.note(p, '*', 'Removing the pid file.');
      p.machine.files.unlink(p, pidFile);
    }
    log.note(p, '#', 'Redis is now ready to exit, bye bye...');
    yield* log.flush(p);
    return true;
  }

  *#accept(listener: StreamSocket): Sys<void> {
    const socket = listener.accept();
    if (isError(socket)) return;
    socket.setOptions({ noDelay: true, keepAlive: true, keepIdle: this.config.number('tcp-keepalive') });
    const fd = installStream(this.p, socket);
    if (isError(fd)) return;
    this.statistics.connections++;
    const peer = endpointText(this.p.netns, socket.peerAddress());
    const open = this.config.get('requirepass') === '';
    const client = new Client(this.#nextId++, fd, peer, endpointText(this.p.netns, socket.localAddress()), this.nowMs, open);
    const local = peer.startsWith('127.') || peer.startsWith('[::1]');
    const full = this.clients.size >= this.config.number('maxclients');
    if (full || (this.config.flag('protected-mode') && open && !local)) {
      client.send(failure(full ? 'ERR max number of clients reached' : DENIED));
      yield* this.p.write(fd, client.takeOutput() as Uint8Array);
      this.p.close(fd);
      this.statistics.rejected++;
      return;
    }
    this.clients.add(client);
  }

  *#readFrom(client: Client): Sys<void> {
    const data = yield* this.p.read(client.fd, 65_536);
    if (isError(data) || data.length === 0) {
      this.#drop(client);
      return;
    }
    client.requests.push(data);
    while (!client.closing) {
      const request = client.requests.request();
      if (request === undefined) break;
      if ('protocolError' in request) {
        client.send(failure(`ERR Protocol error: ${request.protocolError}`));
        client.closing = true;
      } else if (request.length > 0) this.#take(client, request);
    }
  }

  #drop(client: Client): void {
    this.p.close(client.fd);
    this.clients.delete(client);
  }

  *#sendAll(): Sys<void> {
    for (const client of this.clients) {
      const data = client.takeOutput();
      const sent = data === undefined ? 0 : yield* this.p.write(client.fd, data);
      if (isError(sent) || client.closing) this.#drop(client);
    }
  }

  // Commands.

  /** processCommand: what a client has asked for, or why not, or a place in its transaction. */
  #take(client: Client, argv: readonly string[]): void {
    client.lastMs = this.nowMs;
    const name = (argv[0] as string).toLowerCase();
    const refused = this.#refuse(client, name, argv);
    if (refused) {
      if (client.queued) client.queueBroken = true;
      client.send(refused);
      return;
    }
    if (client.queued && !NOT_QUEUED.has(name)) {
      client.queued.push(argv);
      client.send(status('QUEUED'));
      return;
    }
    const reply = this.run(client, argv);
    if (reply) client.send(reply);
  }

  #refuse(client: Client, name: string, argv: readonly string[]): Reply | undefined {
    const command = COMMANDS.get(name);
    if (!command) {
      const shown = argv.slice(1).map((word) => `'${word.slice(0, 128)}' `);
      return failure(`ERR unknown command '${(argv[0] as string).slice(0, 128)}', with args beginning with: ${shown.join('')}`);
    }
    const { arity } = command;
    if (arity >= 0 ? argv.length !== arity : argv.length < -arity) return failure(`ERR wrong number of arguments for '${name}' command`);
    if (!client.authenticated && !FOR_ANYBODY.has(name)) return failure('NOAUTH Authentication required.');
    const limit = this.config.number('maxmemory');
    if (command.grows && limit > 0 && this.usedMemory > limit) return failure("OOM command not allowed when used memory > 'maxmemory'.");
    if (client.subscribed && !FOR_SUBSCRIBERS.has(name)) {
      return failure(
        `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      );
    }
    return undefined;
  }

  /** Carries a command out; undefined where it has answered itself. */
  run(client: Client, argv: readonly string[]): Reply | undefined {
    const name = (argv[0] as string).toLowerCase();
    const command = COMMANDS.get(name) as RedisCommand;
    this.statistics.commands++;
    const subcommand = (argv[1] ?? '').toLowerCase();
    client.lastCommand = ['client', 'config', 'command', 'object', 'pubsub'].includes(name) && subcommand ? `${name}|${subcommand}` : name;
    if (name !== 'auth' && name !== 'monitor') this.#tellMonitors(client, argv);
    const call: Call = {
      server: this,
      client,
      db: this.databases[client.db] as Database,
      argv,
      arg: (i) => argv[i] ?? '',
    };
    try {
      const reply = command.run(call);
      if (command.grows) this.changes++;
      return reply;
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown.reply;
      throw thrown;
    }
  }

  #tellMonitors(client: Client, argv: readonly string[]): void {
    const us = Math.round(this.p.wallClockMs * 1000);
    const time = `${Math.floor(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}`;
    const line = `${time} [${client.db} ${client.address}] ${argv.map(quoted).join(' ')}`;
    for (const each of this.clients) if (each.monitoring) each.send(status(line));
  }
}
