import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { BreakLoop, ContinueLoop, ExpansionFailed } from '../control-flow.ts';
import { evaluateText, expandPattern, expandQuotedText, expandText, expandWords } from '../expansion/expand.ts';
import { matches } from '../expansion/pattern.ts';
import type { CompoundList, Node } from '../grammar.ts';
import { readInputLine } from '../input.ts';
import type { Shell } from '../shell.ts';
import { IDENTIFIER } from '../variables.ts';
import { executeCondition, executeList } from './list.ts';
import { traceLine } from './trace.ts';

export function* executeIf(shell: Shell, node: Node<'If'>, last: boolean): Sys<void> {
  if (yield* executeCondition(shell, node.clause)) {
    yield* executeList(shell, node.then, last);
    return;
  }
  for (const elif of node.elif) {
    if (yield* executeCondition(shell, elif.clause)) {
      yield* executeList(shell, elif.then, last);
      return;
    }
  }
  if (node.else !== undefined) yield* executeList(shell, node.else, last);
  else shell.status = 0;
}

/** One turn of a loop: false when it was broken out of. */
function* loopBody(shell: Shell, body: CompoundList): Sys<boolean> {
  try {
    yield* executeList(shell, body);
  } catch (thrown) {
    if (thrown instanceof BreakLoop) {
      if (thrown.levels > 1 && shell.loopDepth > 1) {
        thrown.levels--;
        throw thrown;
      }
      shell.status = thrown.status;
      return false;
    }
    if (!(thrown instanceof ContinueLoop)) throw thrown;
    if (thrown.levels > 1 && shell.loopDepth > 1) {
      thrown.levels--;
      throw thrown;
    }
    shell.status = 0;
  }
  return true;
}

function* inLoop(shell: Shell, loop: () => Sys<void>): Sys<void> {
  shell.loopDepth++;
  try {
    yield* loop();
  } finally {
    shell.loopDepth--;
  }
}

export function* executeFor(shell: Shell, node: Node<'For'>): Sys<void> {
  shell.line = shell.at(node.pos);
  const name = node.name.text;
  if (!IDENTIFIER.test(name)) {
    yield* shell.complain(`\`${name}': not a valid identifier`);
    shell.status = 1;
    return;
  }
  const words = node.wordlist === undefined ? [...shell.positional] : yield* expandWords(shell, node.wordlist);
  shell.status = 0;
  const line = shell.line;
  yield* inLoop(shell, function* () {
    for (const word of words) {
      if (shell.option('xtrace')) {
        shell.line = line;
        yield* traceLine(shell, `for ${name} in ${node.wordlist?.map((w) => w.text).join(' ') ?? '"$@"'}`);
      }
      const error = shell.vars.set(name, word);
      if (error !== undefined) {
        yield* shell.complain(`${error.name}: ${error.text}`);
        shell.status = 1;
        return;
      }
      if (!(yield* loopBody(shell, node.body))) return;
    }
  });
}

export function* executeArithmeticFor(shell: Shell, node: Node<'ArithmeticFor'>): Sys<void> {
  shell.line = shell.at(node.pos);
  const text = (e: { pos: number; end: number } | undefined): string => (e === undefined ? '' : shell.source.text.slice(e.pos, e.end));
  const [initialize, test, update] = [text(node.initialize), text(node.test), text(node.update)];
  const step = function* (expression: string): Sys<bigint | undefined> {
    if (expression !== '' && shell.option('xtrace')) yield* traceLine(shell, `(( ${expression} ))`);
    try {
      return yield* evaluateText(shell, expression, '((: ');
    } catch (thrown) {
      if (!(thrown instanceof ExpansionFailed) || thrown.fatal) throw thrown;
      shell.status = 1;
      return undefined;
    }
  };
  if ((yield* step(initialize)) === undefined) return;
  shell.status = 0;
  yield* inLoop(shell, function* () {
    for (;;) {
      const go = test.trim() === '' ? 1n : yield* step(test);
      if (go === undefined || go === 0n) return;
      if (!(yield* loopBody(shell, node.body))) return;
      if ((yield* step(update)) === undefined) return;
      yield* shell.breathe();
    }
  });
}

