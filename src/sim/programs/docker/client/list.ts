import type { Sys } from '../../../machine/process.ts';
import { formatList, listRow } from '../template/list.ts';
import { TemplateError } from '../template/template-error.ts';
import { type GoMethod, type GoValue, goString, STRING } from '../template/value.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';

/** A row of a listing: what each field of a template stands for. */
export type Row = Readonly<Record<string, string>>;

/** A row of things that have labels, which a template may ask for one by one: `{{.Label "role"}}`. */
export interface LabelledRow {
  readonly columns: Row;
  readonly labels: ReadonlyMap<string, string>;
}

/** What a listing's format may be called instead of written out (formatter's TableFormatKey and RawFormatKey), with and without --quiet. */
export interface NamedFormats {
  readonly table: string;
  readonly raw: string;
  /** The column that --quiet shows, as a template. */
  readonly quiet: string;
  readonly quietRaw: string;
}

/** The format that --format and --quiet ask for; a table where neither does. */
export function listFormat(flags: Flags, { table, raw, quiet, quietRaw }: NamedFormats): string {
  const given = flags.string('format');
  if (given === '' || given === 'table') return flags.bool('quiet') ? quiet : table;
  if (given === 'raw') return flags.bool('quiet') ? quietRaw : raw;
  return given;
}

/** Prints a listing as its format says (docker/cli's formatter). `typeName` is what the client calls a row in its errors. */
export function* printList(
  client: Client,
  format: string,
  headers: Row,
  rows: readonly Row[] | readonly LabelledRow[],
  typeName = 'formatter.Context',
): Sys<void> {
  const text = formatList(
    format,
    headers,
    rows.map((row) => templateRow(row, typeName)),
  );
  if (text instanceof TemplateError) throw new ClientError(text.message);
  yield* client.c.print(text);
}

/** A row as a template sees it. */
export function templateRow(row: Row | LabelledRow, typeName: string): GoValue {
  if (!isLabelled(row)) return listRow(typeName, row);
  const { columns, labels } = row;
  const Label: GoMethod = { parameters: [STRING], call: (_, [name]) => goString(labels.get(String(name?.data)) ?? '') };
  return listRow(typeName, columns, { Label });
}

const isLabelled = (row: Row | LabelledRow): row is LabelledRow => typeof row.columns === 'object';

const MINUTE = 60;
const HOUR = 3600;

/** How long something takes or has taken, as docker says it (go-units HumanDuration). */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < MINUTE) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / HOUR);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  const days = Math.floor(hours / 24);
  if (days < 14) return `${days} days`;
  if (days < 60) return `${Math.floor(days / 7)} weeks`;
  if (days < 730) return `${Math.floor(days / 30)} months`;
  return `${Math.floor(seconds / HOUR / 24 / 365)} years`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes with three significant digits (go-units HumanSizeWithPrecision). */
export function humanSize(bytes: number, digits = 3): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(digits))}${UNITS[unit]}`;
}

/** Cut to a length, with … for what is missing. */
export const ellipsis = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** Bytes with four significant digits and units of 1024 (units.BytesSize). */
export function binarySize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit]}`;
}
