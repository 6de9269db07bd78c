import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Call, refuse } from './systemctl-call.ts';
import { ADMIN_FOLDER, findUnitFile, unitName, wantedLinks } from './unit-file.ts';

/** A unit with a script of the same name is enabled for both kinds of init. */
function* synchronize(call: Call, name: string, verb: string): Sys<void> {
  const script = `/etc/init.d/${name.replace(/\.service$/, '')}`;
  if (isError(call.p.machine.files.stat(call.p, script))) return;
  const helper = '/lib/systemd/systemd-sysv-install';
  yield* call.c.error(
    `Synchronizing state of ${name} with SysV service script with ${helper}.\nExecuting: ${helper} ${verb} ${name.replace(/\.service$/, '')}\n`,
  );
}

/** `systemctl enable`: links to the unit's file out of the folders of those that want it. */
export function* enable(call: Call, names: readonly string[]): Sys<void> {
  for (const given of names) {
    const name = unitName(given);
    const file = findUnitFile(call.p, name);
    if (file === undefined) return yield* refuse(call.c, 1, `Failed to enable unit: Unit file ${name} does not exist.`);
    if (file === 'masked') return yield* refuse(call.c, 1, `Failed to enable unit: Unit file ${ADMIN_FOLDER}/${name} is masked.`);
    yield* synchronize(call, name, 'enable');
    const { files } = call.p.machine;
    for (const link of wantedLinks(file)) {
      if (!isError(files.readLink(call.p, link))) continue;
      makeFolder(call.p, link.slice(0, link.lastIndexOf('/')));
      files.symlink(call.p, file.path, link);
      yield* call.c.error(`Created symlink ${link} → ${file.path}.\n`);
    }
  }
}

export function* disable(call: Call, names: readonly string[]): Sys<void> {
  for (const given of names) {
    const name = unitName(given);
    const file = findUnitFile(call.p, name);
    if (file === undefined) return yield* refuse(call.c, 1, `Failed to disable unit: Unit file ${name} does not exist.`);
    yield* synchronize(call, name, 'disable');
    for (const link of file === 'masked' ? [] : wantedLinks(file)) {
      if (call.p.machine.files.unlink(call.p, link) === undefined) yield* call.c.error(`Removed "${link}".\n`);
    }
  }
}

export function* mask(call: Call, names: readonly string[]): Sys<number> {
  for (const name of names.map(unitName)) {
    const path = `${ADMIN_FOLDER}/${name}`;
    makeFolder(call.p, ADMIN_FOLDER);
    if (call.p.machine.files.symlink(call.p, '/dev/null', path) === undefined)
      yield* call.c.error(`Created symlink ${path} → /dev/null.\n`);
  }
  return 0;
}

export function* unmask(call: Call, names: readonly string[]): Sys<number> {
  for (const name of names.map(unitName)) {
    const path = `${ADMIN_FOLDER}/${name}`;
    if (call.p.machine.files.readLink(call.p, path) !== '/dev/null') continue;
    call.p.machine.files.unlink(call.p, path);
    yield* call.c.error(`Removed "${path}".\n`);
  }
  return 0;
}

function makeFolder(p: Process, path: string): void {
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
    p.machine.files.makeDirectory(p, path.slice(0, slash), 0o755);
  p.machine.files.makeDirectory(p, path, 0o755);
}
