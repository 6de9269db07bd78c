// The tables of systemctl, and the properties that `systemctl show` knows.

import type { Process } from '../../machine/process.ts';
import type { ServiceManager } from './manager.ts';
import type { Service } from './service.ts';
import { enablement, findUnitFile, unitNames } from './unit-file.ts';

interface Filter {
  /** Globs; none takes all. */
  readonly patterns: readonly string[];
  /** `service`, `socket`. */
  readonly type: string | undefined;
}

const matches = (name: string, { patterns, type }: Filter): boolean =>
  (type === undefined || name.endsWith(`.${type}`)) && (patterns.length === 0 || patterns.some((pattern) => globOf(pattern).test(name)));

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}(\\.service)?$`,
  );

/** Columns two spaces apart, none behind the last. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length))) ?? [];
  return rows
    .map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number))).join(' ')}\n`)
    .join('');
}

export function listUnits(manager: ServiceManager, filter: Filter & { readonly failed: boolean; readonly all: boolean }): string {
  const shown = manager.loaded.filter(
    ({ name, state }) => matches(name, filter) && (filter.failed ? state === 'failed' : filter.all || state !== 'inactive'),
  );
  const rows = shown.map((service) => [
    service.state === 'failed' ? '●' : ' ',
    service.name,
    'loaded',
    service.state,
    service.sub,
    service.file.description,
  ]);
  const count = `${shown.length} loaded units listed.`;
  if (shown.length === 0) return `  UNIT LOAD ACTIVE SUB DESCRIPTION\n${count}\n`;
  const legend =
    'LOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.';
  const hint =
    filter.failed || filter.all
      ? ''
      : " Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.";
  return `${table([[' ', 'UNIT', 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION'], ...rows])}\n${legend}\n${count}${hint}\n`;
}

export function listUnitFiles(p: Process, filter: Filter): string {
  const rows = unitNames(p)
    .filter((name) => matches(name, filter))
    .map((name) => {
      const state = enablement(p, name) ?? 'static';
      return [name, state, state === 'static' ? '-' : 'enabled'];
    });
  return `${table([['UNIT FILE', 'STATE', 'PRESET'], ...rows])}\n${rows.length} unit files listed.\n`;
}

/** The unit and what it wants and requires, a level deep. */
export function dependencyText(manager: ServiceManager, name: string): string {
  const file = manager.find(name)?.file;
  const names = [...(file?.words('Unit', 'Requires') ?? []), ...(file?.words('Unit', 'Wants') ?? [])].sort();
  const dot = (unit: string): string => (manager.find(unit)?.state === 'active' ? '●' : '○');
  return `${name}\n${names.map((unit, i) => `${dot(unit)} ${i === names.length - 1 ? '└─' : '├─'}${unit}\n`).join('')}`;
}

/** `systemctl show`: what is asked for most. */
export function propertiesOf(manager: ServiceManager, name: string): readonly (readonly [key: string, value: string])[] {
  const file = findUnitFile(manager.machine.init, name);
  const service = manager.find(name);
  const load = file === undefined ? 'not-found' : file === 'masked' ? 'masked' : 'loaded';
  return [
    ...mainProperties(service),
    ['Id', name],
    ['Names', name],
    ['Description', service?.file.description ?? name],
    ['LoadState', load],
    ['ActiveState', service?.state ?? 'inactive'],
    ['SubState', service?.sub ?? 'dead'],
    ...(service === undefined
      ? []
      : ([
          ['FragmentPath', service.file.path],
          ['UnitFileState', enablement(manager.machine.init, name) ?? ''],
          ['CanReload', service.file.get('Service', 'ExecReload') === undefined ? 'no' : 'yes'],
        ] as const)),
  ];
}

function mainProperties(service: Service | undefined): readonly (readonly [string, string])[] {
  if (service === undefined || service.isSocket) return [];
  const setting = (key: string, fallback: string): string => service.file.get('Service', key) ?? fallback;
  return [
    ['Type', setting('Type', 'simple')],
    ['Restart', setting('Restart', 'no')],
    ['MainPID', String(service.mainPid)],
    ['Result', service.result],
  ];
}
