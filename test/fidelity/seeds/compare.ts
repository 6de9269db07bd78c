import type { Difference } from './differences.ts';

/** How one step's lines may differ. */
type Listed = Pick<Difference, 'article' | 'here' | 'blanks' | 'elided'>;

/** Times that are measured, and dates: made the same on both sides. How many whole seconds a ping took counts. */
function untimed(line: string): string {
  return line
    .replace(/time=[\d.]+ ms/, 'time=<t> ms')
    .replace(/((?:rtt|round-trip) min\/avg\/max(?:\/mdev)?) = [\d./]+ ms/, '$1 = <t> ms')
    .replace(/ after \d+ ms: /, ' after <t> ms: ')
    .replace(/, time (\d+)ms$/, (_, ms) => `, time ${Math.floor(Number(ms) / 1000)} s`)
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/, '<date>');
}

const BLANKS = {
  kept: (line: string) => line,
  last: (line: string) => line.trimEnd(),
  all: (line: string) => line.trim().replace(/\s+/g, ' '),
};

/** What stands in an article where lines are left out. */
const ELISION = { rest: /^\.\.\.$/, parts: /^\s*$|^\.\.\.$/ };

/** What remains of the difference between an article's lines and the simulator's when the listed ones are taken away. */
export function unlisted(article: readonly string[], here: readonly string[], listed: readonly Listed[]): string[] {
  const blanks = (['all', 'last'] as const).find((which) => listed.some((difference) => difference.blanks === which)) ?? 'kept';
  const comparable = (line: string) => BLANKS[blanks](untimed(line));
  const elided = listed.find((difference) => difference.elided !== undefined)?.elided;
  const lines = (all: readonly string[]) => all.map(comparable).filter((line) => blanks !== 'all' || line !== '');
  const shown = elided === undefined ? article : article.filter((line) => !ELISION[elided].test(line));
  const steps = difference(lines(shown), lines(here));
  const lastShared = steps.findLastIndex(({ side }) => side === 'both');
  const isElided = (index: number) => elided === 'parts' || (elided === 'rest' && index > lastShared);
  const rest = steps.filter(({ side }, index) => side === 'article' || (side === 'here' && !isElided(index)));
  const wrong: string[] = [];
  for (const side of ['article', 'here'] as const) {
    for (const one of listed.flatMap((difference) => difference[side] ?? [])) {
      const wanted = typeof one === 'string' ? comparable(one) : one;
      if (wanted === '' && blanks === 'all') continue;
      const index = rest.findIndex((step) => step.side === side && isSo(wanted, step.line));
      if (index >= 0) rest.splice(index, 1);
      else wrong.push(`listed and not so: ${side} | ${one}`);
    }
  }
  return [...wrong, ...rest.map(({ side, line }) => `${side.padEnd(7)} | ${line}`)];
}

const isSo = (wanted: string | RegExp, line: string): boolean => (typeof wanted === 'string' ? line === wanted : wanted.test(line));

/** What is wrong with an output that the article does not show. */
export function unseen(expected: readonly (string | RegExp)[] | undefined, output: readonly string[]): string[] {
  if (expected === undefined) return ['nothing says what it prints'];
  if (expected.length === 0) return output.map((line) => `here    | ${line}`);
  let from = 0;
  for (const wanted of expected) {
    const found = output.findIndex((line, at) => at >= from && isSo(wanted, line));
    if (found < 0) return [`not among the lines: ${wanted}\n${output.join('\n')}`];
    from = found + 1;
  }
  return [];
}

interface Step {
  readonly side: 'article' | 'here' | 'both';
  readonly line: string;
}

/** A shortest way from the one list of lines to the other (by their longest common subsequence). */
function difference(article: readonly string[], here: readonly string[]): Step[] {
  const shared = Array.from({ length: article.length + 1 }, () => new Array<number>(here.length + 1).fill(0));
  const at = (i: number, j: number) => shared[i]?.[j] ?? 0;
  for (let i = article.length - 1; i >= 0; i--) {
    for (let j = here.length - 1; j >= 0; j--) {
      (shared[i] as number[])[j] = article[i] === here[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < article.length || j < here.length) {
    const [left, right] = [article[i], here[j]];
    if (left !== undefined && left === right) {
      steps.push({ side: 'both', line: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      steps.push({ side: 'article', line: left });
      i++;
    } else {
      steps.push({ side: 'here', line: right as string });
      j++;
    }
  }
  return steps;
}
