/**
 * Writes random but plausible sessions of a learner for recording on a real Linux: `node --import tsx
 * src/cli/generate-sessions.ts FOLDER COUNT [SEED]` makes FOLDER/session-01.scn and so on. The same seed writes the same sessions.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sessionText } from './sessions/session.ts';

const [folder, count, seed = '1'] = process.argv.slice(2);
if (folder === undefined || count === undefined) {
  console.error('usage: generate-sessions.ts FOLDER COUNT [SEED]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (let number = 1; number <= Number(count); number++) {
  const name = `session-${String(number).padStart(2, '0')}`;
  writeFileSync(path.join(folder, `${name}.scn`), sessionText(`${seed}/${number}`));
}
