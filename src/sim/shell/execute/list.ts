import type { Sys } from '../../machine/process.ts';
import { commandText } from '../command-text.ts';
import { ExitShell } from '../control-flow.ts';
import type { AndOr, CommandNode, CompoundList, PipelineNode, Statement } from '../grammar.ts';
import type { JobProcess } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { forkShell } from './child.ts';
import { executePipeline, inputFromNowhere, startStages } from './pipeline.ts';

/** Runs statements one after another. `last`: the process ends after them. */
export function* executeStatements(shell: Shell, statements: readonly Statement[], last = false): Sys<void> {
  const end = statements.length - 1;
  for (let i = 0; i <= end; i++) {
    const statement = statements[i] as Statement;
    if (statement.background) yield* executeBackground(shell, statement);
    else yield* executeAndOr(shell, statement.command, last && i === end);
  }
}

export function* executeList(shell: Shell, list: CompoundList, last = false): Sys<void> {
  yield* executeStatements(shell, list.commands, last);
}

/** A condition: its failure is no failure under set -e. */
export function* executeCondition(shell: Shell, list: CompoundList): Sys<boolean> {
  shell.errexitHeld++;
  try {
    yield* executeList(shell, list);
  } finally {
    shell.errexitHeld--;
  }
  return shell.status === 0;
}

function* executeAndOr(shell: Shell, node: PipelineNode | AndOr, last: boolean): Sys<void> {
  if (node.type !== 'AndOr') {
    yield* executePipeline(shell, node, last);
    yield* afterCommand(shell, node);
    return;
  }
  const end = node.commands.length - 1;
  for (let i = 0; i <= end; i++) {
    const operator = node.operators[i - 1];
    if (operator !== undefined && (operator === '&&') !== (shell.status === 0)) continue;
    const command = node.commands[i] as PipelineNode;
    if (i < end) {
      shell.errexitHeld++;
      try {
        yield* executePipeline(shell, command, false);
      } finally {
        shell.errexitHeld--;
      }
    } else {
      yield* executePipeline(shell, command, last);
      yield* afterCommand(shell, command);
    }
  }
}

/** set -e and the ERR trap, for the kinds of command whose failure counts. */
function* afterCommand(shell: Shell, node: PipelineNode): Sys<void> {
  if (shell.status === 0 || shell.errexitHeld > 0) return;
  if (shell.traps.handlers.size === 0 && !shell.option('errexit')) return;
  let failing: PipelineNode | CommandNode = node;
  if (node.type === 'Pipeline') {
    if (node.prefixes.some((prefix) => prefix.type === 'Negation')) return;
    if (node.commands.length === 1) failing = node.commands[0] as CommandNode;
  }
  if (failing.type === 'Redirected') failing = failing.command;
  if (!['Command', 'Pipeline', 'Subshell', 'TestCommand', 'ArithmeticCommand'].includes(failing.type)) return;
  const { status } = shell;
  if (shell.traps.handlers.has('ERR') && (shell.frames.every((f) => f.functionName === 'source') || shell.option('errtrace'))) {
    yield* shell.traps.run('ERR');
  }
  if (shell.option('errexit')) throw new ExitShell(status);
}

/** `command &` */
function* executeBackground(shell: Shell, statement: Statement): Sys<void> {
  const { control } = shell.jobs;
  const { command } = statement;
  let processes: JobProcess[];
  let group = 0;
  if (command.type === 'Pipeline' && command.prefixes.length === 0 && command.commands.length > 1) {
    const stages = yield* startStages(shell, command, true);
    processes = stages?.processes ?? [];
    group = stages?.group ?? 0;
  } else {
    const child = yield* forkShell(
      shell,
      function* (sub) {
        if (!control) inputFromNowhere(sub.p);
        sub.loopDepth = 0;
        yield* executeAndOr(sub, command, true);
      },
      { async: true, ...(control ? { pgid: 0 } : {}) },
    );
    const pid = child?.pidSeenBy(shell.p);
    processes = pid === undefined ? [] : [{ pid, command: commandText(shell, command), status: undefined }];
    if (pid !== undefined && control) group = pid;
  }
  const last = processes.at(-1);
  if (last === undefined) {
    shell.status = 254;
    return;
  }
  shell.lastBackgroundPid = last.pid;
  const job = shell.jobs.add(processes, group, true);
  if (shell.interactive && shell.subshellLevel === 0) {
    if (shell.flavour.kind === 'bash') yield* shell.write(2, `[${job.number}] ${last.pid}\n`);
    // The child begins at once: one that ends at once has ended before the prompt.
    for (let turn = 0; turn < 3; turn++) yield* shell.turn();
  }
  shell.status = 0;
}
