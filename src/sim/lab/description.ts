/** A lab as data: machines, cables, the world outside, and what was done before the learner arrived. build.ts turns it into a running world. */
export interface LabDescription {
  readonly id: string;
  readonly machines: readonly MachineDescription[];
  /**
   * Switches in the basement: each joins the NICs that name it. The outside world hangs on `lan`: with
   * `internet` its sites are some routers away, at distances that can be felt; with `next-door` they are on the gateway itself, as in the
   * recordings of Linux.
   */
  readonly outside?: 'none' | 'internet' | 'next-door';
  /** Networks behind routers of the lab, as `192.168.57.0/24 via 192.168.56.254`: the world outside sends their answers there. */
  readonly inside?: readonly string[];
  /** Addresses of outside names to addresses that differ from the standard world's; the learner's seed may vary them. */
  readonly sites?: Readonly<Record<string, string>>;
  /** Commands run in order before anybody looks, as root, in virtual time. */
  readonly setup?: readonly SetupStep[];
}

export type SetupStep = string | { readonly host: string; readonly run: string } | { readonly sleepSeconds: number };

export interface MachineDescription {
  readonly name: string;
  readonly nics: readonly NicDescription[];
  /** false: drawn and can be spoken to, but not logged in to. */
  readonly terminal?: boolean;
  readonly hostname?: string;
  /** Text of files put there before set-up: path → contents. */
  readonly files?: Readonly<Record<string, string>>;
  /** Servers that run from the start: commands that stay, e.g. `webd 8080` or `busybox httpd -f -p 80 -h /srv`. */
  readonly servers?: readonly string[];
  /** Process 1 is systemd, with units for what runs here; true unless said otherwise. */
  readonly systemd?: boolean;
  /** A Docker engine runs here, with these images: `busybox:latest`. */
  readonly docker?: { readonly images: readonly string[] };
  /**
   * What is drawn here at random elsewhere, by what it is, in turn: `container NAME`, `network NAME` and `endpoint CONTAINER` (64 hex
   * digits), `cable CONTAINER` (its host end's name), `mac DEVICE`. What comes after these is random again.
   */
  readonly settled?: Readonly<Record<string, readonly string[]>>;
  readonly gateway?: string;
  readonly nameservers?: readonly string[];
}

export interface NicDescription {
  readonly name: string;
  readonly mac: string;
  /** CIDR, e.g. 192.168.56.11/24. */
  readonly addresses: readonly string[];
  /** The switch it is plugged into. */
  readonly network: string;
  /** The cable is out (no carrier). */
  readonly unplugged?: boolean;
  /** Nobody has brought it up. */
  readonly down?: boolean;
}
