import { latin1Bytes } from '../../wire/http.ts';
import { encodeReply, type Reply, RespReader } from './resp.ts';

/** A connection to the server and what its commands have made of it. */
export class Client {
  readonly id: number;
  readonly fd: number;
  /** `127.0.0.1:47522`. */
  readonly address: string;
  readonly localAddress: string;
  readonly sinceMs: number;
  readonly requests = new RespReader();
  lastMs: number;
  name = '';
  db = 0;
  authenticated: boolean;
  lastCommand = 'NULL';
  /** Commands since MULTI; undefined outside a transaction. */
  queued: (readonly string[])[] | undefined;
  /** A command was refused when it was queued: EXEC does nothing. */
  queueBroken = false;
  /** What WATCH saw of each key, by database and key. */
  readonly watched = new Map<string, unknown>();
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  monitoring = false;
  /** The connection ends when the answers are sent. */
  closing = false;
  #output: string[] = [];

  constructor(id: number, fd: number, address: string, localAddress: string, nowMs: number, authenticated: boolean) {
    this.id = id;
    this.fd = fd;
    this.address = address;
    this.localAddress = localAddress;
    this.sinceMs = nowMs;
    this.lastMs = nowMs;
    this.authenticated = authenticated;
  }

  send(reply: Reply): void {
    this.#output.push(encodeReply(reply));
  }

  /** What waits to be sent. */
  takeOutput(): Uint8Array | undefined {
    if (this.#output.length === 0) return undefined;
    const text = this.#output.join('');
    this.#output = [];
    return latin1Bytes(text);
  }

  get subscribed(): boolean {
    return this.channels.size + this.patterns.size > 0;
  }

  /** A line of CLIENT LIST; sizes of buffers are those of a client that has just sent this command. */
  describe(nowMs: number): string {
    const seconds = (ms: number): number => Math.floor((nowMs - ms) / 1000);
    const flags = `${this.monitoring ? 'O' : ''}${this.subscribed ? 'P' : ''}${this.queued ? 'x' : ''}` || 'N';
    return `id=${this.id} addr=${this.address} laddr=${this.localAddress} fd=${this.fd} name=${this.name} age=${seconds(this.sinceMs)} idle=${seconds(this.lastMs)} flags=${flags} db=${this.db} sub=${this.channels.size} psub=${this.patterns.size} ssub=0 multi=${this.queued?.length ?? -1} qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22298 events=r cmd=${this.lastCommand} user=default redir=-1 resp=2\n`;
  }
}
