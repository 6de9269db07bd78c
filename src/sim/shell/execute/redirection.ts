import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { OpenFlags, Sys } from '../../machine/process.ts';
import { encodeText } from '../bytes-of-text.ts';
import { expandHereDoc, expandText, expandWords } from '../expansion/expand.ts';
import type { Node, Redirection, Word, WordPart } from '../grammar.ts';
import type { Shell } from '../shell.ts';

/** What the descriptors were before a command's redirections. */
export interface Saved {
  /** Descriptor → where its old file is kept, or undefined if it was closed. */
  readonly fds: Map<number, number | undefined>;
}

/** A pipe takes this much; longer here-documents go to a file, as bash has it. */
const PIPE_SIZE = 65536;

/**
 * Makes a command's redirections. Answers what to undo, or 'failed' after a message, with everything undone. `keep`: for good
 * (exec, or a process that ends after the command).
 */
export function* redirect(shell: Shell, redirections: readonly Redirection[], keep = false): Sys<Saved | 'failed'> {
  const saved: Saved = { fds: new Map() };
  for (const redirection of redirections) {
    const ok =
      redirection.type === 'Redirect'
        ? yield* redirectOne(shell, redirection, saved, keep)
        : yield* hereDocument(shell, redirection, saved, keep);
    if (!ok) {
      undo(shell, saved);
      return 'failed';
    }
  }
  return saved;
}

/** Puts the descriptors back. */
export function undo(shell: Shell, saved: Saved): void {
  const { p } = shell;
  for (const [fd, kept] of [...saved.fds].reverse()) {
    if (kept === undefined) p.close(fd);
    else {
      p.dup2(kept, fd);
      p.close(kept);
      shell.savedDescriptors.delete(kept);
    }
  }
  saved.fds.clear();
}

function save(shell: Shell, fd: number, saved: Saved, keep: boolean): void {
  if (keep || saved.fds.has(fd)) return;
  const { p } = shell;
  const file = p.file(fd);
  if (file === undefined) {
    saved.fds.set(fd, undefined);
    return;
  }
  file.retain();
  const kept = p.install(file, 10);
  if (isError(kept)) {
    saved.fds.set(fd, undefined);
    return;
  }
  p.setCloseOnExec(kept, true);
  shell.savedDescriptors.add(kept);
  saved.fds.set(fd, kept);
}

function* refuse(shell: Shell, what: string, error: KernelError): Sys<false> {
  yield* shell.complain(`${what}: ${strerror(error.errno)}`);
  return false;
}

/** The file a redirection names; undefined after a message when it is not exactly one word. */
function* targetOf(shell: Shell, word: Word): Sys<string | undefined> {
  const words = yield* expandWords(shell, [word]);
  if (words.length === 1) return words[0];
  yield* shell.complain(`${word.text}: ambiguous redirect`);
  return undefined;
}

/** The descriptor that is changed: {name}> takes a free one from 10 on and remembers it in the variable. */
function place(redirection: Redirection, standard: number): { fd: number } | { variable: string } {
  const descriptor = redirection.descriptor;
  if (descriptor === undefined) return { fd: standard };
  return descriptor.type === 'FileDescriptor' ? { fd: descriptor.value } : { variable: descriptor.name };
}

/** Moves a new descriptor to its place. */
function* settle(shell: Shell, from: number, to: { fd: number } | { variable: string }, saved: Saved, keep: boolean): Sys<boolean> {
  const { p } = shell;
  if ('variable' in to) {
    const file = p.file(from);
    if (file === undefined) return false;
    file.retain();
    const fd = p.install(file, 10);
    p.close(from);
    if (isError(fd)) return false;
    shell.vars.set(to.variable, String(fd));
    return true;
  }
  if (from === to.fd) {
    if (!keep && !saved.fds.has(from)) saved.fds.set(from, undefined);
    return true;
  }
  save(shell, to.fd, saved, keep);
  const moved = p.dup2(from, to.fd);
  p.close(from);
  return isError(moved) ? yield* refuse(shell, String(to.fd), moved) : true;
}

function* redirectOne(shell: Shell, redirection: Node<'Redirect'>, saved: Saved, keep: boolean): Sys<boolean> {
  const { operator, target } = redirection;
  if (target === undefined) return true;
  switch (operator) {
    case '<&':
    case '>&':
      return yield* duplicate(shell, redirection, target, saved, keep);
    case '&>':
    case '&>>': {
      const path = yield* targetOf(shell, target);
      if (path === undefined) return false;
      return yield* bothTo(shell, path, operator === '&>>', saved, keep);
    }
  }
  const path = yield* targetOf(shell, target);
  if (path === undefined) return false;
  const fd = yield* open(shell, path, operator);
  if (fd === undefined) return false;
  return yield* settle(shell, fd, place(redirection, operator.startsWith('<') ? 0 : 1), saved, keep);
}

const FLAGS: Readonly<Record<string, OpenFlags>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
};

function* open(shell: Shell, path: string, operator: string): Sys<number | undefined> {
  const { p } = shell;
  if (operator === '>' && shell.option('noclobber')) {
    const stat = p.machine.files.stat(p, path);
    if (!isError(stat) && stat.kind === 'file') {
      yield* shell.complain(`${path}: cannot overwrite existing file`);
      return undefined;
    }
  }
  if (path === '') {
    yield* shell.complain(': No such file or directory');
    return undefined;
  }
  const fd = (yield* openConnection(shell, path)) ?? p.open(path, FLAGS[operator] ?? { read: true }, 0o666);
  if (!isError(fd)) return fd;
  yield* shell.complain(shell.flavour.cannotOpen(path, fd.errno, operator !== '<'));
  return undefined;
}

