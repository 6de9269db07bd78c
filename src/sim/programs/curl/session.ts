import { utf8 } from '../../base/bytes.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import type { Command } from '../lib/command.ts';
import type { HostAddress } from '../net-lib/getaddrinfo.ts';
import type { Connection } from './connection.ts';
import { CookieJar } from './cookies.ts';
import type { Settings } from './options.ts';
import { OutputStream } from './stdio.ts';

/** What one run of curl keeps from transfer to transfer. */
export class Session {
  readonly c: Command;
  readonly p: Process;
  readonly settings: Settings;
  readonly stdout: OutputStream;
  /** Connections that were left open. */
  readonly connections: Connection[] = [];
  connectionCount = 0;
  /** Addresses by `host:port`. */
  readonly dnsCache = new Map<string, readonly HostAddress[]>();
  readonly cookies = new CookieJar();
  /** Data goes to a terminal, so that -v need not say that there is some. */
  outputIsTerminal = false;
  #tracedData = false;

  constructor(c: Command, settings: Settings) {
    this.c = c;
    this.p = c.p;
    this.settings = settings;
    this.stdout = new OutputStream(c.p, 1);
  }

  /** A line of -v about what goes on. */
  *info(message: string): Sys<void> {
    yield* this.#trace('* ', utf8(`${message}\n`));
  }

  /** A header line that was received (`<`) or sent (`>`). */
  *header(mark: '<' | '>', line: Uint8Array): Sys<void> {
    yield* this.#trace(`${mark} `, line);
  }

  *#trace(mark: string, line: Uint8Array): Sys<void> {
    this.#tracedData = false;
    if (!this.settings.verbose) return;
    const start = utf8(mark);
    const out = new Uint8Array(start.length + line.length);
    out.set(start);
    out.set(line, start.length);
    yield* this.p.write(2, out);
  }

  /** Data went in or out; said once for as long as nothing else is said. */
  *data(mark: '{' | '}', size: number): Sys<void> {
    if (!this.settings.verbose || this.#tracedData || this.outputIsTerminal) return;
    this.#tracedData = true;
    yield* this.p.write(2, utf8(`${mark} [${size} bytes data]\n`));
  }

  *warn(message: string): Sys<void> {
    if (!this.settings.silent) yield* this.p.write(2, encodeText(`Warning: ${message}\n`));
  }
}
