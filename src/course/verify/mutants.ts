import { sampleVars, type Vars } from '../draw.ts';
import type { AnyExercise } from '../exercise.ts';
import { passes } from './rules.ts';
import { type Script, type ScriptCommand, withoutOneLine, withVars } from './script.ts';

/** A solution with something small gone wrong. */
interface Mutant {
  readonly what: string;
  readonly commands: readonly ScriptCommand[];
}

/** How strong an exercise's checks are: of the solution's mutants, how many they tell from the solution. */
export interface Strength {
  readonly killed: number;
  readonly mutants: number;
  /** Those that earned full marks: either they are right as well, or a check is missing. */
  readonly survivors: readonly string[];
  /** Of these, lines that changed places: most often the order did not matter. */
  readonly swaps: number;
}

/** More would tell little and take long. */
const MOST = 20;

export function strengthOf(exercise: AnyExercise, solution: Script): Strength {
  const vars = sampleVars(exercise.vars)[0] as Vars;
  const mutants = spread(mutantsOf(withVars(solution.commands, vars)), MOST);
  const survived = mutants.filter(({ commands }) => passes(exercise, vars, commands)).map(({ what }) => what);
  const survivors = survived.filter((what) => !what.startsWith(SWAPPED));
  return { killed: mutants.length - survived.length, mutants: mutants.length, survivors, swaps: survived.length - survivors.length };
}

const SWAPPED = 'swapped';

function mutantsOf(commands: readonly ScriptCommand[]): Mutant[] {
  return [...leftOut(commands), ...swapped(commands), ...changed(commands)];
}

function leftOut(commands: readonly ScriptCommand[]): Mutant[] {
  return withoutOneLine(commands).map(({ text, rest }) => ({ what: `without: ${text}`, commands: rest }));
}

function swapped(commands: readonly ScriptCommand[]): Mutant[] {
  return commands.slice(1).flatMap((second, i) => {
    const first = commands[i] as ScriptCommand;
    if (first.optional || second.optional) return [];
    const order = [...commands.slice(0, i), second, first, ...commands.slice(i + 2)];
    return [{ what: `${SWAPPED}: ${headOf(first)} ⇄ ${headOf(second)}`, commands: order }];
  });
}

/** One number raised by one, or one name that the attempt uses more than once misspelt. */
function changed(commands: readonly ScriptCommand[]): Mutant[] {
  const all = commands.map(({ text }) => text).join('\n');
  return commands.flatMap((command, index) => {
    if (command.optional) return [];
    const words = [...command.text.matchAll(/[\w.:/-]+/g)];
    return words.flatMap((match) => {
      const [word] = match;
      const other = /\d/.test(word)
        ? word.replace(/\d+(?=(\/\d+)?$)/, (digits) => String(Number(digits) + 1))
        : isName(word, all)
          ? `${word}x`
          : word;
      if (other === word) return [];
      const text = command.text.slice(0, match.index) + other + command.text.slice(match.index + word.length);
      return [
        {
          what: `${word} → ${other}: ${lineAt(text, match.index)}`,
          commands: commands.map((one, i) => (i === index ? { ...command, text } : one)),
        },
      ];
    });
  });
}

/** Words of the tools' own languages are not worth misspelling: the tool refuses them, and that is leaving the line out. */
const KEYWORDS =
  /^(ip|link|addr|address|netns|exec|add|set|del|dev|type|veth|peer|name|up|down|nsenter|unshare|bash|sh|ping|answer|cat|echo|do|done|if|then|fi|for|in|while|read|host\d)$/;

const isName = (word: string, all: string): boolean =>
  !word.startsWith('-') && !KEYWORDS.test(word) && all.split(word).length > 2 && /^[a-z]/.test(word);

const lineAt = (text: string, index: number): string => (text.split('\n')[text.slice(0, index).split('\n').length - 1] as string).trim();

const headOf = ({ text }: ScriptCommand): string => text.split('\n')[0] as string;

function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}