/** Names that bash takes for connections; undefined for all others. */
function* openConnection(shell: Shell, path: string): Sys<number | KernelError | undefined> {
  const { openNetwork } = shell.flavour;
  const match = openNetwork && /^\/dev\/(tcp|udp)\/([^/]*)\/(.*)$/s.exec(path);
  return match ? yield* openNetwork(shell, match[1] as 'tcp' | 'udp', match[2] as string, match[3] as string) : undefined;
}

/** &>file and >&file */
function* bothTo(shell: Shell, path: string, append: boolean, saved: Saved, keep: boolean): Sys<boolean> {
  const fd = yield* open(shell, path, append ? '>>' : '>');
  if (fd === undefined) return false;
  if (!(yield* settle(shell, fd, { fd: 1 }, saved, keep))) return false;
  save(shell, 2, saved, keep);
  shell.p.dup2(1, 2);
  return true;
}

/** n>&m, n>&-, n>&m- */
function* duplicate(shell: Shell, redirection: Node<'Redirect'>, target: Word, saved: Saved, keep: boolean): Sys<boolean> {
  const { p } = shell;
  const to = place(redirection, redirection.operator === '<&' ? 0 : 1);
  const words = yield* expandWords(shell, [target]);
  const word = words.length === 1 ? (words[0] as string) : undefined;
  if (word === undefined) {
    yield* shell.complain(`${target.text}: ambiguous redirect`);
    return false;
  }
  if (word === '-') {
    const fd = 'fd' in to ? to.fd : Number(shell.vars.get(to.variable) ?? -1);
    if ('fd' in to) save(shell, fd, saved, keep);
    p.close(fd);
    return true;
  }
  const match = /^(\d+)(-?)$/.exec(word);
  if (match === null) {
    if (redirection.operator === '>&' && redirection.descriptor === undefined) return yield* bothTo(shell, word, false, saved, keep);
    yield* shell.complain(`${target.text}: ambiguous redirect`);
    return false;
  }
  const from = Number(match[1]);
  const file = p.file(from);
  // Descriptors in which the shell keeps things are not the user's.
  if (file === undefined || shell.savedDescriptors.has(from)) {
    yield* shell.complain(`${target.parts === undefined ? word : target.text}: Bad file descriptor`);
    return false;
  }
  if ('variable' in to) {
    file.retain();
    const fd = p.install(file, 10);
    if (!isError(fd)) shell.vars.set(to.variable, String(fd));
  } else if (from !== to.fd) {
    save(shell, to.fd, saved, keep);
    const moved = p.dup2(from, to.fd);
    if (isError(moved)) return yield* refuse(shell, String(to.fd), moved);
  }
  if (match[2] === '-') {
    save(shell, from, saved, keep);
    p.close(from);
  }
  return true;
}

function* hereDocument(shell: Shell, redirection: Node<'HereDoc'> | Node<'HereString'>, saved: Saved, keep: boolean): Sys<boolean> {
  let text: string;
  if (redirection.type === 'HereString') {
    text = `${redirection.target === undefined ? '' : yield* expandText(shell, redirection.target)}\n`;
  } else {
    const { body } = redirection;
    const open = redirection.closing === undefined && body.text !== '' && !body.text.endsWith('\n');
    const tabs = redirection.operator === '<<-';
    if (body.parts !== undefined) text = yield* expandHereDoc(shell, tabs ? withoutTabs(body.parts) : body.parts);
    else {
      text = tabs ? body.text.replace(/^\t+/gm, '') : body.text;
      if (redirection.delimiter?.quoted !== true) text = text.replace(/\\([\\$`])|\\\n/g, '$1');
    }
    if (open) text += '\n';
  }
  const fd = yield* textAsFile(shell, text);
  if (fd === undefined) return false;
  return yield* settle(shell, fd, place(redirection, 0), saved, keep);
}

/** `<<-`: tabs at the start of lines are no part of the text; those that an expansion brings are. */
function withoutTabs(parts: readonly WordPart[]): WordPart[] {
  return parts.map((part, i) => {
    if (part.type !== 'Literal') return part;
    const value = part.value.replace(/\n\t+/g, '\n');
    return { ...part, value: i === 0 ? value.replace(/^\t+/, '') : value };
  });
}

function* textAsFile(shell: Shell, text: string): Sys<number | undefined> {
  const { p } = shell;
  const bytes = encodeText(text);
  if (bytes.length <= PIPE_SIZE) {
    const pipe = p.pipe();
    if (isError(pipe)) return undefined;
    p.file(pipe.writeFd)?.write(bytes);
    p.close(pipe.writeFd);
    return pipe.readFd;
  }
  const path = `/tmp/sh-thd.${p.pid}`;
  const error = p.machine.files.writeFile(p, path, bytes, { mode: 0o600 });
  const fd = isError(error) ? error : p.open(path, { read: true });
  if (isError(fd)) {
    yield* shell.complain(`cannot create temp file for here-document: ${strerror(fd.errno)}`);
    return undefined;
  }
  p.machine.files.unlink(p, path);
  return fd;
}
