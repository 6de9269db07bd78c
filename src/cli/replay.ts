import { readFileSync } from 'node:fs';
import { type Recording, replayRecording } from './recording.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run -s replay -- RECORDING.json');
  process.exit(2);
}
process.stdout.write(`${JSON.stringify(replayRecording(JSON.parse(readFileSync(file, 'utf8')) as Recording), undefined, 1)}\n`);
