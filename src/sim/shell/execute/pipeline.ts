import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { commandText } from '../command-text.ts';
import { ExpansionFailed } from '../control-flow.ts';
import type { CommandNode, Node, PipelineNode } from '../grammar.ts';
import type { JobProcess } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { formatTimes } from '../time-format.ts';
import { forkShell, moveFd } from './child.ts';

/** A pipeline with its `!` and `time`, or a single command. */
export function* executePipeline(shell: Shell, node: PipelineNode, last: boolean): Sys<void> {
  if (node.type !== 'Pipeline') {
    yield* shell.evaluator.executeCommand(shell, node, last);
    if (node.type === 'Command' || node.type === 'Subshell') shell.pipeStatus = [shell.status];
    return;
  }
  const negations = node.prefixes.filter((prefix) => prefix.type === 'Negation').length;
  const time = node.prefixes.find((prefix) => prefix.type === 'Time');
  const plain = node.prefixes.length === 0;
  const startNs = shell.p.nowNs;
  if (negations > 0) shell.errexitHeld++;
  try {
    if (node.commands.length === 0) shell.status = 0;
    else if (node.commands.length === 1) {
      yield* shell.evaluator.executeCommand(shell, node.commands[0] as CommandNode, last && plain);
      shell.pipeStatus = [shell.status];
    } else yield* executeStages(shell, node);
  } finally {
    if (negations > 0) shell.errexitHeld--;
  }
  if (time !== undefined) yield* shell.write(2, formatTimes(shell, shell.p.nowNs - startNs, time.posix !== undefined));
  if (negations % 2 === 1) shell.status = shell.status === 0 ? 1 : 0;
}

/** What was started of a pipeline. */
export interface Stages {
  readonly processes: JobProcess[];
  /** Process group, 0 without job control. */
  readonly group: number;
  /** Status of the last command if it ran in the shell itself (lastpipe). */
  readonly lastStatus: number | undefined;
}

function* executeStages(shell: Shell, node: Node<'Pipeline'>): Sys<void> {
  const stages = yield* startStages(shell, node, false);
  if (stages === undefined) {
    shell.status = 254;
    return;
  }
  const statuses = yield* shell.jobs.foreground(stages.processes, stages.group);
  if (stages.lastStatus !== undefined) statuses.push(stages.lastStatus);
  shell.pipeStatus = statuses;
  shell.status = statuses.at(-1) ?? 0;
  if (shell.option('pipefail')) shell.status = statuses.findLast((s) => s !== 0) ?? 0;
}

/** Starts all commands of a pipeline, each in a process of its own; undefined if there are too many processes (reported). */
export function* startStages(shell: Shell, node: Node<'Pipeline'>, background: boolean): Sys<Stages | undefined> {
  const { p } = shell;
  const { control } = shell.jobs;
  const processes: JobProcess[] = [];
  let group: number | undefined = control ? 0 : undefined;
  let input: number | undefined;
  const lastHere = shell.shopts.has('lastpipe') && !control && !background;
  for (let i = 0; i < node.commands.length; i++) {
    const command = node.commands[i] as CommandNode;
    const final = i === node.commands.length - 1;
    const both = node.operators[i] === '|&';
    let pipe: { readFd: number; writeFd: number } | undefined;
    if (!final) {
      const made = p.pipe();
      if (isError(made)) {
        yield* shell.complain('pipe error: Too many open files');
        if (input !== undefined) p.close(input);
        throw new ExpansionFailed(1);
      }
      pipe = made;
    }
    const from = input;
    if (final && lastHere) return { processes, group: group ?? 0, lastStatus: yield* lastInShell(shell, command, from) };
    const child = yield* forkShell(
      shell,
      function* (sub) {
        if (pipe !== undefined) sub.p.close(pipe.readFd);
        if (from !== undefined) moveFd(sub.p, from, 0);
        else if (background && !control) inputFromNowhere(sub.p);
        if (pipe !== undefined) {
          moveFd(sub.p, pipe.writeFd, 1);
          if (both) sub.p.dup2(1, 2);
        }
        sub.loopDepth = 0;
        yield* sub.evaluator.executeCommand(sub, command, true);
      },
      { pgid: group, foreground: control && i === 0 && !background, async: background },
    );
    if (from !== undefined) p.close(from);
    if (pipe !== undefined) p.close(pipe.writeFd);
    input = pipe?.readFd;
    if (child === undefined) {
      if (input !== undefined) p.close(input);
      return undefined;
    }
    const pid = child.pidSeenBy(p);
    if (group === 0) group = pid;
    processes.push({ pid, command: commandText(shell, command), status: undefined });
  }
  return { processes, group: group ?? 0, lastStatus: undefined };
}

/** A command in the background without job control does not read the terminal. */
export function inputFromNowhere(p: Process): void {
  const fd = p.open('/dev/null', { read: true });
  if (isError(fd) || fd === 0) return;
  p.dup2(fd, 0);
  p.close(fd);
}

/** shopt -s lastpipe: the last command of a pipeline runs in the shell itself. */
function* lastInShell(shell: Shell, command: CommandNode, from: number | undefined): Sys<number> {
  const { p } = shell;
  const old = p.file(0);
  old?.retain();
  const kept = old === undefined ? undefined : p.install(old, 10);
  if (from !== undefined) moveFd(p, from, 0);
  try {
    yield* shell.evaluator.executeCommand(shell, command, false);
  } finally {
    if (kept !== undefined && !isError(kept)) moveFd(p, kept, 0);
    else p.close(0);
  }
  return shell.status;
}
