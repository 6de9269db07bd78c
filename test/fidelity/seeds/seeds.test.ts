import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unlisted, unseen } from './compare.ts';
import { DIFFERENCES } from './differences.ts';
import { ArticleWorld, type Typed } from './replay.ts';
import { INSTEAD, UNSEEN, UNTOLD } from './untold.ts';

interface Step {
  /** What stood before the command, where the article shows it. */
  readonly prompt?: string;
  /** Empty where the article has only the output. */
  readonly cmd: string;
  /** null: the article does not show it. */
  readonly output: readonly string[] | null;
}

interface Session {
  readonly id: string;
  readonly world: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

const SESSIONS = JSON.parse(readFileSync(new URL('sessions.json', import.meta.url), 'utf8')) as readonly Session[];
const STEPS: ReadonlyMap<string, Step> = new Map(
  SESSIONS.flatMap(({ id, steps }) => steps.map((step, index) => [`${id}.${index + 1}`, step] as const)),
);

/** A reader's pause before each session. */
const PAUSE_S = 3;

/** The steps of a session, typed in its world after what the article leaves untold. */
function replay(session: Session, world: ArticleWorld): ReadonlyMap<string, Typed> {
  world.sleep(PAUSE_S);
  return new Map(
    session.steps.map((step, index) => {
      const id = `${session.id}.${index + 1}`;
      for (const { run } of UNTOLD.filter(({ before }) => before === id)) {
        if (typeof run === 'number') world.sleep(run);
        else world.type(run);
      }
      return [id, world.type(INSTEAD[id]?.run ?? step.cmd, interruption(step))];
    }),
  );
}

/** A ping that does not end by itself is ended with Ctrl-C after as many replies as the article counts or shows. */
function interruption({ cmd, output }: Step): { readonly reply: RegExp; readonly count: number } | undefined {
  if (!/\bping /.test(cmd) || output === null) return undefined;
  const text = output.join('\n');
  const count = Number(/^(\d+) packets transmitted/m.exec(text)?.[1] ?? Math.max(1, text.match(/seq=\d+/g)?.length ?? 0));
  return { reply: /seq=\d+/, count };
}

/** What differs between a step of an article and of the simulator, and stands in no list; and what stands there and does not differ. */
function wrong(id: string, { prompt, output }: Typed): string[] {
  const step = STEPS.get(id) as Step;
  const listed = DIFFERENCES.filter((difference) => difference.step === id);
  const lines = listed.filter((difference) => !('prompt' in difference));
  const found: string[] = [];
  if (step.prompt !== undefined && (step.prompt !== prompt) !== listed.some((difference) => 'prompt' in difference))
    found.push(`prompt: article "${step.prompt}", here "${prompt}"`);
  if (step.output === null) return [...found, ...unseen(UNSEEN[id], output)];
  const article = step.output;
  found.push(...unlisted(article, output, lines));
  for (const difference of lines) {
    const others = lines.filter((other) => other !== difference);
    if (unlisted(article, output, others).length === 0) found.push(`no difference any more: ${difference.reason}`);
  }
  return found;
}

for (const name of new Set(SESSIONS.map(({ world }) => world))) {
  describe(`the machine ${name} prints what its article shows`, () => {
    let world: ArticleWorld | undefined;
    const sessions = SESSIONS.filter((other) => other.world === name);
    const typed: ReadonlyMap<string, Typed>[] = [];
    for (const [index, session] of sessions.entries()) {
      it(`${session.id}: ${session.title}`, () => {
        world ??= new ArticleWorld(name);
        // A session goes on where the one before it ended, also when its test is run alone.
        for (const next of sessions.slice(typed.length, index + 1)) typed.push(replay(next, world));
        const all = [...(typed[index] ?? [])].flatMap(([id, done]) =>
          wrong(id, done).map((line) => `${id} ${STEPS.get(id)?.cmd}\n   ${line}`),
        );
        expect(all.join('\n')).toBe('');
      });
    }
  });
}

describe('the lists of the articles', () => {
  it('name steps that there are, and only such with an output as differing', () => {
    expect(DIFFERENCES.filter(({ step, prompt }) => prompt === undefined && !STEPS.get(step)?.output)).toEqual([]);
    const named = [
      ...DIFFERENCES.map(({ step }) => step),
      ...UNTOLD.map(({ before }) => before),
      ...Object.keys({ ...INSTEAD, ...UNSEEN }),
    ];
    expect(named.filter((id) => !STEPS.has(id))).toEqual([]);
  });

  it('say of every step without an output what it prints, and of no other', () => {
    const without = [...STEPS].filter(([, { output }]) => output === null).map(([id]) => id);
    expect(Object.keys(UNSEEN)).toEqual(without);
  });

  it('leave these counts of steps', () => {
    const shown = [...STEPS].filter(([, { output }]) => output !== null).map(([id]) => id);
    const kindsOf = (id: string) => new Set(DIFFERENCES.filter(({ step }) => step === id).map(({ kind }) => kind));
    const same = shown.filter((id) => kindsOf(id).size === 0);
    const differing = Object.fromEntries(
      [...new Set(DIFFERENCES.map(({ kind }) => kind))].sort().map((kind) => [kind, shown.filter((id) => kindsOf(id).has(kind)).length]),
    );
    expect({
      sessions: SESSIONS.length,
      steps: STEPS.size,
      withoutOutput: STEPS.size - shown.length,
      exactly: same.length,
      listed: shown.length - same.length,
      ofThese: differing,
    }).toEqual({
      sessions: 46,
      steps: 142,
      withoutOutput: 27,
      exactly: 41,
      listed: 74,
      ofThese: {
        'counter or time': 5,
        edited: 8,
        elision: 19,
        'older docker': 9,
        'other distribution': 7,
        'other machine': 14,
        'other release': 4,
        page: 19,
        typo: 5,
      },
    });
  });
});
