import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { type Expression, FindError, parseFind, type Visit } from './expression.ts';

const MAX_DEPTH = 200;

export const find = command('find', function* (c) {
  const at = c.args.findIndex((word) => /^-.|^[(!),]$/.test(word) && !/^-[HLPO]/.test(word));
  const paths = (at < 0 ? c.args : c.args.slice(0, at)).filter((word) => !/^-[HLPO]/.test(word));
  const follow = c.args.slice(0, at < 0 ? undefined : at).includes('-L');
  const expression = parseFind(c, at < 0 ? [] : c.args.slice(at));
  if (expression instanceof FindError) return yield* c.die(1, expression.message);
  const walk = new Walk(c, expression, follow);
  try {
    for (const path of paths.length === 0 ? ['.'] : paths) yield* walk.visit(path, path, 0);
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown;
  }
  for (const finish of expression.finish) yield* finish();
  return walk.failed ? 1 : expression.status();
});

class Walk {
  failed = false;
  readonly #c: Command;
  readonly #e: Expression;
  readonly #follow: boolean;

  constructor(c: Command, e: Expression, follow: boolean) {
    this.#c = c;
    this.#e = e;
    this.#follow = follow;
  }

  *visit(path: string, start: string, depth: number): Sys<void> {
    const { files } = this.#c.p.machine;
    const stat = files.stat(this.#c.p, path, { noFollow: !this.#follow });
    if (isError(stat)) {
      yield* this.#c.complain(`‘${path}’: ${reason(stat)}`);
      this.failed = true;
      return;
    }
    const visit: Visit = { path, start, depth, stat, pruned: false };
    const { minDepth, maxDepth, depthFirst } = this.#e;
    if (!depthFirst && depth >= minDepth) yield* this.#e.test(visit);
    if (stat.kind === 'directory' && depth < maxDepth && depth < MAX_DEPTH && !(visit.pruned && !depthFirst)) {
      const names = files.readDirectory(this.#c.p, path);
      if (isError(names)) {
        yield* this.#c.complain(`‘${path}’: ${reason(names)}`);
        this.failed = true;
      } else for (const name of names) yield* this.visit(`${path.endsWith('/') ? path : `${path}/`}${name}`, start, depth + 1);
    }
    if (depthFirst && depth >= minDepth) yield* this.#e.test(visit);
    if (depth % 8 === 0) yield* this.#c.spill();
  }
}
