import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { utf8 } from '../../base/utf8.ts';
import type { Rtnetlink } from '../../kernel/rtnetlink/rtnetlink.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { Names } from './names.ts';
import { Exit, parseUnsigned } from './parse.ts';
import { Printer } from './printer.ts';

/** Address families of the command line: -4, -6, -0, -B, -M. */
export type PreferredFamily = 'unspec' | 'inet' | 'inet6' | 'link' | 'bridge' | 'mpls';

/** The options before the object. */
export interface Options {
  family: PreferredFamily;
  human: number;
  iec: boolean;
  stats: number;
  details: number;
  oneline: boolean;
  timestamp: boolean;
  timestampShort: boolean;
  brief: boolean;
  json: boolean;
  pretty: boolean;
  numeric: boolean;
  all: boolean;
  force: boolean;
  /** How often a flush may go round. */
  maxFlushLoops: number;
  batch: string | undefined;
}

export function defaultOptions(): Options {
  return {
    family: 'unspec',
    human: 0,
    iec: false,
    stats: 0,
    details: 0,
    oneline: false,
    timestamp: false,
    timestampShort: false,
    brief: false,
    json: false,
    pretty: false,
    numeric: false,
    all: false,
    force: false,
    maxFlushLoops: 10,
    batch: undefined,
  };
}

/** One run of `ip`: the process, its options, and what it has printed but not written yet. */
export class Ip {
  readonly p: Process;
  readonly options: Options;
  readonly names: Names;
  readonly #pending: { readonly fd: number; readonly text: string }[] = [];
  /** What stdio holds back: an unfinished line on a terminal, everything elsewhere. */
  #buffer = '';
  readonly #remembered = new Map<number, string>();

  constructor(p: Process, options: Options) {
    this.p = p;
    this.options = options;
    this.names = new Names(p, () => options.numeric);
  }

  /** The same command in a child process. */
  in(p: Process): Ip {
    return new Ip(p, this.options);
  }

  /** Of the namespace the process is in now; -n and netns exec change that. */
  get rtnl(): Rtnetlink {
    return this.p.rtnetlink;
  }

  readonly out = (text: string): void => {
    this.#buffer += text;
    if (this.p.terminal(1) === undefined) return;
    const end = this.#buffer.lastIndexOf('\n') + 1;
    if (end === 0) return;
    this.#pending.push({ fd: 1, text: this.#buffer.slice(0, end) });
    this.#buffer = this.#buffer.slice(end);
  };

  err(text: string): void {
    if (text !== '') this.#pending.push({ fd: 2, text });
  }

  printer(options: { readonly json?: boolean } = {}): Printer {
    const { json, pretty, oneline } = this.options;
    return new Printer(this.out, { json: options.json ?? json, pretty, oneline });
  }

  /** Writes what was printed (fflush and stderr in order). */
  *flush(): Sys<void> {
    if (this.#buffer !== '') this.#pending.push({ fd: 1, text: this.#buffer });
    this.#buffer = '';
    for (const { fd, text } of this.#pending.splice(0)) yield* this.p.write(fd, utf8(text));
  }

  /** Says what the kernel refused, as libnetlink does: its own sentence, or the errno's. */
  refused(error: KernelError): void {
    const { extack } = error;
    if (extack !== undefined && extack !== '') this.err(`Error: ${extack}${extack.endsWith('.') ? '' : '.'}\n`);
    else this.err(`RTNETLINK answers: ${strerror(error.errno)}\n`);
  }

  /** Whether a flush deleted this one; where it may delete none, it ends. */
  mayFlush(answer: KernelError | undefined, status: number): boolean {
    if (answer?.errno === 'EPERM') throw new Exit(status, 'Failed to send flush request: Operation not permitted\n');
    return answer === undefined;
  }

  /** The exit status of a request: 0, or 2 with the reason said. */
  talk(answer: KernelError | undefined): number {
    if (answer === undefined) return 0;
    this.refused(answer);
    return 2;
  }

  /** ifindex of a device by name, alternative name or `ifN`; 0 if there is none (ll_name_to_index). */
  ifindex(name: string): number {
    const link = this.rtnl.link(name);
    if (!isError(link)) return link.ifindex;
    const number = /^if(\d+)$/.exec(name);
    return number ? (parseUnsigned(number[1] as string) ?? 0) : 0;
  }

  /** As {@link ifindex}, but a device that does not exist ends the command. */
  device(name: string): number {
    const ifindex = this.ifindex(name);
    if (ifindex === 0) throw noDevice(name);
    return ifindex;
  }

  /** `ifN` for an index that is not known here and was not before (ll_index_to_name). */
  deviceName(ifindex: number): string {
    if (ifindex === 0) return '*';
    const link = this.rtnl.link(ifindex);
    return isError(link) ? (this.#remembered.get(ifindex) ?? `if${ifindex}`) : link.name;
  }

  /** Keeps a name for when its device has gone, as `ip monitor` has to (ll_remember_index). */
  remember(ifindex: number, name: string): void {
    this.#remembered.set(ifindex, name);
  }
}

export function noDevice(name: string): Exit {
  return new Exit(1, `Cannot find device "${name}"\n`);
}
