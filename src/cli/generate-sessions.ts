/**
 * Writes random but plausible sessions of a learner for recording on a real Linux: `node --import tsx
 * src/cli/generate-sessions.ts FOLDER THEME COUNT [SEED]` makes FOLDER/session-THEME-SEED-1.scn and so on. The same seed writes the
 * same sessions.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SESSION_THEMES, sessionText } from './sessions/session.ts';

const [folder, theme, count, seed = '1'] = process.argv.slice(2);
if (folder === undefined || count === undefined || theme === undefined || !SESSION_THEMES.includes(theme)) {
  console.error(`usage: generate-sessions.ts FOLDER ${SESSION_THEMES.join('|')} COUNT [SEED]`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (let number = 1; number <= Number(count); number++) {
  writeFileSync(path.join(folder, `session-${theme}-${seed}-${number}.scn`), sessionText(`${theme}/${seed}/${number}`, theme));
}
