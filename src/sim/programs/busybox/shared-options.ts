/** What an applet takes whose work one of the machine's full programs does. */
export interface SharedOptions {
  /** As for getopt(3). */
  readonly short: string;
  readonly long?: Readonly<Record<string, string>>;
  /** Fewer operands than these, or more, get the usage. */
  readonly least?: number;
  readonly most?: number;
  /** Exit status of the usage, where it is not 1. */
  readonly status?: number;
  readonly stopAtOperand?: boolean;
  /** `-3` is an option. */
  readonly digits?: boolean;
}

const CHECKSUM: SharedOptions = { short: 'csw' };
const GREP: SharedOptions = { short: 'HhnlLocqvsrRiwxFEzm:A:B:C:e:f:', long: { 'color=?': 'color' }, status: 2, least: 1 };
const NONE: SharedOptions = { short: '' };

/** Applets without an entry read their arguments themselves. */
export const SHARED_OPTIONS: Readonly<Record<string, SharedOptions | undefined>> = {
  arch: NONE,
  awk: { short: 'v:F:f:e:', long: {}, stopAtOperand: true, least: 1 },
  base64: { short: 'dw:', most: 1 },
  basename: { short: 'as:', least: 1 },
  cat: { short: 'nbvteAu' },
  chgrp: { short: 'RhLHPcvf', least: 2 },
  chmod: { short: 'Rcvfrwxst', least: 2, stopAtOperand: true },
  chown: { short: 'RhLHPcvf', least: 2 },
  cmp: { short: 'lsn:', least: 1, most: 4 },
  cp: { short: 'arPLHpfinlsTut:dRv', long: { 'no-target-directory': 'T', 'target-directory': 't' }, least: 2 },
  cut: { short: 'b:c:f:d:sn', long: { 'output-delimiter=': 'output-delimiter' } },
  date: {
    short: 'Rs:ud:r:I::D:',
    long: { 'rfc-822': 'R', 'rfc-2822': 'R', set: 's', utc: 'u', date: 'd', reference: 'r' },
    most: 1,
  },
  df: { short: 'PkmhTaiB:t:' },
  diff: { short: 'abBdiNqrTstwL:S:U:u', least: 2, most: 2 },
  dirname: { short: '', least: 1, most: 1 },
  dmesg: { short: 'crn:s:' },
  du: { short: 'aHLdclsxhmk' },
  egrep: GREP,
  dnsdomainname: NONE,
  env: { short: 'i0u:', long: { 'ignore-environment': 'i', unset: 'u' }, stopAtOperand: true },
  expand: { short: 'it:' },
  fgrep: GREP,
  fold: { short: 'bsw:' },
  free: { short: 'bkmgh' },
  grep: GREP,
  hostname: { short: 'sidfF:', most: 1 },
  head: { short: 'n:c:qv', digits: true },
  hexdump: { short: 'bcdoxCve:f:n:s:' },
  less: { short: 'EFIMmNSRh~' },
  link: { short: '', least: 2, most: 2 },
  ln: { short: 'sfnbtvS:T', least: 1 },
  ls: {
    short: '1AaCxdLHRFplinshrSXvctuw:kgQT:',
    long: { 'full-time': 'full-time', 'group-directories-first': 'group-directories-first', 'color=?': 'color' },
  },
  md5sum: CHECKSUM,
  mkdir: { short: 'm:p', long: { mode: 'm', parents: 'p' }, least: 1 },
  mkfifo: { short: 'm:', least: 1 },
  mktemp: { short: 'dqtp:u', most: 1 },
  mount: { short: 'arwnfvsiO:o:t:', most: 2 },
  mv: { short: 'finTt:v', least: 2 },
  nproc: { short: '', long: { all: 'all', 'ignore=': 'ignore' } },
  paste: { short: 'd:s' },
  pidof: { short: 'so:' },
  readlink: { short: 'fnv', least: 1, most: 1 },
  realpath: { short: '', least: 1 },
  reset: NONE,
  rev: NONE,
  rm: { short: 'irfR', least: 1 },
  rmdir: { short: 'p', long: { parents: 'p', 'ignore-fail-on-non-empty': 'ignore' }, least: 1 },
  sed: {
    short: 'i::nrEf:e:s',
    long: { 'in-place=?': 'i', quiet: 'n', silent: 'n', 'regexp-extended': 'r', expression: 'e', file: 'f' },
    least: 1,
  },
  seq: { short: 'ws:', least: 1, most: 3, stopAtOperand: true },
  sha1sum: CHECKSUM,
  sha256sum: CHECKSUM,
  sleep: { short: '', least: 1 },
  sort: { short: 'nrugMcszbdfimho:k:t:S:T:' },
  stat: { short: 'ltfc:', least: 1 },
  strings: { short: 'fot:n:a' },
  sync: { short: 'df' },
  sysctl: { short: 'enqapw' },
  tac: NONE,
  tail: { short: 'n:c:fFs:qv', digits: true },
  tee: { short: 'ai' },
  sha512sum: CHECKSUM,
  touch: { short: 'chamd:t:r:', least: 1 },
  tr: { short: 'cCds', stopAtOperand: true, least: 1, most: 2 },
  truncate: { short: 'cs:', least: 1 },
  tty: { short: 's' },
  umount: { short: 'rlfdat:', least: 1 },
  uname: { short: 'amnrspvio', most: 0 },
  uniq: { short: 'cduizf:s:w:', most: 2 },
  unlink: { short: '', least: 1, most: 1 },
  watch: { short: 'n:t', stopAtOperand: true, least: 1 },
  wc: { short: 'cmlwL' },
  which: { short: 'a', least: 1 },
  whoami: { short: '', most: 0 },
  xxd: { short: 'prig:n:c:s:o:l:' },
};
