import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { HttpField } from '../../wire/http.ts';
import type { Block } from './config.ts';

/** A request on its way through the configuration. */
export interface Request {
  readonly method: string;
  /** The request line as it came. */
  readonly line: string;
  /** `HTTP/1.1`. */
  readonly protocol: string;
  /** As it was asked for, with the query. */
  readonly target: string;
  readonly fields: readonly HttpField[];
  readonly body: Uint8Array;
  readonly remote: SockAddr;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly connection: number;
  readonly startMs: number;
  server: Block;
  /** The innermost block whose directives count: the server, a location, an if. */
  scope: Block;
  /** The location without an if in it; undefined outside of any. */
  location: Block | undefined;
  /** Decoded, without the query; rewritten on the way. */
  uri: string;
  query: string;
  readonly captures: Map<string, string>;
  /** `set`. */
  readonly set: Map<string, string>;
  /** The status whose error_page is being made. */
  errorStatus: number | undefined;
  /** Inner redirects so far. */
  redirects: number;
  /** What was sent. */
  status: number;
  bytesSent: number;
  bodySent: number;
  upstreamAddress: string;
}

/** An answer before the head is made of it. */
export interface Response {
  status: number;
  type: string | undefined;
  body: Uint8Array;
  /** Of a file, ms since 1970. */
  lastModifiedMs?: number;
  location?: string;
  /** In their order, after Connection. */
  fields: HttpField[];
  /** Fields after those of add_header. */
  lateFields?: HttpField[];
  /** It is sent as it is made: `length` is what is known of its length beforehand, from an upstream's head, or nothing. */
  streamed?: boolean;
  /** What HEAD says of a body that is not there. */
  length?: number;
}
