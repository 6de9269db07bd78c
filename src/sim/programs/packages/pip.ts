// pip 23 as far as small applications need it: what it prints is after its documentation and source, since the registry of
// Python's packages could not be recorded from.

import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { askMirror } from './mirror.ts';

/** Where pip puts packages in the python images; where it is, a program finds only what lies there. */
export const SITE_PACKAGES = '/usr/local/lib/python3.11/site-packages';
const PYPI = 'https://pypi.org/simple';
/** Where the files are that PyPI's pages lead to; those of another index are on the index. */
const FILES = 'https://files.pythonhosted.org';
const BYTES_PER_MS = 4_000;

/** A package of the small index: its files' name and size, and what it needs besides. */
interface PythonPackage {
  readonly version: string;
  /** kB. */
  readonly size: number;
  readonly needs: readonly string[];
}

const PACKAGES: Readonly<Record<string, PythonPackage>> = {
  flask: {
    version: '3.0.0',
    size: 99.7,
    needs: ['Werkzeug>=3.0.0', 'Jinja2>=3.1.2', 'itsdangerous>=2.1.2', 'click>=8.1.3', 'blinker>=1.6.2'],
  },
  redis: { version: '5.0.1', size: 250.3, needs: ['async-timeout>=4.0.2'] },
  werkzeug: { version: '3.0.1', size: 226.7, needs: ['MarkupSafe>=2.1.1'] },
  jinja2: { version: '3.1.2', size: 133.1, needs: ['MarkupSafe>=2.0'] },
  itsdangerous: { version: '2.1.2', size: 15, needs: [] },
  click: { version: '8.1.7', size: 97.9, needs: [] },
  blinker: { version: '1.7.0', size: 13, needs: [] },
  markupsafe: { version: '2.1.3', size: 28, needs: [] },
  'async-timeout': { version: '4.0.3', size: 5.7, needs: [] },
};

/** What distributions call themselves, where it is not how they are asked for. */
const NAMES: Readonly<Record<string, string>> = { werkzeug: 'werkzeug', jinja2: 'Jinja2', markupsafe: 'MarkupSafe' };

const ROOT_WARNING =
  "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager. " +
  'It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv\n';

