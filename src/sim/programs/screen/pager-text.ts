import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import type { FullScreen } from './full-screen.ts';

const NEWLINE = 0x0a;

/** The text a pager shows: read as far as it is needed, so that a pipe without an end can be looked at. */
export class PagerText {
  /** File name; undefined for standard input. */
  readonly name: string | undefined;
  readonly lines: string[] = [];
  /** The end has been read. */
  ended = false;
  private readonly p: Process;
  private readonly fd: number;
  private readonly squeeze: boolean;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(p: Process, fd: number, name: string | undefined, squeeze: boolean) {
    this.p = p;
    this.fd = fd;
    this.name = name;
    this.squeeze = squeeze;
  }

  /** Reads until there are so many lines or the text ends; a key or Ctrl-C on the screen stops it before. */
  *need(count: number, screen: FullScreen | undefined): Sys<void> {
    while (!this.ended && this.lines.length < count) {
      const file = this.p.file(this.fd);
      if (file !== undefined && !file.canRead() && screen !== undefined) {
        if (screen.hasKey) return;
        yield* this.p.wait([file.readable, screen.terminal.readable], undefined, 'pipe_read');
        continue;
      }
      yield* this.take();
    }
  }

  /** What has been added to a file whose end was reached; true if something was. */
  *more(): Sys<boolean> {
    const before = this.lines.length;
    this.ended = false;
    while (!this.ended) yield* this.take();
    return this.lines.length > before;
  }

  close(): void {
    if (this.fd !== 0) this.p.close(this.fd);
  }

  private *take(): Sys<void> {
    const data = yield* this.p.read(this.fd);
    if (isError(data) || data.length === 0) {
      this.ended = true;
      if (this.rest.length > 0) this.add([decodeText(this.rest)]);
      this.rest = new Uint8Array(0);
      return;
    }
    const whole = new Uint8Array(this.rest.length + data.length);
    whole.set(this.rest);
    whole.set(data, this.rest.length);
    const end = whole.lastIndexOf(NEWLINE);
    this.rest = whole.subarray(end + 1);
    if (end >= 0) this.add(decodeText(whole.subarray(0, end)).split('\n'));
  }

  private add(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.squeeze && line === '' && this.lines.at(-1) === '') continue;
      this.lines.push(line);
    }
  }
}
