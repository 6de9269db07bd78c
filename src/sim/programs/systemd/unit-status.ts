// What `systemctl status` prints.

import { strftime } from '../lib/date-text.ts';
import { entryLine } from './journal-text.ts';
import type { ServiceManager } from './manager.ts';
import { type Service, statusName } from './service.ts';
import { enablement, findUnitFile } from './unit-file.ts';

interface Look {
  readonly colours: boolean;
  /** Lines of the journal are cut to this; undefined leaves them whole. */
  readonly columns: number | undefined;
  /** How many of them. */
  readonly lines: number;
}

const GREEN = '0;1;32';
const RED = '0;1;31';
const KEY_WIDTH = 11;

export function statusText(manager: ServiceManager, service: Service, look: Look): string {
  const { state, sub, main, file } = service;
  const paint = (text: string, colour: string | undefined): string =>
    look.colours && colour !== undefined ? `\u001b[${colour}m${text}\u001b[0m` : text;
  const p = manager.machine.init;
  const masked = findUnitFile(p, service.name) === 'masked';
  const row = (key: string, value: string): string => `${`${key}:`.padStart(KEY_WIDTH + 1)} ${value}\n`;
  const enabled = enablement(p, service.name) ?? 'static';
  const coloured = (word: string): string => paint(word, word === 'enabled' ? GREEN : word === 'disabled' ? '0;1;38;5;185' : undefined);
  const loaded = masked
    ? `${paint('masked', RED)} (Reason: Unit ${service.name} is masked.)`
    : `loaded (${file.path}; ${coloured(enabled)}${enabled === 'static' ? '' : `; preset: ${coloured('enabled')}`})`;
  let out = `${dotOf(service, paint)} ${masked ? service.name : service.title}\n${row('Loaded', loaded)}`;
  out += row('Active', activeText(manager, service, paint));
  if (state !== 'active' && service.durationMs !== undefined && sub !== 'auto-restart')
    out += row('Duration', preciseSpan(service.durationMs));
  const socket = manager.socketOf(service);
  if (socket !== undefined) out += row('TriggeredBy', `${dotOf(socket, paint)} ${socket.name}`);
  const serves = service.isSocket ? manager.serviceOf(service) : undefined;
  if (serves !== undefined) out += row('Triggers', `${dotOf(serves, paint)} ${serves.name}`);
  const documentation = file.words('Unit', 'Documentation');
  if (documentation.length > 0) out += row('Docs', documentation.join(`\n${' '.repeat(KEY_WIDTH + 2)}`));
  for (const path of file.all('Socket', 'ListenStream')) out += row('Listen', `${path} (Stream)`);
  if (main?.status !== undefined) {
    const { status } = main;
    const name = statusName(status);
    const code = status.kind === 'exited' ? `code=exited, status=${status.status}/${name}` : `code=killed, signal=${name.split('/')[1]}`;
    const failed = !(status.kind === 'exited' && status.status === 0);
    out += row('Process', `${main.pid} ExecStart=${file.get('Service', 'ExecStart')} ${paint(`(${code})`, failed ? RED : undefined)}`);
    out += row('Main PID', `${main.pid} (${code})`);
  } else if (main !== undefined) {
    const task = manager.machine.tasks.get(main.pid);
    out += row('Main PID', `${main.pid} (${task?.comm ?? ''})`);
    out += `${row('CGroup', `/system.slice/${service.name}`)}${' '.repeat(KEY_WIDTH + 2)}└─${main.pid} ${main.command}\n`;
  }
  return out + journalPart(manager, service, look);
}

function dotOf({ state, sub }: Service, paint: (text: string, colour?: string) => string): string {
  if (state === 'active') return paint('●', GREEN);
  if (state === 'failed') return paint('×', RED);
  return state === 'inactive' && sub === 'dead' ? '○' : '●';
}

function activeText(
  { machine }: ServiceManager,
  { state, sub, result, sinceMs }: Service,
  paint: (text: string, colour?: string) => string,
): string {
  const why = result === 'success' ? '' : ` (Result: ${result})`;
  const what =
    state === 'active'
      ? paint(`active (${sub})`, GREEN)
      : state === 'failed'
        ? `${paint('failed', RED)}${why}`
        : `${state} (${sub})${state === 'activating' ? why : ''}`;
  if (sinceMs === undefined) return what;
  return `${what} since ${strftime('%a %Y-%m-%d %H:%M:%S UTC', sinceMs)}; ${span(machine.wallClockMs - sinceMs)} ago`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** How long ago, in at most two units. */
function span(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.join(' ');
}

/** `1min 19.971s`. */
function preciseSpan(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes > 0 ? `${span(minutes * 60_000)} ` : ''}${(ms % 60_000) / 1_000}s`;
}

function journalPart({ journal, machine }: ServiceManager, { name }: Service, { columns, lines }: Look): string {
  const own = journal.entries.filter(({ unit }) => unit === name).slice(lines > 0 ? -lines : Number.POSITIVE_INFINITY);
  if (own.length === 0) return '';
  const whole = own.map((entry) => entryLine(entry, machine.hostname));
  const cut = whole.map((line) => (columns === undefined ? line : ellipsize(line, columns)));
  const hint = cut.some((line, i) => line !== whole[i]) ? 'Hint: Some lines were ellipsized, use -l to show in full.\n' : '';
  return `\n${cut.map((line) => `${line}\n`).join('')}${hint}`;
}

/** Cuts the message of a line out after nine tenths (ellipsize_mem). */
function ellipsize(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const head = /^.*?\[\d+\]: /.exec(line)?.[0] ?? '';
  const message = line.slice(head.length);
  const width = columns - head.length;
  if (width < 3) return line.slice(0, columns);
  const before = Math.floor(((width - 1) * 90 + 50) / 100);
  return `${head}${message.slice(0, before)}…${message.slice(message.length - (width - before - 1))}`;
}

export function machineStatus({ machine, bootMs, loaded }: ServiceManager): string {
  const failed = loaded.filter(({ state }) => state === 'failed').length;
  const since = `${strftime('%a %Y-%m-%d %H:%M:%S UTC', bootMs)}; ${span(machine.wallClockMs - bootMs)} ago`;
  return [
    `● ${machine.hostname}`,
    `    State: ${failed > 0 ? 'degraded' : 'running'}`,
    `    Units: ${loaded.length} loaded (incl. loaded aliases)`,
    '     Jobs: 0 queued',
    `   Failed: ${failed} units`,
    `    Since: ${since}`,
    '  systemd: 252.39-1~deb12u2',
    '',
  ].join('\n');
}
