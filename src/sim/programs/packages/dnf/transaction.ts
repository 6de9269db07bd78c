// A transaction: shown as a table, agreed to, downloaded and run (dnf/cli/output.py, dnf/cli/cli.py).

import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import { columnWidths, downloaded, formatNumber, inColumns, row, step, WIDTH } from './columns.ts';
import { ask, curlError, packageUrl, RATE } from './metadata.ts';
import {
  evr,
  type Installed,
  installedPackages,
  nevra,
  nvra,
  placeFiles,
  type RpmPackage,
  removeFiles,
  writeInstalled,
} from './packages.ts';

const RPM_NS = 60 * NS_PER_MS;
const RULE = '='.repeat(WIDTH);

interface Line {
  readonly pkg: RpmPackage;
  readonly repository: string;
  readonly bytes: number;
}

interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The table; a terminal's has colours. */
function table(sections: readonly Section[], colour: string, ofTerminal: boolean): string {
  const lines = sections.flatMap((section) => section.lines);
  const columns = [lines.map(({ pkg }) => pkg.name), [], lines.map(({ pkg }) => evr(pkg)), lines.map(({ repository }) => repository), []];
  const arch = Math.max(...lines.map(({ pkg }) => pkg.arch.length));
  const [n = 0, a = 0, v = 0, r = 0, s = 0] = columnWidths(columns, [1, arch, 1, 1, 5], 2, 2);
  const widths = [n, a, v, r, -s];
  const title = ['Package', a >= 12 ? 'Architecture' : 'Arch', 'Version', r >= 10 ? 'Repository' : 'Repo', 'Size'];
  let out = `Dependencies resolved.\n${RULE}\n${row(title, widths, ' ')}${RULE}\n`;
  for (const section of sections) {
    if (section.lines.length === 0) continue;
    out += `${section.title}:\n`;
    for (const { pkg, repository, bytes } of section.lines) {
      const line = row([pkg.name, pkg.arch, evr(pkg), repository, formatNumber(bytes)], widths, ' ');
      out += ofTerminal
        ? line.replace(/^ (\S+ *)/, (_, name: string) => ` ${colour}${name.slice(0, n)}\u001b(B\u001b[m${name.slice(n)}`)
        : line;
    }
  }
  return `${out}\nTransaction Summary\n${RULE}\n`;
}

const packagesText = (count: number): string => `${count} Package${count === 1 ? '' : 's'}`;

/** `-y`, `--assumeno` and `-q`. */
export interface Manner {
  readonly yes: boolean;
  readonly no: boolean;
  readonly quiet: boolean;
}

/** Null: it goes on. */
function* agreed(c: Command, { yes, no }: Manner): Sys<boolean> {
  if (yes) return true;
  yield* c.print('Is this ok [y/N]: ');
  yield* c.flush();
  const answer = no ? '' : yield* c.p.readLine(0);
  if (typeof answer === 'string' && /^y(es)?$/i.test(answer.trim())) return true;
  yield* c.print('Operation aborted.\n');
  return false;
}

const byName = (a: RpmPackage, b: RpmPackage): number => (a.name < b.name ? -1 : 1);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Installs `asked` and `needed`, which come in the order of unpacking. Its exit status. */
export function* runInstall(c: Command, order: readonly RpmPackage[], asked: ReadonlySet<string>, manner: Manner): Sys<number> {
  const line = (pkg: RpmPackage): Line => ({ pkg, repository: pkg.repository, bytes: pkg.sizeBytes });
  const sorted = [...order].sort(byName);
  const sections = [
    { title: 'Installing', lines: sorted.filter(({ name }) => asked.has(name)).map(line) },
    { title: 'Installing dependencies', lines: sorted.filter(({ name }) => !asked.has(name)).map(line) },
  ];
  if (!manner.quiet || !manner.yes) {
    yield* c.print(table(sections, '\u001b[1m\u001b[32m', c.interactive));
    yield* c.print(
      `Install  ${packagesText(order.length)}\n\nTotal download size: ${formatNumber(sum(order.map((one) => one.sizeBytes)))}\n`,
    );
    yield* c.print(`Installed size: ${formatNumber(sum(order.map((one) => one.installedBytes)))}\n`);
  }
  if (!(yield* agreed(c, manner))) return 1;
  if (!(yield* download(c, sorted, manner.quiet))) return 1;
  const say = manner.quiet ? function* (): Sys<void> {} : (out: string): Sys<void> => c.print(out);
  yield* say(CHECKED);
  yield* say(step('Preparing', '', 1, 1));
  let installed = installedPackages(c.p);
  for (const [i, pkg] of order.entries()) {
    placeFiles(c.p, pkg.name);
    installed = [...installed, { pkg, from: pkg.repository, asked: asked.has(pkg.name), timeMs: c.p.wallClockMs }];
    yield* c.p.sleep(RPM_NS);
    yield* say(step('Installing', nevra(pkg), i + 1, order.length));
  }
  writeInstalled(c.p, installed);
  for (const [i, pkg] of sorted.entries()) yield* say(step('Verifying', nevra(pkg), i + 1, order.length));
  yield* c.print(`\nInstalled:\n${inColumns(sorted.map(nevra))}\n${manner.quiet ? '' : 'Complete!\n'}`);
  return 0;
}

