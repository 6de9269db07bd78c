import type { Process, Sys } from '../../../machine/process.ts';
import { HttpLines } from '../../../wire/http.ts';
import type { HttpdConfig } from './config.ts';

/** What the server knows before a client comes. */
export interface Server {
  readonly config: HttpdConfig;
  readonly configFile: string;
  readonly realm: string;
  readonly home: string;
  readonly verbose: number;
}

/** A connection and what its request has said so far. */
export class Visit {
  p: Process;
  readonly config: HttpdConfig;
  readonly realm: string;
  readonly home: string;
  readonly verbose: number;
  /** `[::ffff:192.168.56.11]:47450`, or empty on standard input. */
  readonly client: string;
  readonly in: number;
  out: number;
  readonly lines = new HttpLines();
  method = '';
  /** Path without the query, decoded, dots resolved; starts with `/`. */
  url = '';
  query: string | undefined;
  range: { readonly start: number; readonly end: number | undefined } | undefined;
  ifNoneMatch: string | undefined;
  /** Bytes of the body of a POST. */
  postLength = 0;
  remoteUser: string | undefined;
  /** For CGI: HTTP_HOST and so on. */
  readonly environment = new Map<string, string>();

  constructor(p: Process, server: Server, client: string, input: number, output: number) {
    this.p = p;
    this.config = server.config;
    this.realm = server.realm;
    this.home = server.home;
    this.verbose = server.verbose;
    this.client = client;
    this.in = input;
    this.out = output;
  }

  /** The same request as a child of the server sees it, who answers on a descriptor of its own. */
  inChild(child: Process, out: number): Visit {
    return Object.assign(Object.create(Visit.prototype) as Visit, this, { p: child, out });
  }

  *log(message: string): Sys<void> {
    yield* this.p.printError(`${this.client}: ${message}\n`);
  }
}
