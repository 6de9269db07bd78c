import { parseArgs } from 'node:util';
import { NS_PER_MS } from '../sim/base/time.ts';
import { ARTICLE_LABS } from '../sim/lab/articles.ts';
import { LabSession } from '../sim/lab/session.ts';
import { STANDARD_LABS } from '../sim/lab/standard.ts';

const LABS = new Map([...STANDARD_LABS, ...ARTICLE_LABS]);

const USAGE = `usage: npm run shell -- [--lab LAB] [--host MACHINE] [--seed SEED]
labs: ${[...LABS.keys()].join(' ')}
The machine is the lab's first one unless said otherwise.
`;

/** Steps between two looks at the keyboard, so that a busy lab does not hold it. */
const STEPS_PER_SLICE = 20_000;
const LONGEST_SLEEP_MS = 20;

function main(): void {
  const { values } = parseArgs({
    options: {
      lab: { type: 'string', default: 'solo' },
      host: { type: 'string' },
      seed: { type: 'string', default: 'shell' },
    },
  });
  const lab = LABS.get(values.lab);
  const host = values.host ?? lab?.machines[0]?.name;
  if (host === undefined || !lab?.machines.some((machine) => machine.name === host)) {
    process.stderr.write(USAGE);
    process.exit(2);
  }
  const session = new LabSession(lab, values.seed, {
    output: (_terminal, data) => process.stdout.write(data),
    closed: () => {
      process.stdin.setRawMode?.(false);
      process.exit(0);
    },
  });
  const size = () => ({ columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 });
  const terminal = session.perform({ do: 'open', machine: host, ...size() });
  process.stdin.setRawMode?.(true);
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => session.perform({ do: 'type', terminal, text }));
  process.stdin.on('end', () => session.perform({ do: 'type', terminal, text: '\x04' }));
  process.stdout.on('resize', () => session.perform({ do: 'resize', terminal, ...size() }));
  pace(session);
}

/** Lets virtual time follow the wall clock. */
function pace(session: LabSession): void {
  const { world } = session;
  const startMs = performance.now() - world.clock.now / NS_PER_MS;
  const tick = () => {
    const stop = world.run(Math.floor((performance.now() - startMs) * NS_PER_MS), STEPS_PER_SLICE);
    if (stop === 'halted') {
      process.stderr.write(`\r\nvethlab: ${world.halted}\r\n`);
      process.exit(1);
    }
    if (stop === 'steps') setImmediate(tick);
    else {
      const next = world.clock.nextTime();
      const wait = next === undefined ? LONGEST_SLEEP_MS : (next - world.clock.now) / NS_PER_MS;
      setTimeout(tick, Math.min(LONGEST_SLEEP_MS, wait));
    }
  };
  tick();
}

main();
