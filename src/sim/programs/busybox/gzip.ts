import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { gzip, type Unpacked } from '../../wire/gzip.ts';
import { unpackByWindows } from '../archive/gzip-faults.ts';
import { type Command, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { showUsage } from './usage.ts';

/** BusyBox's gzip: no name is stored, and of a file's attributes the mode alone is kept. */
export function* busyboxGzip(c: Command, name: string, args: readonly string[]): Sys<number> {
  return yield* filter(c, name, args, false);
}

/** gunzip and zcat. */
export function* busyboxGunzip(c: Command, name: string, args: readonly string[]): Sys<number> {
  return yield* filter(c, name, args, true);
}

function* filter(c: Command, name: string, args: readonly string[], unpacks: boolean): Sys<number> {
  const short = unpacks ? 'cfktqnv' : 'cfkdtqnv123456789';
  const parsed = getopt(args, { short });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const level = Number(parsed.options.findLast(({ flag }) => /^\d$/.test(flag))?.flag ?? 6);
  const how = {
    ...{ unpack: unpacks || has('d') || has('t'), test: has('t'), force: has('f'), level },
    ...{ toStdout: name === 'zcat' || has('c') || has('t'), keep: has('k') },
  };
  let status = 0;
  for (const operand of parsed.operands.length === 0 ? ['-'] : parsed.operands) {
    const message = yield* one(c, name, operand, how);
    if (message === undefined) continue;
    yield* c.complain(message);
    // What is wrong behind the data is told of, and that is all (unpack_gz_stream).
    if (!TRAILER_FAULTS.has(message)) status = 1;
  }
  return status;
}

const TRAILER_FAULTS: ReadonlySet<string> = new Set(['corrupted data', 'crc error', 'incorrect length']);

interface How {
  readonly unpack: boolean;
  readonly test: boolean;
  readonly force: boolean;
  readonly toStdout: boolean;
  readonly keep: boolean;
  readonly level: number;
}

/** One file (bbunpack); what is wrong with it, if anything. */
function* one(c: Command, name: string, operand: string, how: How): Sys<string | undefined> {
  const { p } = c;
  const { files } = p.machine;
  const stream = operand === '-';
  const stat = stream ? undefined : files.stat(p, operand);
  const data = stream ? yield* p.readAll(0) : files.readFile(p, operand);
  if (isError(stat)) return `${operand}: ${reason(stat)}`;
  if (isError(data)) return `${operand}: ${reason(data)}`;
  const toStdout = how.toStdout || stream;
  const target = how.unpack ? unpackedName(operand) : `${operand}.gz`;
  if (!toStdout) {
    if (target === undefined) return `${operand}: unknown suffix - ignored`;
    if (!how.force && !isError(files.stat(p, target, { noFollow: true }))) return `can't open '${target}': File exists`;
  }
  const unpacked = how.unpack ? unpackByWindows(data) : undefined;
  const result = unpacked?.data ?? gzip(data, { level: how.level });
  const fault = unpacked === undefined ? undefined : faultOf(unpacked, name);
  if (toStdout) {
    if (!how.test) yield* c.bytes(result);
  } else if (fault === undefined && target !== undefined) {
    files.unlink(p, target);
    const error = files.writeFile(p, target, result, { mode: 0o600 });
    if (isError(error)) return `can't open '${target}': ${reason(error)}`;
    files.chmod(p, target, stat?.mode ?? 0o600);
    if (!how.keep) files.unlink(p, operand);
  }
  return fault;
}

function unpackedName(name: string): string | undefined {
  if (name.endsWith('.gz')) return name.slice(0, -3);
  return name.endsWith('.tgz') ? `${name.slice(0, -3)}tar` : undefined;
}

function faultOf({ data, fault, unfinished }: Unpacked, name: string): string | undefined {
  switch (fault) {
    case undefined:
    case 'trailing garbage':
      return undefined;
    case 'not gzip':
      return name === 'zcat' ? 'no gzip/bzip2/xz magic' : 'invalid magic';
    case 'unexpected end':
      if (unfinished > 0) return 'unexpected end of file';
      return data.length > 0 ? 'corrupted data' : 'short read';
    case 'checksum':
      return 'crc error';
    case 'length':
      return 'incorrect length';
    default:
      return 'corrupted data';
  }
}
