// htpasswd(1) of apache2-utils 2.4: who may in, and the hashes of their passwords.

import { encodeBase64 } from '../../base/base64.ts';
import { concat, fromHex } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import { askHidden } from '../lib/ask-hidden.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { linesOf } from '../lib/input.ts';
import { md5, sha1 } from '../text/checksums.ts';
import { bcrypt, isBcrypt, SALT_BYTES } from './bcrypt.ts';

const USAGE = `Usage:
	htpasswd [-cimB25dpsDv] [-C cost] [-r rounds] passwordfile username
	htpasswd -b[cmB25dpsDv] [-C cost] [-r rounds] passwordfile username password

	htpasswd -n[imB25dps] [-C cost] [-r rounds] username
	htpasswd -nb[mB25dps] [-C cost] [-r rounds] username password
 -c  Create a new file.
 -n  Don't update file; display results on stdout.
 -b  Use the password from the command line rather than prompting for it.
 -i  Read password from stdin without verification (for script usage).
 -m  Force MD5 hashing of the password (default).
 -2  Force SHA-256 hashing of the password (secure).
 -5  Force SHA-512 hashing of the password (secure).
 -B  Force bcrypt hashing of the password (very secure).
 -C  Set the computing time used for the bcrypt algorithm
     (higher is more secure but slower, default: 5, valid: 4 to 17).
 -r  Set the number of rounds used for the SHA-256, SHA-512 algorithms
     (higher is more secure but slower, default: 5000).
 -d  Force CRYPT hashing of the password (8 chars max, insecure).
 -s  Force SHA-1 hashing of the password (insecure).
 -p  Do not hash the password (plaintext, insecure).
 -D  Delete the specified user.
 -v  Verify password for the specified user.
On other systems than Windows and NetWare the '-p' flag will probably not work.
The SHA-1 algorithm does not use a salt and is less secure than the MD5 algorithm.
`;
const DEFAULT_COST = 5;
const FLAGS = 'cnbimB25dpsDv';
const HASHES = 'mB25dps';

/** Its exit statuses (support/passwd_common.h). */
const FILE_ERROR = 1;
const SYNTAX = 2;
const VERIFICATION = 3;
const BAD_USER = 6;

export const htpasswd = command('htpasswd', function* (c) {
  const { flags, cost, operands } = yield* readArguments(c);
  const [n, b] = [flags.has('n'), flags.has('b')];
  const [first = '', second = '', third = ''] = operands;
  const [path, user, given] = n ? [undefined, first, second] : [first, second, third];
  const count = (n ? 1 : 2) + (b ? 1 : 0);
  if (operands.length !== count || (flags.has('c') && n)) return yield* usage(c);
  if (user.includes(':')) return yield* c.die(BAD_USER, "username contains illegal character ':'");
  const file = path === undefined ? new Uint8Array(0) : c.p.machine.files.readFile(c.p, path);
  const creates = flags.has('c');
  if (isError(file) && !creates) return yield* c.die(FILE_ERROR, `cannot modify file ${path}; use '-c' to create it`);
  const lines = isError(file) || creates ? [] : linesOf(text(file));
  const at = lines.findIndex((line) => line.startsWith(`${user}:`));
  const removes = flags.has('D');
  if ((removes || flags.has('v')) && at < 0) {
    yield* c.error(`User ${user} not found\n`);
    return removes ? 0 : BAD_USER;
  }
  if (flags.has('v')) return yield* verify(c, user, lines[at] as string, b ? given : yield* ask(c, flags, true));
  const entry = removes ? undefined : `${user}:${yield* hash(c, flags, cost, b ? given : yield* ask(c, flags, false))}`;
  if (path === undefined) {
    yield* c.print(`${entry}\n\n`);
    return 0;
  }
  yield* c.error(`${removes ? 'Deleting' : at < 0 ? 'Adding' : 'Updating'} password for user ${user}\n`);
  const kept = lines.filter((_, i) => i !== at);
  if (entry !== undefined) kept.splice(at < 0 ? kept.length : at, 0, entry);
  const written = c.p.machine.files.writeFile(c.p, path, utf8(kept.map((line) => `${line}\n`).join('')));
  return written === undefined ? 0 : yield* c.die(FILE_ERROR, `cannot create file ${path}`);
});

