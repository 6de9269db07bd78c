import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { DEBIAN_PACKAGES, type DebianPackage, filesOf, installedPackages, stanza } from './debian-packages.ts';

/** dpkg -l, -s and -L: of what apt-get has installed. */
export const dpkg = command('dpkg', function* (c: Command): Sys<number> {
  const [option, ...names] = c.args;
  const installed = [...installedPackages(c.p)].sort().flatMap((name) => DEBIAN_PACKAGES.get(name) ?? []);
  if (option === '-l' || option === '--list') return yield* list(c, installed, names);
  if (option === '-s' || option === '--status' || option === '-L' || option === '--listfiles') {
    const files = option === '-L' || option === '--listfiles';
    let status = 0;
    for (const name of names) {
      const found = installed.find((one) => one.name === name);
      if (found !== undefined) {
        yield* c.print(files ? `/.\n${filesOf(name).join('\n')}\n` : stanza(found));
        continue;
      }
      status = 1;
      yield* c.error(
        files
          ? `dpkg-query: package '${name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n`
          : `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
      );
    }
    return status;
  }
  yield* c.error('dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\n');
  return 2;
});

function* list(c: Command, installed: readonly DebianPackage[], patterns: readonly string[]): Sys<number> {
  const wanted = installed.filter(({ name }) => patterns.length === 0 || patterns.includes(name));
  for (const pattern of patterns) {
    if (!wanted.some(({ name }) => name === pattern)) yield* c.error(`dpkg-query: no packages found matching ${pattern}\n`);
  }
  if (wanted.length === 0) return 1;
  const rows = wanted.map(({ name, version, architecture, description, multiArchSame }) => [
    multiArchSame ? `${name}:${architecture}` : name,
    version,
    architecture,
    description,
  ]);
  const width = (i: number, least: number): number => Math.max(least, ...rows.map((row) => (row[i] as string).length));
  const widths = [width(0, 14), width(1, 12), width(2, 12), width(3, 33)];
  const line = (row: readonly string[]): string => row.map((cell, i) => (i === 3 ? cell : cell.padEnd(widths[i] as number))).join(' ');
  yield* c.print(
    `Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ ${line(['Name', 'Version', 'Architecture', 'Description'])}\n+++-${widths.map((n) => '='.repeat(n)).join('-')}\n`,
  );
  for (const row of rows) yield* c.print(`ii  ${line(row)}\n`);
  return patterns.some((pattern) => !wanted.some(({ name }) => name === pattern)) ? 1 : 0;
}
