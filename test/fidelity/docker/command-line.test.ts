import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildLab } from '../../../src/sim/lab/build.ts';
import { standardHost } from '../../../src/sim/lab/standard.ts';
import type { Machine } from '../../../src/sim/machine/machine.ts';
import { type Handlers, handles } from '../../../src/sim/programs/docker/cli/command-spec.ts';
import { CONTAINER_RUN } from '../../../src/sim/programs/docker/cli/commands/container.ts';
import { dockerCommands } from '../../../src/sim/programs/docker/cli/commands/root.ts';
import { docker } from '../../../src/sim/programs/docker/cli/docker.ts';
import { runDocker } from '../../../src/sim/programs/docker/cli/run.ts';
import type { Command } from '../../../src/sim/programs/lib/command.ts';

/** Command lines with the same output on a terminal of that width. */
type Recorded = readonly [lines: readonly (readonly string[])[], columns: number, status: number, output: string];
const recorded = JSON.parse(readFileSync(new URL('./command-line.json', import.meta.url), 'utf8')) as readonly Recorded[];

/** Runs the client as far as it goes without an engine. */
function run(args: readonly string[], columns: number, handlers: Handlers = new Map()): { output: string; status: number } {
  let output = '';
  const c = {
    args,
    p: { terminal: () => ({ columns }) },
    out: (text: string) => {
      output += text;
    },
    *error(text: string) {
      output += text;
    },
  } as unknown as Command;
  const running = runDocker(c, dockerCommands('/root'), handlers);
  for (;;) {
    const step = running.next();
    if (step.done) return { output, status: step.value };
  }
}

test('every help text and every refused command line is what real docker prints', () => {
  const wrong: string[] = [];
  for (const [lines, columns, status, output] of recorded)
    for (const words of lines) {
      // The recorded docker had no such plugin.
      if (words[0] === 'compose') continue;
      const got = run(words, columns);
      if (got.output !== output || got.status !== status)
        wrong.push(`docker ${words.join(' ')}\ndocker (${status}): ${output}\nwe (${got.status}): ${got.output}`);
    }
  expect(wrong).toEqual([]);
});

test('a handler gets its flags as values, and what stands behind the image as arguments', () => {
  let got: unknown;
  const handlers: Handlers = new Map([
    handles(CONTAINER_RUN, function* ({ path, args, flags, global, changed }) {
      const { name, network, publish, memory, tty, interactive, env, cpus } = flags;
      got = { path, args, name, network, publish, memory, both: tty && interactive, env, cpus, host: global.host, rm: changed('rm') };
      return 3;
    }),
  ]);
  const line = '-H tcp://x run -it --name web --net front -p8080:80 --publish=53:53 -m 1.5g -eA=1 -e B --cpus .5 nginx sh -c --rm';
  expect(run(line.split(' '), 80, handlers).status).toBe(3);
  expect(got).toEqual({
    path: 'docker run',
    args: ['nginx', 'sh', '-c', '--rm'],
    name: 'web',
    network: ['front'],
    publish: ['8080:80', '53:53'],
    memory: 1.5 * 2 ** 30,
    both: true,
    env: ['A=1', 'B'],
    cpus: 5e8,
    host: ['tcp://x'],
    rm: false,
  });
});

test('Tab knows the commands, and the flags of each', () => {
  // On a machine where no engine listens.
  const { init } = buildLab({ id: 'tab', machines: [standardHost(1)] }, 'tab').machines.get('host1') as Machine;
  const complete = (line: string) => docker.complete?.(init, line.split(' '));
  expect(complete('docker n')).toEqual(['network', 'node']);
  expect(complete('docker network ')).toEqual(['connect', 'create', 'disconnect', 'inspect', 'ls', 'prune', 'rm']);
  expect(complete('docker -H x network c')).toEqual(['connect', 'create']);
  expect(complete('docker container ls --no')).toEqual(['--no-trunc']);
  expect(complete('docker run --rm bus')).toEqual([]);
});