function* readArguments(c: Command): Sys<{ flags: ReadonlySet<string>; cost: number; operands: readonly string[] }> {
  const flags = new Set<string>();
  let cost = DEFAULT_COST;
  const words = [...c.args];
  while (/^-./.test(words[0] ?? '')) {
    const letters = (words.shift() as string).slice(1);
    for (const [i, letter] of [...letters].entries()) {
      if (letter === 'C' || letter === 'r') {
        const value = letters.slice(i + 1) || words.shift();
        if (value === undefined) return yield* usage(c);
        if (letter === 'C') cost = Number(value);
        break;
      }
      if (!FLAGS.includes(letter)) {
        if (letters !== '-help') yield* c.error(`htpasswd: illegal option -- ${letter}\n`);
        return yield* usage(c);
      }
      if (HASHES.includes(letter)) for (const other of HASHES) flags.delete(other);
      flags.add(letter);
    }
  }
  return { flags, cost, operands: words };
}

function* usage(c: Command): Sys<never> {
  yield* c.error(USAGE);
  throw new Exit(SYNTAX);
}

/** The password, from whoever sits there, twice if it is a new one; -i reads a line. */
function* ask(c: Command, flags: ReadonlySet<string>, once: boolean): Sys<string> {
  if (flags.has('i')) {
    const line = yield* c.p.readLine(0);
    return typeof line === 'string' ? line.replace(/\n$/, '') : '';
  }
  const first = yield* askHidden(c, once ? 'Enter password: ' : 'New password: ');
  if (once) return first;
  const second = yield* askHidden(c, 'Re-type new password: ');
  return first === second ? first : yield* c.die(VERIFICATION, 'password verification error');
}

function* verify(c: Command, user: string, line: string, password: string): Sys<number> {
  const stored = line.slice(user.length + 1);
  const [, salt = ''] = /^\$apr1\$([^$]*)\$/.exec(stored) ?? [];
  const bytes = utf8(password);
  const right = isBcrypt(bytes, stored) || [sha(bytes), password, ...(salt === '' ? [] : [apr1(bytes, salt)])].includes(stored);
  yield* c.error(right ? `Password for user ${user} correct.\n` : 'password verification failed\n');
  return right ? 0 : VERIFICATION;
}

function* hash(c: Command, flags: ReadonlySet<string>, cost: number, password: string): Sys<string> {
  const bytes = utf8(password);
  const { random } = c.p.machine;
  if (flags.has('p')) {
    yield* c.error('Warning: storing passwords as plain text might just not work on this platform.\n');
    return password;
  }
  if (flags.has('s')) return sha(bytes);
  if (flags.has('B')) {
    if (!(cost >= 4 && cost <= 17)) return yield* c.die(VERIFICATION, 'Unable to encode with bcrypt: Invalid argument');
    return bcrypt(bytes, cost, random.bytes(SALT_BYTES));
  }
  for (const letter of '25d')
    if (flags.has(letter)) return yield* c.die(VERIFICATION, `vethlab's hashes are those of -m, -B and -s, not of -${letter}`);
  return apr1(bytes, Array.from({ length: 8 }, () => DIGITS[random.int(64)]).join(''));
}

const sha = (password: Uint8Array): string => `{SHA}${encodeBase64(fromHex(sha1(password)))}`;

const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digest = (...parts: Uint8Array[]): Uint8Array => fromHex(md5(concat(...parts)));

/** Apache's variant of crypt's MD5 (apr_md5_encode). */
export function apr1(password: Uint8Array, saltText: string): string {
  const salt = utf8(saltText);
  let mixed = digest(password, salt, password);
  const parts = [password, utf8('$apr1$'), salt];
  for (let left = password.length; left > 0; left -= 16) parts.push(mixed.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? new Uint8Array(1) : password.subarray(0, 1));
  mixed = digest(...parts);
  for (let i = 0; i < 1000; i++) {
    const odd = i % 2 === 1;
    mixed = digest(odd ? password : mixed, i % 3 ? salt : NOTHING, i % 7 ? password : NOTHING, odd ? mixed : password);
  }
  const at = (i: number): number => mixed[i] as number;
  const groups = [0, 1, 2, 3, 4].map((i) => [(at(i) << 16) | (at(i + 6) << 8) | at(i === 4 ? 5 : i + 12), 4] as const);
  const digits = [...groups, [at(11), 2] as const].map(([value, count]) =>
    Array.from({ length: count }, (_, i) => DIGITS[(value >> (6 * i)) & 63]).join(''),
  );
  return `$apr1$${saltText}$${digits.join('')}`;
}

const NOTHING = new Uint8Array(0);
