import { expect, test } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { dockerHost } from '../../lab/standard.ts';

const IMAGE = 'python:3.11-slim';

function host1(sites: Readonly<Record<string, string>> = {}): (command: string) => string {
  const world = buildLab({ id: 'pip', machines: [dockerHost(1, [IMAGE])], outside: 'internet', sites }, 'pip');
  const machine = world.machines.get('host1');
  if (!machine) throw new Error('no host1');
  return (command) => runCommand(world, machine, command).output;
}

test('a program finds a module once pip has fetched it, with all that it needs', () => {
  const run = host1();
  const script =
    'printf "from flask import Flask\\nprint(1)\\n" > /a.py; python /a.py; pip install flask > /log; tail -n 1 /log; python /a.py; pip list | wc -l';
  expect(run(`docker run --rm ${IMAGE} sh -c '${script}' 2>&1 | grep -v -e Traceback -e File -e WARNING -e import`)).toBe(
    "ModuleNotFoundError: No module named 'flask'\nSuccessfully installed blinker-1.7.0 click-8.1.7 flask-3.0.0 itsdangerous-2.1.2 Jinja2-3.1.2 MarkupSafe-2.1.3 werkzeug-3.0.1\n1\n9\n",
  );
});

test('without a network pip tries again, and gives up', () => {
  const output = host1()(`docker run --rm --network none ${IMAGE} pip install flask`);
  expect(output.match(/^WARNING: Retrying/gm)).toHaveLength(5);
  expect(output.trimEnd().split('\n').slice(-2)).toEqual([
    'ERROR: Could not find a version that satisfies the requirement flask (from versions: none)',
    'ERROR: No matching distribution found for flask',
  ]);
});

test('another index is asked instead, without TLS only where it is trusted', () => {
  const run = host1({ 'pypi.example.net': '203.0.113.99' });
  const install = (options: string) => run(`docker run --rm ${IMAGE} pip install blinker ${options}`);
  expect(install('-i http://pypi.example.net/simple --trusted-host pypi.example.net')).toMatch(
    /^Looking in indexes: http:\/\/pypi.example.net\/simple\nCollecting blinker\n.*\nInstalling collected packages: blinker\n/,
  );
  expect(install('--index-url=http://pypi.example.net/simple')).toMatch(
    /^Looking in indexes: http:.*\nWARNING: The repository located at pypi.example.net is not a trusted or secure host .*\nERROR: Could not find a version that satisfies the requirement blinker /,
  );
  expect(install('-i https://pypi.example.net:8443/simple')).toMatch(
    /HTTPSConnection object .*Connection refused'\)': \/simple\/blinker\/\n/,
  );
});
