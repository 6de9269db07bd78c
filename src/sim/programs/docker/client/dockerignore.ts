import { matchPath } from '../../../docker/builder/copy.ts';

/** What a .dockerignore keeps out of a build context (docker/cli's build/dockerignore and moby's fileutils.PatternMatcher). */
export class DockerIgnore {
  readonly #patterns: { readonly expression: RegExp; readonly negated: boolean; readonly depth: number }[] = [];

  constructor(source: string) {
    for (const line of source.split('\n')) {
      const trimmed = line.trim();
      if (trimmed === '' || line.startsWith('#')) continue;
      const negated = trimmed.startsWith('!');
      const names: string[] = [];
      for (const name of (negated ? trimmed.slice(1).trim() : trimmed).split('/')) {
        if (name === '..') names.pop();
        else if (name !== '' && name !== '.') names.push(name);
      }
      if (names.length > 0) this.#patterns.push({ expression: matchPath(names.join('/')), negated, depth: names.length });
    }
  }

  /** Whether a path is kept out, by itself or by a directory it is in; the last pattern that says something counts. */
  excludes(path: string): boolean {
    const parents = path.split('/').slice(0, -1);
    let excluded = false;
    for (const { expression, negated, depth } of this.#patterns) {
      const inParent = depth <= parents.length && expression.test(parents.slice(0, depth).join('/'));
      if (inParent || expression.test(path)) excluded = !negated;
    }
    return excluded;
  }
}
