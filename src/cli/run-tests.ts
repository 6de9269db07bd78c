/**
 * `npm test` and `npm run check`: everything a reviewer would do, in order, stopping at the first thing that fails.
 * The last line counts the tests of all runners together; a check without tests of its own counts as one.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';

interface Step {
  readonly title: string;
  /** A script of package.json, and what it is given. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

const check: readonly Step[] = [
  { title: 'Format and lint', script: 'check:format' },
  { title: 'Types', script: 'check:types' },
  { title: 'Simulator: no forgotten generators, no clock of the host', script: 'check:simulator' },
  { title: 'Layers', script: 'check:layers' },
  { title: 'Dead code', script: 'check:dead-code' },
  { title: 'Unit tests', script: 'test:unit' },
  { title: 'Exercises', script: 'check:exercises' },
];

const plans: Readonly<Record<string, readonly Step[]>> = {
  check,
  test: [
    ...check,
    { title: 'Fidelity: against recordings of Linux', script: 'test:fidelity' },
    { title: 'Captures: Wireshark reads what tcpdump writes', script: 'test:captures' },
    { title: 'Site', script: 'build' },
    { title: 'Site in a folder of a server', script: 'build -- --out-dir build-sub', env: { VETHLAB_BASE_URL: '/sub/' } },
    { title: 'Browser tests', script: 'test:browser -- --built' },
  ],
};

interface Count {
  passed: number;
  failed: number;
}

/** Runs a script with its output going through, and gives its exit status and what it printed. */
function run(step: Step): Promise<{ status: number; output: string }> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(`npm run --silent ${step.script}`, {
    shell: true,
    env: { ...process.env, ...color, ...step.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const pass = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
    output += chunk.toString();
    to.write(chunk);
  };
  child.stdout.on('data', pass(process.stdout));
  child.stderr.on('data', pass(process.stderr));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

/** Reads the closing lines of Vitest (`Tests  1 failed | 41 passed (42)`), of Playwright and of our own (`41 passed`). */
function count(output: string, status: number): Count {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n').slice(-20);
  const vitest = lines.filter((line) => /^\s*Tests\s/.test(line));
  const summary = (vitest.length > 0 ? vitest : lines.filter((line) => /^\s*\d+ (passed|failed)\b/.test(line))).join('\n');
  const number = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const counted = { passed: number('passed'), failed: number('failed') };
  if (status !== 0 && counted.failed === 0) counted.failed = 1;
  if (status === 0 && counted.passed === 0) counted.passed = 1;
  return counted;
}

const plan = plans[process.argv[2] ?? ''];
if (plan === undefined) throw new Error(`say which: ${Object.keys(plans).join(' or ')}`);

const bold = (text: string): string => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
async function main(plan: readonly Step[]): Promise<void> {
  const total: Count = { passed: 0, failed: 0 };
  for (const [index, step] of plan.entries()) {
    console.log(bold(`\n── ${index + 1}/${plan.length} ${step.title} ── npm run ${step.script}`));
    const start = performance.now();
    const { status, output } = await run(step);
    const { passed, failed } = count(output, status);
    total.passed += passed;
    total.failed += failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(bold(`${status === 0 ? '✓' : '✗'} ${step.title}: ${seconds} s`));
    if (status !== 0) {
      const left = plan.length - index - 1;
      console.log(`\n${step.title} failed${left > 0 ? `; ${left} more were not run` : ''}. Alone: npm run ${step.script}`);
      process.exitCode = 1;
      break;
    }
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
}

main(plan).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
