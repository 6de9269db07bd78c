// rpm's queries and its removal, after a recording of rpm 4.18.

import { isError } from '../../../base/result.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Command, command } from '../../lib/command.ts';
import { strftime } from '../../lib/date-text.ts';
import { globToRegex } from '../../lib/glob.ts';
import { filesOf, type Installed, installedPackages, nvra, removeFiles, writeInstalled } from './packages.ts';

export const rpm = command('rpm', function* (c: Command): Sys<number> {
  const letters = new Set<string>();
  const words: string[] = [];
  for (const word of c.args) {
    const long = LONG[word];
    if (long !== undefined) for (const letter of long) letters.add(letter);
    else if (/^-[a-zA-Z]+$/.test(word)) for (const letter of word.slice(1)) letters.add(letter);
    else if (word.startsWith('-')) {
      yield* c.error(`rpm: ${word}: unknown option\n`);
      return 1;
    } else words.push(word);
  }
  if (letters.has('v') && letters.size === 1 && c.args.includes('--version')) {
    yield* c.print('RPM version 4.14.3\n');
    return 0;
  }
  const unknown = [...letters].find((letter) => !'qalifReVvh'.includes(letter));
  if (unknown !== undefined) {
    yield* c.error(`rpm: -${unknown}: unknown option\n`);
    return 1;
  }
  if (letters.has('q') || letters.has('V')) return yield* query(c, letters, words);
  if (letters.has('e')) return yield* erase(c, words);
  yield* c.print(
    'RPM version 4.14.3\nCopyright (C) 1998-2002 - Red Hat, Inc.\nThis program may be freely redistributed under the terms of the GNU GPL\n',
  );
  return 1;
});

const LONG: Readonly<Record<string, string>> = {
  ...{ '--query': 'q', '--all': 'a', '--list': 'l', '--info': 'i', '--file': 'f', '--requires': 'R', '--erase': 'e', '--verify': 'V' },
  ...{ '--version': 'v', '--verbose': 'v' },
};

/** By NAME, or NAME with its version, release and architecture behind it. */
function find(installed: readonly Installed[], word: string): Installed | undefined {
  return installed.find(({ pkg }) =>
    [pkg.name, `${pkg.name}-${pkg.version}`, `${pkg.name}-${pkg.version}-${pkg.release}`, `${pkg.name}.${pkg.arch}`, nvra(pkg)].includes(
      word,
    ),
  );
}

function* query(c: Command, letters: ReadonlySet<string>, words: readonly string[]): Sys<number> {
  const installed = installedPackages(c.p);
  let status = 0;
  const chosen: Installed[] = [];
  if (letters.has('a')) {
    const expressions = words.map((word) => globToRegex(word));
    // As the database has them: the last to come first.
    const all = [...installed].sort((a, b) => b.timeMs - a.timeMs);
    chosen.push(...all.filter(({ pkg }) => words.length === 0 || expressions.some((wanted) => wanted.test(pkg.name))));
  } else if (words.length === 0) {
    yield* c.error('rpm: no arguments given for query\n');
    return 1;
  }
  for (const word of letters.has('a') ? [] : words) {
    if (!letters.has('f')) {
      const found = find(installed, word);
      if (found !== undefined) chosen.push(found);
      else {
        status++;
        yield* c.print(`package ${word} is not installed\n`);
      }
      continue;
    }
    const real = c.p.machine.files.resolve(c.p, word);
    const owner = installed.find(({ pkg }) => filesOf(pkg.name).some((file) => file === word || file === real));
    if (owner !== undefined) chosen.push(owner);
    else {
      status++;
      if (isError(c.p.machine.files.stat(c.p, word))) yield* c.error(`error: file ${word}: No such file or directory\n`);
      else yield* c.print(`file ${word} is not owned by any package\n`);
    }
  }
  for (const one of letters.has('V') ? [] : chosen) {
    if (letters.has('i')) yield* c.print(described(one));
    if (letters.has('R')) yield* c.print(one.pkg.needs.map((name) => `${name}\n`).join(''));
    if (letters.has('l'))
      yield* c.print(
        filesOf(one.pkg.name)
          .map((file) => `${file}\n`)
          .join('') || '(contains no files)\n',
      );
    if (!['i', 'R', 'l'].some((letter) => letters.has(letter))) yield* c.print(`${nvra(one.pkg)}\n`);
  }
  return status;
}

function described({ pkg, timeMs }: Installed): string {
  const lines: [string, string][] = [
    ['Name', pkg.name],
    ...(pkg.epoch === '' ? [] : [['Epoch', pkg.epoch] as [string, string]]),
    ['Version', pkg.version],
    ['Release', pkg.release],
    ['Architecture', pkg.arch],
    ['Install Date', strftime('%a %b %e %H:%M:%S %Y', timeMs)],
    ['Group', 'Unspecified'],
    ['Size', String(pkg.installedBytes)],
    ['License', pkg.license],
    ['Signature', '(none)'],
    ['Source RPM', `${pkg.name}-${pkg.version}-${pkg.release}.src.rpm`],
    ['URL', pkg.url],
    ['Summary', pkg.summary],
  ];
  return `${lines.map(([key, value]) => `${key.padEnd(12)}: ${value}\n`).join('')}Description :\n${pkg.summary}.\n`;
}

function* erase(c: Command, words: readonly string[]): Sys<number> {
  const installed = installedPackages(c.p);
  const chosen: Installed[] = [];
  for (const word of words) {
    const found = find(installed, word);
    if (found === undefined) yield* c.error(`error: package ${word} is not installed\n`);
    else chosen.push(found);
  }
  if (chosen.length < words.length) return words.length - chosen.length;
  const gone = new Set(chosen.map(({ pkg }) => pkg.name));
  const needed = installed.flatMap(({ pkg }) =>
    gone.has(pkg.name) ? [] : pkg.needs.filter((name) => gone.has(name)).map((name) => `\t${name} is needed by (installed) ${nvra(pkg)}\n`),
  );
  if (needed.length > 0) {
    yield* c.error(`error: Failed dependencies:\n${needed.join('')}`);
    return needed.length;
  }
  for (const { pkg } of chosen) removeFiles(c.p, pkg.name);
  if (
    writeInstalled(
      c.p,
      installed.filter(({ pkg }) => !gone.has(pkg.name)),
    )
  )
    return 0;
  yield* c.error("error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Permission denied)\n");
  return 1;
}
