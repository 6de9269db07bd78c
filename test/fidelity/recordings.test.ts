import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Recording, replayRecording } from '../../src/cli/recording.ts';
import { Canonical, difference } from './canonical.ts';
import { DIVERGENCES } from './divergences.ts';

const DIRECTORY = join(import.meta.dirname, 'recordings');

describe('sessions recorded on a real Linux come out the same in the simulator', () => {
  for (const file of readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'))) {
    const recording = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Recording;
    it(`${recording.name}: ${recording.title}`, { timeout: 60_000 }, () => {
      const replayed = replayRecording(recording);
      const typed = recording.steps.map((step) => [step.cmd, ...(step.input ?? [])].join('\n')).join('\n');
      const [linux, vethlab] = [new Canonical(typed), new Canonical(typed)];
      const listed = new Set(DIVERGENCES.filter((d) => d.recording === recording.name).map((d) => d.step));
      const differing: string[] = [];
      const nowTheSame: number[] = [];
      recording.steps.forEach((step, index) => {
        if (step.output === undefined || step.unstable) return;
        const other = replayed.steps[index] ?? {};
        const lines = difference(step.cmd ?? '', linux.text(step.output), vethlab.text(other.output ?? ''));
        const exit = step.exit === other.exit ? undefined : `linux exits with ${step.exit}, vethlab with ${other.exit}`;
        const same = lines === undefined && exit === undefined;
        if (listed.has(index + 1)) {
          if (same) nowTheSame.push(index + 1);
        } else if (!same)
          differing.push(
            [`step ${index + 1}: ${step.host}$ ${step.cmd ?? `(end of ${step.end})`}`, exit, lines].filter(Boolean).join('\n'),
          );
      });
      expect(differing.join('\n\n')).toBe('');
      expect(nowTheSame, 'steps listed in divergences.ts that match by now').toEqual([]);
    });
  }
});
