/** A terminal's settings (termios(3)), each flag under the name stty(1) gives it, without its sign. */
export interface Termios {
  // Input.
  readonly icrnl: boolean;
  readonly inlcr: boolean;
  readonly igncr: boolean;
  readonly istrip: boolean;
  readonly ixon: boolean;
  readonly ixany: boolean;
  readonly imaxbel: boolean;
  readonly iutf8: boolean;
  // Output.
  readonly opost: boolean;
  readonly onlcr: boolean;
  readonly ocrnl: boolean;
  readonly onlret: boolean;
  readonly onocr: boolean;
  // Local.
  readonly isig: boolean;
  readonly icanon: boolean;
  readonly iexten: boolean;
  readonly echo: boolean;
  readonly echoe: boolean;
  readonly echok: boolean;
  readonly echonl: boolean;
  readonly echoctl: boolean;
  readonly echoke: boolean;
  readonly noflsh: boolean;
  readonly tostop: boolean;
  /** Special characters; 0 means undefined. `min` is a count. */
  readonly cc: Readonly<Record<ControlCharacter, number>>;
}

export type ControlCharacter =
  | 'intr'
  | 'quit'
  | 'erase'
  | 'kill'
  | 'eof'
  | 'eol'
  | 'eol2'
  | 'start'
  | 'stop'
  | 'susp'
  | 'rprnt'
  | 'werase'
  | 'lnext'
  | 'min';

/** What `stty sane` sets, and what a new pseudo-terminal of a terminal emulator starts with. */
export const SANE_TERMIOS: Termios = {
  icrnl: true,
  inlcr: false,
  igncr: false,
  istrip: false,
  ixon: true,
  ixany: false,
  imaxbel: true,
  iutf8: true,
  opost: true,
  onlcr: true,
  ocrnl: false,
  onlret: false,
  onocr: false,
  isig: true,
  icanon: true,
  iexten: true,
  echo: true,
  echoe: true,
  echok: true,
  echonl: false,
  echoctl: true,
  echoke: true,
  noflsh: false,
  tostop: false,
  cc: {
    intr: 0x03,
    quit: 0x1c,
    erase: 0x7f,
    kill: 0x15,
    eof: 0x04,
    eol: 0,
    eol2: 0,
    start: 0x11,
    stop: 0x13,
    susp: 0x1a,
    rprnt: 0x12,
    werase: 0x17,
    lnext: 0x16,
    min: 1,
  },
};

/** For a line editor (readline's rl_prep_terminal): keys come one by one and unechoed; ^C, ^\ and ^Z still are signals. */
export function editorTermios(base: Termios): Termios {
  return { ...base, icanon: false, echo: false, icrnl: false, iexten: false, cc: { ...base.cc, lnext: 0, min: 1 } };
}

/** cfmakeraw(3): nothing is interpreted in either direction. */
export function rawTermios(base: Termios): Termios {
  return {
    ...base,
    icrnl: false,
    inlcr: false,
    igncr: false,
    istrip: false,
    ixon: false,
    opost: false,
    isig: false,
    icanon: false,
    iexten: false,
    echo: false,
    echonl: false,
    cc: { ...base.cc, min: 1 },
  };
}
