import type { Engine } from '../engine.ts';
import { conflict, failed } from '../error.ts';
import type { Container } from './container.ts';

/**
 * The lines of the host's `ps ARGS` that are about the container's processes, the heading first; words apart (daemon/top_unix.go).
 */
export function containerProcesses(
  engine: Engine,
  container: Container,
  args: readonly string[],
): { readonly titles: string[]; readonly processes: string[][] } {
  if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
  if (container.status === 'restarting') throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  const { tasks } = container;
  const only = engine.host.run(['ps', ...args, `-q${tasks.map(({ id }) => id.global).join(',')}`]);
  // Some options of ps do not go with -q.
  const { status, stdout, stderr } = only.status === 0 ? only : engine.host.run(['ps', ...args]);
  if (status !== 0) throw failed(`ps: ${stderr.split('\n')[0] ?? ''}`);
  const [heading = '', ...lines] = stdout.trimEnd().split('\n');
  const titles = heading.trim().split(/ +/);
  const pidColumn = titles.indexOf('PID');
  if (pidColumn < 0) throw failed("Couldn't find PID field in ps output");
  const own = new Set(tasks.map(({ id }) => id.global));
  const processes = lines.map((line) => splitColumns(line, titles.length)).filter((columns) => own.has(Number(columns[pidColumn])));
  engine.events.note(container, 'top');
  return { titles, processes };
}

/** The last column takes the rest of the line. */
function splitColumns(line: string, count: number): string[] {
  const words = line.trim().split(/ +/);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}
