import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runTranscript } from '../course/transcript.ts';
import { parseRunFence, type RunFence } from './run-fence.ts';

const chapters = readdirSync('docs')
  .filter((name) => name.endsWith('.mdx'))
  .sort();

/** The fences of a chapter that run, in order. */
function fencesOf(text: string): RunFence[] {
  return [...text.matchAll(/^```(\w+) ?([^\n]*)\n([\s\S]*?)\n```$/gm)].flatMap(([, lang = '', meta = '', body = '']) => {
    const fence = parseRunFence(lang, meta, body);
    if (typeof fence === 'string') throw new Error(fence);
    return fence === undefined ? [] : [fence];
  });
}

test.each(chapters)(
  'in %s every command comes back, and what the reader is told to notice is there',
  (name) => {
    const text = readFileSync(`docs/${name}`, 'utf8');
    const fences = fencesOf(text);
    if (fences.length === 0) return;
    const lab = /^lab: *(\S+)$/m.exec(text)?.[1] ?? '';
    const blocks = fences.flatMap(({ host, commands, sleepS }) => {
      const where = host === undefined ? {} : { host };
      return [...(sleepS > 0 ? [{ ...where, commands: [`sleep ${sleepS}`] }] : []), { ...where, commands }];
    });
    const shown = runTranscript(lab, blocks).filter((_, index) => !/^sleep [\d.]+$/.test(blocks[index]?.commands[0] ?? ''));
    const unmarked = fences.filter(({ mark }, index) => mark !== undefined && !shown[index]?.some(({ output }) => output.includes(mark)));
    expect(unmarked.map(({ mark, commands }) => `${mark} is not in the output of ${commands.join('; ')}`)).toEqual([]);
    const missing = shown.flat().filter(({ exit }) => exit === 127);
    expect(missing.map(({ cmd, output }) => `${cmd}: ${output}`)).toEqual([]);
  },
  30_000,
);

test.each(chapters)('in %s every note has its title in brackets: without them its signs are printed as text', (name) => {
  const signs = readFileSync(`docs/${name}`, 'utf8').match(/^:::.+$/gm) ?? [];
  expect(signs.filter((sign) => !/^:::(note|tip|info|warning|danger)(\[.+\])?$/.test(sign))).toEqual([]);
});
