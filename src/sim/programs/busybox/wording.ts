// The messages of the machine's full programs in BusyBox's words: libbb has few forms (bb_simple_perror_msg, bb_perror_msg,
// xstrtou…), and the applets use them where GNU's programs say the same at greater length.

import type { Sys } from '../../machine/process.ts';
import { Command, Exit } from '../lib/command.ts';
import { showUsage } from './usage.ts';

/** A message as GNU words it, and as BusyBox does; no second text: it prints the applet's usage instead, `null`: it says nothing. */
type Rule = readonly [gnu: RegExp, busybox?: string | null | undefined];

/** A name in quotes of one kind or another, or bare where a shell needs none. */
const Q = `(?:‘([^’]*)’|'([^']*)'|(\\S+?))`;

/** A rule for a message around one quoted name, which `%` stands for; `@` is what follows the last colon. */
function rule(gnu: string, busybox?: string | null): Rule {
  const pattern = new RegExp(`^${gnu.replace('%', Q).replace('@', '([^:]*)')}$`, 's');
  return [pattern, busybox?.replace('%', '$1$2$3').replace('@', '$4')];
}

const CHECKSUM = [rule('%: @', "can't open '%': @")];
const IN_COMMON: readonly Rule[] = [
  [/^(?:missing (?:file |destination file )?operand|extra operand|too many templates|bad usage|no variables specified)/],
  [/^(?:you must specify either|no matching criteria|only one pattern|not enough arguments)/],
  rule('invalid time interval %', "invalid number '%'"),
  rule('invalid number of (?:lines|bytes): %', "invalid number '%'"),
];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  awk: [rule('cannot open % \\(@\\)', '%: @'), [/^line (\d+): .*$/s, 'cmd. line:1: Unexpected token']],
  base64: [rule('%: @', '%: @')],
  cat: [[/^(.*): Is a directory$/s, 'read error: Is a directory'], rule('%: @', "can't open '%': @")],
  chgrp: [rule('invalid group: %', 'unknown group %'), rule('(?:cannot access|changing group of) %: @', '%: @')],
  chmod: [rule('invalid mode: %', "invalid mode '%'"), rule('(?:cannot access|changing permissions of) %: @', '%: @')],
  chown: [
    [/^invalid (?:user|group): ‘(.*:.*)’$/s, 'unknown user/group $1'],
    rule('invalid user: %', 'unknown user %'),
    rule('(?:cannot access|changing ownership of) %: @', '%: @'),
  ],
  cmp: [rule('%: @', "can't open '%': @")],
  cp: [
    rule('cannot stat %: @', "can't stat '%': @"),
    rule('-r not specified; omitting directory %', "omitting directory '%'"),
    rule('cannot create (?:regular file|directory|symbolic link) %: @', "can't create '%': @"),
  ],
  cut: [
    [/^you must specify a list of.*$/s, 'expected a list of bytes, characters, or fields'],
    rule('invalid (?:field|byte/character) value %', "invalid number '%'"),
  ],
  date: [rule('invalid date %', "invalid date '%'")],
  df: [rule('%: @', "%: can't find mount point")],
  diff: [rule('%: @', "can't stat '%': @")],
  du: [rule('cannot access %: @', '%: @'), rule('cannot read directory %: @', "can't open '%': @")],
  env: [rule('%: @', "can't execute '%': @")],
  expr: [
    [/^missing operand$/, 'too few arguments'],
    [/^syntax error: missing argument.*$/s, 'syntax error'],
  ],
  find: [
    rule('%: @', '%: @'),
    [/^unknown predicate `(.*)'$/s, 'unrecognized: $1\u0000'],
    [/^missing argument to `(.*)'$/s, '$1 requires an argument'],
    [/^Unknown argument to -type: (.*)$/s, "invalid argument '$1' to '-type'"],
  ],
  grep: [[/^.*: Is a directory$/s, null]],
  head: [rule('cannot open % for reading: @', '%: @')],
  id: [rule('%: no such user', 'unknown user %')],
  ln: [rule('failed to create (?:symbolic|hard) link %(?: => .*?)?: @', '%: @'), rule('failed to access %: @', '%: @')],
  ls: [rule('cannot access %: @', '%: @'), rule('cannot open directory %: @', "can't open '%': @")],
  mkdir: [rule('cannot create directory %: @', "can't create directory '%': @"), rule('invalid mode %', "invalid mode '%'")],
  mkfifo: [rule('cannot create fifo %: @', '%: @')],
  mktemp: [[/^too few X's in template .*$/s, '(null): Invalid argument']],
  mount: [
    rule("%: can't find in /etc/fstab\\.", "can't find % in /etc/fstab"),
    [/^(.*): special device (.*) does not exist\.\n.*$/s, 'mounting $2 on $1 failed: No such file or directory'],
  ],
  mv: [rule('cannot stat %: @', "can't rename '%': @"), rule('cannot move % to .*: @', "can't rename '%': @")],
  rm: [
    rule('cannot remove %: Is a directory', "'%' is a directory"),
    rule('cannot remove %: @', "can't remove '%': @"),
    rule('remove (?:write-protected )?(?:regular empty file|regular file|symbolic link|fifo|socket|directory) %\\? ', "remove '%'? "),
    rule('descend into (?:write-protected )?directory %\\? ', "descend into directory '%'? "),
  ],
  rmdir: [rule('failed to remove (?:directory )?%: @', "'%': @")],
  sed: [
    rule("can't read %: @", '%: @'),
    [/^couldn't open temporary file (.*): ([^:]*)$/s, "can't create temp file '$1': $2"],
    [/^cannot rename (.*)(.{6}): ([^:]*)$/s, "can't move '$1$2' to '$1': $3"],
    [/^-e expression #\d+, char \d+: unterminated `[sy]' command$/, "unmatched '/'"],
    [/^-e expression #\d+, char \d+: unknown command: `(.*)'$/s, 'unsupported command $1'],
  ],
  sort: [rule('(?:cannot read|open failed): %: @', '%: @')],
  stat: [rule('cannot statx %: @', "can't stat '%': @")],
  stty: [rule('invalid argument %', "invalid number '%'")],
  sysctl: [
    [/^cannot stat \/proc\/sys\/(.*): No such file or directory$/s, "error: '$1' is an unknown key"],
    rule('cannot open "%": @', '%: @'),
  ],
  tail: [rule('cannot open % for reading: @', "can't open '%': @")],
  timeout: [rule('failed to run command %: @', "can't execute '%': @")],
  touch: [rule('cannot touch %: @', '%: @'), rule('invalid date format %', "invalid date '%'")],
  umount: [
    rule('%: no mount point specified\\.', "can't unmount %: No such file or directory"),
    rule('%: not mounted\\.', "can't unmount %: Invalid argument"),
  ],
  uniq: [rule('%: @', "can't open '%': @")],
  md5sum: CHECKSUM,
  sha1sum: CHECKSUM,
  sha256sum: CHECKSUM,
  sha512sum: CHECKSUM,
};

/** What GNU's programs add to a message. */
const HINT = /^Try ['`].*\n/gm;

/** The surroundings of a full program that is run as an applet: its messages are BusyBox's. */
export class AppletCommand extends Command {
  override temporaryFor(path: string): string {
    return path + this.sixLetters();
  }

  override *complain(message: string): Sys<void> {
    const words = yield* this.reword(message, 1);
    if (words !== null) yield* super.complain(words);
  }

  override *misuse(message: string, status = 1): Sys<never> {
    const words = yield* this.reword(message, status);
    if (words !== null) yield* super.complain(words);
    throw new Exit(status);
  }

  override *error(text: string): Sys<void> {
    const own = `${this.name}: `;
    const words = text.replace(HINT, '');
    if (!words.startsWith(own)) {
      if (words !== '') yield* super.error(words);
      return;
    }
    const end = words.endsWith('\n') ? '\n' : '';
    const said = yield* this.reword(words.slice(own.length, words.length - end.length), 1);
    if (said !== null) yield* super.error(own + said + end);
  }

  private *reword(message: string, status: number): Sys<string | null> {
    for (const [gnu, busybox] of [...(RULES[this.name] ?? []), ...IN_COMMON]) {
      if (!gnu.test(message)) continue;
      if (busybox === undefined) return yield* this.showUsage(status);
      if (busybox === null) return null;
      const words = message.replace(gnu, busybox);
      if (!words.endsWith('\u0000')) return words;
      // The usage follows the message.
      return yield* this.showUsage(status, words.slice(0, -1));
    }
    return message;
  }

  private *showUsage(status: number, message?: string): Sys<never> {
    return yield* showUsage(new Command(this.p, [this.name]), this.name, message, status);
  }
}