export function* executeWhile(shell: Shell, node: Node<'While'>): Sys<void> {
  let status = 0;
  yield* inLoop(shell, function* () {
    for (;;) {
      let go: boolean;
      try {
        go = (yield* executeCondition(shell, node.clause)) === (node.kind === 'while');
      } catch (thrown) {
        // break and continue in the condition belong to this loop.
        if (thrown instanceof BreakLoop && thrown.levels <= 1) {
          status = 0;
          return;
        }
        if (thrown instanceof ContinueLoop && thrown.levels <= 1) continue;
        throw thrown;
      }
      if (!go) break;
      if (!(yield* loopBody(shell, node.body))) {
        status = shell.status;
        return;
      }
      status = shell.status;
      yield* shell.breathe();
    }
  });
  shell.status = status;
}

export function* executeCase(shell: Shell, node: Node<'Case'>, last: boolean): Sys<void> {
  shell.line = shell.at(node.pos);
  const word = yield* expandText(shell, node.word);
  if (shell.option('xtrace')) yield* traceLine(shell, `case ${node.word.text} in`);
  const options = { extglob: true, ignoreCase: shell.shopts.has('nocasematch') };
  shell.status = 0;
  let through = false;
  for (const item of node.items) {
    let hit = through;
    for (const pattern of item.pattern) {
      if (hit) break;
      hit = matches(yield* expandPattern(shell, pattern), word, options);
    }
    if (!hit) continue;
    const ends = item.terminator === undefined || item.terminator === ';;';
    if (item.body.commands.length === 0) shell.status = 0;
    else yield* executeList(shell, item.body, last && ends);
    if (ends) return;
    through = item.terminator === ';&';
  }
}

export function* executeSelect(shell: Shell, node: Node<'Select'>): Sys<void> {
  shell.line = shell.at(node.pos);
  const name = node.name.text;
  const words = node.wordlist === undefined ? [...shell.positional] : yield* expandWords(shell, node.wordlist);
  if (words.length === 0) {
    shell.status = 0;
    return;
  }
  yield* inLoop(shell, function* () {
    let show = true;
    for (;;) {
      if (show) yield* shell.write(2, menu(shell, words));
      show = false;
      yield* shell.write(2, yield* expandQuotedText(shell, shell.vars.get('PS3') ?? '#? '));
      const line = yield* readInputLine(shell, 0);
      if (line === undefined || isError(line)) {
        yield* shell.out('\n');
        shell.status = 1;
        return;
      }
      shell.vars.set('REPLY', line);
      if (line.trim() === '') {
        show = true;
        continue;
      }
      const choice = /^\s*\d+\s*$/.test(line) ? words[Number(line) - 1] : undefined;
      shell.vars.set(name, choice ?? '');
      if (!(yield* loopBody(shell, node.body))) return;
      yield* shell.breathe();
    }
  });
}

/** The numbered list of `select`, in columns as bash lays it out. */
function menu(shell: Shell, words: readonly string[]): string {
  const columns = Number(shell.vars.get('COLUMNS') ?? 80) || 80;
  const digits = String(words.length).length;
  const longest = Math.max(...words.map((w) => w.length)) + digits + 2 + 1;
  let across = Math.max(1, Math.floor(columns / longest));
  let rows = Math.ceil(words.length / across);
  across = Math.ceil(words.length / rows);
  if (rows === 1) {
    rows = across;
    across = 1;
  }
  let out = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let i = row; i < words.length; i += rows) {
      const entry = `${String(i + 1).padStart(digits)}) ${words[i]}`;
      line += i + rows < words.length ? entry.padEnd(longest) : entry;
    }
    out += `${line}\n`;
  }
  return out;
}
