import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import type { Ip } from './context.ts';
import { runObject } from './objects.ts';
import { Exit } from './parse.ts';

/** `ip -batch FILE`: a command a line, `-` for standard input; ends with the first that fails, unless -force. */
export function* runBatch(ip: Ip, file: string): Sys<number> {
  const { p } = ip;
  let fd = 0;
  if (file !== '-') {
    const opened = p.open(file, { read: true });
    if (isError(opened)) throw new Exit(1, `Cannot open file "${file}" for reading: ${strerror(opened.errno)}\n`);
    fd = opened;
  }
  const family = ip.options.family;
  let status = 0;
  for (let number = 1; ; number++) {
    let line = yield* p.readLine(fd);
    if (line === undefined || isError(line)) break;
    while (line.endsWith('\\')) {
      const more = yield* p.readLine(fd);
      number++;
      if (more === undefined || isError(more)) break;
      line = line.slice(0, -1) + more;
    }
    const words = splitLine(line);
    if (words.length === 0) continue;
    ip.options.family = family;
    const home = p.open('/proc/self/ns/net', { read: true });
    const failed = (yield* runLine(ip, words)) !== 0;
    if (!isError(home)) {
      p.setns(home, 'net');
      p.close(home);
    }
    yield* ip.flush();
    if (!failed) continue;
    ip.err(`Command failed ${file}:${number}\n`);
    status = 1;
    if (!ip.options.force) break;
  }
  if (fd !== 0) p.close(fd);
  return status;
}

/** A mistake in the words ends ip itself, also with -force; what fails after that only ends the command. */
function* runLine(ip: Ip, words: readonly string[]): Sys<number> {
  try {
    return yield* runObject(ip, words);
  } catch (exit) {
    if (!(exit instanceof Exit) || exit.ends === 'ip') throw exit;
    ip.err(exit.message);
    return exit.status;
  }
}

/** Words with quotes of both kinds; a # begins a comment (makeargs). */
export function splitLine(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.replace(/#.*/, '').matchAll(/"[^"]*"|'[^']*'|\S+/g))
    words.push(/^(["']).*\1$/.test(word) && word.length > 1 ? word.slice(1, -1) : word);
  return words;
}