const CHECKED = `Running transaction check
Transaction check succeeded.
Running transaction test
Transaction test succeeded.
Running transaction
`;

function* download(c: Command, sorted: readonly RpmPackage[], quiet: boolean): Sys<boolean> {
  const { p } = c;
  if (!quiet) yield* c.print('Downloading Packages:\n');
  const started = p.nowNs;
  for (const [i, pkg] of sorted.entries()) {
    const file = `${nvra(pkg)}.rpm`;
    const begun = p.nowNs;
    const url = packageUrl(file, pkg.repository);
    const refused = yield* ask(p, url);
    if (refused !== undefined) {
      yield* c.error(`Error: Error downloading packages:\n  ${curlError(refused, url)}\n`);
      return false;
    }
    yield* p.sleep(Math.ceil((pkg.sizeBytes / RATE) * (NS_PER_S / NS_PER_MS)) * NS_PER_MS);
    const name = sorted.length > 1 ? `(${i + 1}/${sorted.length}): ${file}` : file;
    if (!quiet) yield* c.print(downloaded(name, pkg.sizeBytes, (p.nowNs - begun) / NS_PER_S));
  }
  const total = downloaded('Total', sum(sorted.map(({ sizeBytes }) => sizeBytes)), (p.nowNs - started) / NS_PER_S).replace('\n', ' \n');
  if (!quiet) yield* c.print(`${'-'.repeat(WIDTH)}\n${total}`);
  return true;
}

/** Takes packages away. */
export function* runRemove(
  c: Command,
  { removed, dependents, unused }: { removed: readonly Installed[]; dependents: readonly Installed[]; unused: readonly Installed[] },
  manner: Manner,
): Sys<number> {
  const line = ({ pkg, from }: Installed): Line => ({ pkg, repository: `@${from}`, bytes: pkg.installedBytes });
  const all = [...removed, ...dependents, ...unused];
  const sections = [
    { title: 'Removing', lines: removed.map(line) },
    { title: 'Removing dependent packages', lines: dependents.map(line) },
    { title: 'Removing unused dependencies', lines: unused.map(line) },
  ];
  if (!manner.quiet || !manner.yes) {
    yield* c.print(table(sections, '\u001b[31m', c.interactive));
    yield* c.print(`Remove  ${packagesText(all.length)}\n\nFreed space: ${formatNumber(sum(all.map(({ pkg }) => pkg.installedBytes)))}\n`);
  }
  if (!(yield* agreed(c, manner))) return 1;
  const say = manner.quiet ? function* (): Sys<void> {} : (out: string): Sys<void> => c.print(out);
  yield* say(CHECKED);
  yield* say(step('Preparing', '', 1, 1));
  const order = [...dependents, ...removed, ...unused].map(({ pkg }) => pkg);
  for (const [i, pkg] of order.entries()) {
    removeFiles(c.p, pkg.name);
    yield* c.p.sleep(RPM_NS);
    yield* say(step('Erasing', nevra(pkg), i + 1, order.length));
  }
  const gone = new Set(order.map(({ name }) => name));
  writeInstalled(
    c.p,
    installedPackages(c.p).filter(({ pkg }) => !gone.has(pkg.name)),
  );
  const sorted = [...order].sort(byName);
  for (const [i, pkg] of sorted.entries()) yield* say(step('Verifying', nevra(pkg), i + 1, order.length));
  yield* c.print(`\nRemoved:\n${inColumns(sorted.map(nevra))}\n${manner.quiet ? '' : 'Complete!\n'}`);
  return 0;
}