const keyOf = (requirement: string): string => (requirement.split(/[<>=!~ [;]/)[0] ?? '').toLowerCase().replaceAll('_', '-');
const nameOf = (key: string): string => NAMES[key] ?? key;

export const pip = command(
  'pip',
  function* (c): Sys<number> {
    const [verb, ...rest] = c.args;
    if (verb === '--version' || verb === '-V') {
      c.out(`pip 23.2.1 from ${SITE_PACKAGES}/pip (python 3.11)\n`);
      return 0;
    }
    if (verb === 'install') return yield* install(c, rest);
    if (verb === 'list' || verb === 'freeze') return list(c, verb);
    if (verb === undefined || verb === '--help' || verb === 'help') {
      c.out(
        '\nUsage:   \n  pip <command> [options]\n\nCommands:\n  install                     Install packages.\n  freeze                      Output installed packages in requirements format.\n  list                        List installed packages.\n',
      );
      return 0;
    }
    yield* c.error(`ERROR: unknown command "${verb}"\n`);
    return 1;
  },
  '/usr/local/bin',
);

/** The packages that lie in site-packages, by key. */
function installed(c: Command): Set<string> {
  const names = c.p.machine.files.readDirectory(c.p, SITE_PACKAGES);
  return new Set(
    isError(names) ? [] : names.flatMap((name) => (name.endsWith('.dist-info') ? [keyOf(name.replace(/-[\d.]+\.dist-info$/, ''))] : [])),
  );
}

function list(c: Command, verb: 'list' | 'freeze'): number {
  const all = [...installed(c)].sort().map((key) => [nameOf(key), PACKAGES[key]?.version ?? ''] as const);
  if (verb === 'freeze') for (const [name, version] of all) c.out(`${name}==${version}\n`);
  else {
    const width = Math.max(7, ...all.map(([name]) => name.length));
    c.out(`${'Package'.padEnd(width)} Version\n${'-'.repeat(width)} -------\n`);
    for (const [name, version] of all) c.out(`${name.padEnd(width)} ${version}\n`);
  }
  return 0;
}

/** What `pip install` was asked for. */
interface Wanted {
  readonly requirements: readonly string[];
  /** Where the pages of packages are. */
  readonly index: string;
  /** Those to which pip speaks without TLS. */
  readonly trusted: readonly string[];
}

/** Options of `pip install` whose value comes with them or is the next word. */
const VALUED = /^(?:(-[irt])(.+)?|(--(?:index-url|requirement|trusted-host|extra-index-url|target))(?:=(.*))?)$/;

function* parse(c: Command, words: readonly string[]): Sys<Wanted | number> {
  const out: string[] = [];
  const trusted: string[] = [];
  let index = PYPI;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const valued = VALUED.exec(word);
    if (valued === null) {
      if (!word.startsWith('-')) out.push(word);
      continue;
    }
    const option = valued[1] ?? valued[3];
    const value = valued[2] ?? valued[4] ?? words[++i] ?? '';
    if (option === '-i' || option === '--index-url') index = value;
    else if (option === '--trusted-host') trusted.push(value);
    else if (option === '-r' || option === '--requirement') {
      const file = c.p.machine.files.readFile(c.p, value);
      if (isError(file)) {
        yield* c.error(`ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${value}'\n`);
        return 1;
      }
      for (const line of text(file).split('\n')) {
        const requirement = line.replace(/(^|\s)#.*/, '').trim();
        if (requirement !== '') out.push(requirement);
      }
    }
  }
  if (out.length > 0) return { requirements: out, index, trusted };
  yield* c.error('ERROR: You must give at least one requirement to install (see "pip help install")\n');
  return 1;
}

function* install(c: Command, words: readonly string[]): Sys<number> {
  const { p } = c;
  const wanted = yield* parse(c, words);
  if (typeof wanted === 'number') return wanted;
  const { index } = wanted;
  if (index !== PYPI) yield* c.print(`Looking in indexes: ${index}\n`);
  const have = installed(c);
  const queue = wanted.requirements.map((requirement) => ({ requirement, from: '' }));
  const chosen: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const key = keyOf(next.requirement);
    if (chosen.includes(key)) continue;
    const found = PACKAGES[key];
    const origin = next.from === '' ? '' : ` (from ${next.from})`;
    if (have.has(key) && found !== undefined) {
      yield* c.print(`Requirement already satisfied: ${next.requirement} in ${SITE_PACKAGES}${origin} (${found.version})\n`);
      continue;
    }
    if (!(yield* reach(c, index, key, wanted.trusted)) || found === undefined) {
      yield* c.error(`ERROR: Could not find a version that satisfies the requirement ${next.requirement} (from versions: none)\n`);
      yield* c.error(`ERROR: No matching distribution found for ${next.requirement}\n`);
      return 1;
    }
    yield* c.print(`Collecting ${next.requirement}${origin}\n`);
    if (!(yield* reach(c, index === PYPI ? FILES : index, key, wanted.trusted))) return 1;
    yield* p.sleep(Math.ceil((found.size * 1000) / BYTES_PER_MS) * NS_PER_MS);
    const size = found.size < 50 ? `${found.size} kB` : `${Math.round(found.size)} kB`;
    yield* c.print(`  Downloading ${nameOf(key).replaceAll('-', '_')}-${found.version}-py3-none-any.whl (${size})\n`);
    chosen.push(key);
    queue.push(...found.needs.map((requirement) => ({ requirement, from: nameOf(key) })));
  }
  if (chosen.length > 0) {
    const order = [...chosen].reverse();
    yield* c.print(`Installing collected packages: ${order.map(nameOf).join(', ')}\n`);
    for (const key of order) if (!place(c, key)) return yield* c.die(1, `Could not install packages due to an OSError: ${SITE_PACKAGES}`);
    const made = chosen
      .map((key) => `${nameOf(key)}-${PACKAGES[key]?.version}`)
      .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    yield* c.print(`Successfully installed ${made.join(' ')}\n`);
  }
  if (p.credentials.uid === 0) yield* c.error(ROOT_WARNING);
  return 0;
}

/** Whether a server of packages answers; what pip says of one that does not, and of one that it does not trust. */
function* reach(c: Command, server: string, key: string, trusted: readonly string[]): Sys<boolean> {
  const [, scheme = '', host = '', port, path = ''] = /^(https?):\/\/([^/:]+)(?::(\d+))?(.*?)\/*$/.exec(server) ?? [];
  const page = `${path}/${key}/`;
  if (scheme === 'http' && !trusted.includes(host) && !/^(localhost|127\..*)$/.test(host)) {
    yield* c.error(
      `WARNING: The repository located at ${host} is not a trusted or secure host and is being ignored. If this repository is available via HTTPS we recommend you use HTTPS instead, otherwise you may silence this warning and allow it anyway with '--trusted-host ${host}'.\n`,
    );
    return false;
  }
  for (let left = 4; ; left--) {
    const failed = yield* askMirror(c.p, host, Number(port ?? (scheme === 'http' ? 80 : 443)), page);
    if (failed === undefined) return true;
    if (left < 0) return false;
    const why = failed.kind === 'name' ? `[Errno -3] ${failed.reason}` : failed.reason;
    yield* c.error(
      `WARNING: Retrying (Retry(total=${left}, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.${scheme.toUpperCase()}Connection object at 0x7f3c5e2d1d90>: Failed to establish a new connection: ${why}')': ${page}\n`,
    );
    yield* c.p.sleep(500 * 2 ** (4 - left) * NS_PER_MS);
  }
}

/** Its folder, so that a program can import it, and its record, so that pip knows it. */
function place(c: Command, key: string): boolean {
  const { files } = c.p.machine;
  const folder = `${SITE_PACKAGES}/${key.replaceAll('-', '_')}`;
  files.makeDirectory(c.p, folder, 0o755);
  files.makeDirectory(c.p, `${SITE_PACKAGES}/${nameOf(key)}-${PACKAGES[key]?.version}.dist-info`, 0o755);
  return !isError(files.writeFile(c.p, `${folder}/__init__.py`, utf8('')));
}
