// Where heads and bodies go: src/tool_cb_hdr.c, src/tool_cb_wrt.c.

import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { reason } from '../lib/command.ts';
import { failed, TransferError } from './errors.ts';
import type { Config } from './options.ts';
import type { Session } from './session.ts';
import { OutputStream } from './stdio.ts';
import { resolveReference, type Url } from './url.ts';

const BOLD = '\x1b[1m';
const BOLD_OFF = '\x1b[0m';
const LINK = '\x1b]8;;';
const LINK_END = '\x1b\\';

/** The destination of one transfer's output. */
export class Sink {
  readonly #s: Session;
  readonly #config: Config;
  /** Undefined for standard output. */
  readonly path: string | undefined;
  readonly #append: boolean;
  #stream: OutputStream | undefined;
  #heads: OutputStream | undefined;
  /** The file was made: nothing came to write into it else. */
  created = false;

  constructor(s: Session, config: Config, path: string | undefined, append = false) {
    this.#s = s;
    this.#config = config;
    this.path = path;
    this.#append = append;
    if (path === undefined) this.#stream = s.stdout;
  }

  /** A line of a head: into the -D file, and with -i before the body; names in bold where somebody reads. */
  *header(line: Uint8Array, text: string, url: Url): Sys<undefined | TransferError> {
    const dump = yield* this.#dumpStream();
    if (failed(dump)) return dump;
    if (dump && isError(yield* dump.write(line))) return new TransferError(23);
    if (!this.#config.include && !this.#config.head) return undefined;
    const stream = yield* this.#open();
    if (failed(stream)) return stream;
    const styled = stream.isTerminal && this.#s.settings.styledOutput && text.includes(':') && !text.startsWith('HTTP/');
    const refused = yield* stream.write(styled ? utf8(styledField(text, url)) : line);
    return isError(refused) ? new TransferError(23) : undefined;
  }

  *body(data: Uint8Array): Sys<undefined | TransferError> {
    if (data.length === 0) return undefined;
    const stream = yield* this.#open();
    if (failed(stream)) return stream;
    if (stream.isTerminal && this.path === undefined && data.includes(0)) {
      yield* this.#s.warn('Binary output can mess up your terminal. Use "--output -" to tell ');
      yield* this.#s.warn('curl to output it to your terminal anyway, or consider "--output ');
      yield* this.#s.warn('<FILE>" to save to a file.');
      return new TransferError(23, 'Failure writing output to destination');
    }
    const refused = yield* stream.write(data);
    if (!isError(refused)) {
      if (this.#config.noBuffer) yield* stream.flush();
      return undefined;
    }
    return new TransferError(23, 'Failure writing output to destination');
  }

  /** Writes out what is buffered and closes the file. An empty document makes an empty file. */
  *close(succeeded: boolean): Sys<undefined | TransferError> {
    if (succeeded && this.path !== undefined && !this.#stream) {
      const stream = yield* this.#open();
      if (failed(stream)) return stream;
    }
    let refused = false;
    if (this.#heads && this.#heads !== this.#s.stdout) {
      yield* this.#heads.flush();
      this.#s.p.close(this.#heads.fd);
    }
    if (this.#stream && this.#stream !== this.#s.stdout) {
      refused = isError(yield* this.#stream.flush());
      this.#s.p.close(this.#stream.fd);
    }
    return refused ? new TransferError(23, 'Failed writing body') : undefined;
  }

  *#open(): Sys<OutputStream | TransferError> {
    if (this.#stream) return this.#stream;
    const { p } = this.#s;
    const path = this.path as string;
    if (this.#config.createDirs) makeDirectories(this.#s, path);
    const fd = p.open(path, { write: true, create: true, truncate: !this.#append, append: this.#append });
    if (isError(fd)) {
      yield* this.#s.warn(`Failed to open the file ${path}: ${reason(fd)}`);
      return new TransferError(23, 'Failure writing output to destination');
    }
    this.created = true;
    this.#stream = new OutputStream(p, fd);
    return this.#stream;
  }

  *#dumpStream(): Sys<OutputStream | undefined | TransferError> {
    const name = this.#config.dumpHeader;
    if (name === undefined || this.#heads) return this.#heads;
    if (name === '-') this.#heads = this.#s.stdout;
    else {
      const fd = this.#s.p.open(name, { write: true, create: true, truncate: true });
      if (isError(fd)) return new TransferError(23, `Failed to open ${name}`);
      this.#heads = new OutputStream(this.#s.p, fd);
    }
    return this.#heads;
  }
}

function styledField(text: string, url: Url): string {
  const colon = text.indexOf(':');
  const name = text.slice(0, colon);
  const value = text.slice(colon + 1);
  if (name.toLowerCase() !== 'location') return `${BOLD}${name}${BOLD_OFF}:${value}\r\n`;
  const target = resolveReference(url, value.trim());
  return `${BOLD}${name}${BOLD_OFF}:${LINK}${target}${LINK_END}${value}\r\n${LINK}${LINK_END}`;
}

function makeDirectories(s: Session, path: string): void {
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    s.p.machine.files.makeDirectory(s.p, path.slice(0, slash), 0o750);
  }
}
