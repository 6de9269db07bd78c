import { ashBuiltins, ashFlavour } from '../../shell/ash.ts';
import { runShell } from '../../shell/bash.ts';
import type { Applet } from './applet.ts';
import { VERSION } from './usage.ts';

/** BusyBox's file, which the shell runs for its applets. */
export const BUSYBOX_PATH = '/usr/bin/busybox';

/** The shell of a BusyBox with these applets: FEATURE_SH_STANDALONE finds them before PATH is looked at. */
export function busyboxSh(applets: () => ReadonlySet<string>): Applet {
  const flavour = ashFlavour(VERSION, applets, BUSYBOX_PATH);
  return function* (c, name, args) {
    return yield* runShell(c.p, [name, ...args], flavour, ashBuiltins(applets));
  };
}
