import { ashBuiltins, ashFlavour } from '../../shell/ash.ts';
import { runShell } from '../../shell/bash.ts';
import type { Applet } from './applet.ts';
import { VERSION } from './usage.ts';

/** BusyBox's file, which the shell runs for its applets. */
export const BUSYBOX_PATH = '/usr/bin/busybox';

/** The shell of a BusyBox with these applets: FEATURE_SH_STANDALONE finds them before PATH is looked at. Its $0 is what it was called by. */
export function busyboxSh(applets: () => ReadonlySet<string>): Applet {
  const flavour = ashFlavour(VERSION, applets, BUSYBOX_PATH);
  return function* (c, _, args) {
    return yield* runShell(c.p, [c.name, ...args], flavour, ashBuiltins(applets));
  };
}
