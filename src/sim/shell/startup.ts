import { isError } from '../base/result.ts';
import { shownId } from '../machine/id-map.ts';
import { parse, Source } from './grammar.ts';
import { BASH_VERSION } from './prompt.ts';
import type { Shell } from './shell.ts';
import { newVariable } from './variables.ts';

/** Variables from the environment, and those every bash has. */
export function initializeVariables(shell: Shell): void {
  const { p, vars } = shell;
  for (const [name, value] of p.env) {
    const exported = /^BASH_FUNC_(.*)%%$/.exec(name)?.[1];
    if (exported !== undefined && shell.flavour.kind === 'bash') importFunction(shell, exported, value);
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    vars.set(name, value);
    vars.export(name);
  }
  const fixed = (name: string, value: string, readonly = false): void => {
    const v = vars.forAssignment(name);
    v.value = value;
    v.readonly = readonly;
  };
  if (shell.flavour.kind === 'bash') {
    fixed('BASH', '/usr/bin/bash');
    fixed('BASH_VERSION', BASH_VERSION);
    vars.setList('BASH_VERSINFO', ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu']);
    vars.forAssignment('BASH_VERSINFO').readonly = true;
    fixed('HOSTNAME', p.namespaces.uts.hostname);
    fixed('HOSTTYPE', 'x86_64');
    fixed('MACHTYPE', 'x86_64-pc-linux-gnu');
    fixed('OSTYPE', 'linux-gnu');
    fixed('UID', String(shownId(p, 'uidMap', p.credentials.uids[0])), true);
    fixed('EUID', String(shownId(p, 'uidMap', p.credentials.uid)), true);
    vars.forAssignment('UID').integer = true;
    vars.forAssignment('EUID').integer = true;
    fixed('OPTERR', '1');
  }
  fixed('IFS', ' \t\n');
  fixed('OPTIND', '1');
  fixed('PS4', '+ ');
  if (shell.flavour.kind !== 'bash') {
    for (const option of ['braceexpand', 'hashall']) shell.options.delete(option);
    // Shells of the Almquist family have prompts of their own, interactive or not.
    if (vars.get('PS1') === undefined) fixed('PS1', shell.flavour.prompt ?? '# ');
    if (vars.get('PS2') === undefined) fixed('PS2', '> ');
  }
  fixed('PPID', String(p.parent?.pidSeenBy(p) ?? 0), shell.flavour.kind !== 'ash');
  vars.forAssignment('PPID').integer = true;
  if (vars.get('PATH') === undefined) fixed('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  if (shell.flavour.kind === 'bash') {
    vars.set('SHLVL', String((Number.parseInt(vars.get('SHLVL') ?? '0', 10) || 0) + 1));
    vars.export('SHLVL');
  }
  // PWD is believed if it names the directory the process is in.
  const pwd = vars.get('PWD');
  const real = pwd?.startsWith('/') === true ? p.machine.files.resolve(p, pwd) : undefined;
  if (real === undefined || isError(real) || real !== p.cwd) vars.set('PWD', p.cwd);
  vars.export('PWD');
  if (vars.find('OLDPWD') === undefined) {
    const v = newVariable();
    v.exported = true;
    Object.assign(vars.forAssignment('OLDPWD'), v);
  }
  vars.onChange = (name) => changed(shell, name);
}

/** A function that a parent shell has exported (export -f). */
function importFunction(shell: Shell, name: string, value: string): void {
  const text = `${name} ${value}`;
  const node = parse(text).script.commands[0]?.command;
  if (node?.type !== 'Function') return;
  shell.functions.set(name, { node, source: new Source(text), sourceName: 'environment', exported: true });
}

/** Some assignments have consequences. */
function changed(shell: Shell, name: string): void {
  switch (name) {
    case 'PATH':
      shell.hashed.clear();
      break;
    case 'OPTIND':
      shell.getoptsOffset = 0;
      break;
    case 'HISTSIZE': {
      const size = shell.vars.get('HISTSIZE');
      if (size !== undefined && /^-?\d+$/.test(size)) {
        shell.history.limit = Number(size) < 0 ? Number.POSITIVE_INFINITY : Number(size);
        shell.history.trim();
      }
      break;
    }
    case 'IGNOREEOF':
      break;
  }
}
