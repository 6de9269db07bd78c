import { NS_PER_S } from '../base/time.ts';
import type { Shell } from './shell.ts';

/** Variables whose value is computed (variables.c's dynamic variables). */
export function declareSpecialVariables(shell: Shell): void {
  const { vars } = shell;
  vars.declareDynamic('RANDOM', {
    get: () => {
      // bash's own generator (Park and Miller), so that RANDOM=42 gives its sequence.
      shell.random = nextRandom(shell.random);
      return String(((shell.random >> 16) ^ (shell.random & 0xffff)) & 32767);
    },
    set: (value) => {
      shell.random = Number(value) >>> 0;
    },
  });
  vars.declareDynamic('SRANDOM', { get: () => String(shell.p.machine.random.u32()) });
  vars.declareDynamic('SECONDS', {
    get: () => String(Math.floor((shell.p.nowNs - shell.startNs) / NS_PER_S)),
    set: (value) => {
      shell.startNs = shell.p.nowNs - (Number.parseInt(value, 10) || 0) * NS_PER_S;
    },
  });
  vars.declareDynamic('LINENO', { get: () => String(shell.line), set: () => undefined });
  vars.declareDynamic('BASHPID', { get: () => String(shell.p.pid) });
  vars.declareDynamic('BASH_SUBSHELL', { get: () => String(shell.subshellLevel) });
  vars.declareDynamic('BASH_COMMAND', { get: () => shell.command });
  vars.declareDynamic('EPOCHSECONDS', { get: () => String(Math.floor(shell.p.wallClockMs / 1000)) });
  vars.declareDynamic('EPOCHREALTIME', {
    get: () => `${Math.floor(shell.p.wallClockMs / 1000)}.${String(Math.floor(shell.p.nowNs / 1000) % 1_000_000).padStart(6, '0')}`,
  });
  vars.declareDynamic('HISTCMD', { get: () => String(shell.history.nextNumber) });
  vars.declareDynamic('PIPESTATUS', { get: () => String(shell.pipeStatus[0] ?? 0), list: () => shell.pipeStatus.map(String) });
  vars.declareDynamic('GROUPS', { get: () => '0', list: () => ['0'] });
  vars.declareDynamic('DIRSTACK', {
    get: () => shell.vars.get('PWD') ?? shell.p.cwd,
    list: () => [shell.vars.get('PWD') ?? shell.p.cwd, ...shell.directoryStack],
  });
  const stack = (): string[] => {
    const names = [...shell.frames].reverse().map((f) => f.functionName);
    return names.length > 0 && names.some((n) => n !== 'source') ? [...names, ...(shell.sourceName === undefined ? [] : ['main'])] : names;
  };
  vars.declareDynamic('FUNCNAME', { get: () => stack()[0], list: stack });
  const sources = (): string[] => {
    const names = [...shell.frames].reverse().map((f) => f.sourceName);
    return shell.sourceName === undefined ? names : [...names, shell.sourceName];
  };
  vars.declareDynamic('BASH_SOURCE', { get: () => sources()[0], list: sources });
  const lines = (): string[] => {
    const numbers = [...shell.frames].reverse().map((f) => String(f.callLine));
    return shell.sourceName === undefined ? numbers : [...numbers, '0'];
  };
  vars.declareDynamic('BASH_LINENO', { get: () => lines()[0], list: lines });
}

/** brand() in bash's lib/sh/random.c: x = 16807 x mod (2^31 - 1), by Schrage's method. */
function nextRandom(seed: number): number {
  const last = seed === 0 ? 123459876 : seed;
  const high = Math.floor(last / 127773);
  const low = last - 127773 * high;
  const next = 16807 * low - 2836 * high;
  return next < 0 ? next + 0x7fffffff : next;
}
