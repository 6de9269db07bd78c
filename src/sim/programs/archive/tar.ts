import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import { gzip, isGzip } from '../../wire/gzip.ts';
import { membersEnd, readTar } from '../../wire/tar.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { linesOf, readText } from '../lib/input.ts';
import { GZIP_FAULTS, unpackByWindows } from './gzip-faults.ts';
import { Listing } from './listing.ts';
import { escapedName, matcher, stripped } from './member-names.ts';
import { TarWriter } from './tar-create.ts';
import { TarExtractor } from './tar-extract.ts';
import { type TarOptions, tarOptions } from './tar-options.ts';

/** Exit status where something went wrong. */
const FAILURE = 2;

/** GNU tar 1.34. */
export const tar = command('tar', function* (c) {
  const o = yield* tarOptions(c, function* (name) {
    return linesOf((yield* readText(c, name)) ?? (yield* fatal(c)));
  });
  const status = o.mode === 'x' || o.mode === 't' ? yield* read(c, o) : yield* create(c, o);
  if (status !== 0) yield* c.complain('Exiting with failure status due to previous errors');
  return status;
});

function* fatal(c: Command, message?: string): Sys<never> {
  if (message !== undefined) yield* c.complain(message);
  return yield* c.die(FAILURE, 'Error is not recoverable: exiting now');
}

/** A compressor that is a program of its own, which this machine has not. */
function* noSuchCompressor(c: Command, program: string): Sys<never> {
  yield* c.error(`${c.name} (child): ${program}: Cannot exec: No such file or directory\n`);
  yield* c.error(`${c.name} (child): Error is not recoverable: exiting now\n`);
  return yield* fatal(c, `Child returned status ${FAILURE}`);
}

function* create(c: Command, o: TarOptions): Sys<number> {
  const { p } = c;
  const toOutput = o.archive === '-';
  if (toOutput && c.interactive) yield* fatal(c, 'Refusing to write archive contents to terminal (missing -f option?)');
  if (o.otherCompressor !== undefined) yield* noSuchCompressor(c, o.otherCompressor);
  for (const { directory } of o.names) yield* enter(c, directory);
  const isNew = o.mode === 'c';
  const fd = toOutput ? 1 : p.open(o.archive, { write: true, read: !isNew, create: true, truncate: isNew }, 0o666);
  if (isError(fd)) return yield* fatal(c, `${o.archive}: Cannot open: ${reason(fd)}`);
  const old = isNew || toOutput ? new Uint8Array(0) : yield* p.readAll(fd);
  if (isError(old)) return yield* fatal(c, `${o.archive}: Cannot read: ${reason(old)}`);
  const known = new Map<string, number>();
  for (const part of o.mode === 'u' ? readTar(old) : []) {
    if (part.kind === 'member') known.set(part.member.name.replace(/(?<=.)\/+$/, ''), part.member.mtimeMs);
  }
  const archive: FileStat | undefined = p.file(fd)?.stat();
  const say = (line: string): Sys<void> => (toOutput ? c.error(`${line}\n`) : c.print(`${line}\n`));
  const writer = new TarWriter(c, o, { archive: archive?.kind === 'file' ? archive : undefined, say, known });
  for (const name of o.names) yield* writer.add(name);
  const end = membersEnd(old);
  const data = writer.finish(end);
  p.file(fd)?.seek?.(end, 'set');
  yield* c.flush();
  const written = yield* p.write(fd, o.gzip ? gzip(data) : data);
  if (isError(written)) yield* fatal(c, `${o.archive}: Cannot write: ${reason(written)}`);
  if (!toOutput) p.close(fd);
  return writer.failed || o.misplaced ? FAILURE : 0;
}

function* enter(c: Command, directory: string): Sys<void> {
  if (directory === '') return;
  const stat = c.p.machine.files.stat(c.p, directory);
  const why = isError(stat) ? reason(stat) : stat.kind === 'directory' ? undefined : 'Not a directory';
  if (why !== undefined) yield* fatal(c, `${directory}: Cannot open: ${why}`);
}

/** The archive's bytes, unpacked; and whether what unpacked them failed at their end. */
function* archiveData(c: Command, o: TarOptions): Sys<{ readonly data: Uint8Array; readonly fault: string | undefined }> {
  const { p } = c;
  const fromInput = o.archive === '-';
  if (fromInput && p.terminal(0) !== undefined) yield* fatal(c, 'Refusing to read archive contents from terminal (missing -f option?)');
  const fd = fromInput ? 0 : p.open(o.archive, { read: true });
  const data = isError(fd) ? fd : yield* p.readAll(fd);
  if (isError(fd) || isError(data)) {
    const error = isError(fd) ? fd : (data as Exclude<typeof data, Uint8Array>);
    return yield* fatal(c, `${o.archive}: Cannot ${isError(fd) ? 'open' : 'read'}: ${reason(error)}`);
  }
  if (!fromInput) p.close(fd);
  if (o.otherCompressor !== undefined) yield* noSuchCompressor(c, o.otherCompressor);
  const other = compressorOf(data);
  if (!o.gzip && (isGzip(data) || other !== undefined)) {
    const option = isGzip(data) ? '-z' : other === 'bzip2' ? '-j' : '-J';
    if (fromInput) yield* fatal(c, `Archive is compressed. Use ${option} option`);
    if (other !== undefined) yield* noSuchCompressor(c, other);
  }
  if (!o.gzip && !isGzip(data)) return { data, fault: undefined };
  const unpacked = unpackByWindows(data);
  return { data: unpacked.data, fault: unpacked.fault === undefined ? undefined : GZIP_FAULTS[unpacked.fault] };
}

/** What packed data, by its first bytes; gzip apart. */
function compressorOf(data: Uint8Array): 'bzip2' | 'xz' | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => data[i] === byte);
  if (starts(0x42, 0x5a, 0x68)) return 'bzip2';
  return starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0) ? 'xz' : undefined;
}

function* read(c: Command, o: TarOptions): Sys<number> {
  const { data, fault } = yield* archiveData(c, o);
  yield* enter(c, o.directory);
  const wanted = o.names.map(({ name }) => ({
    ...{ name, found: false },
    matches: matcher(name, { wildcards: o.wildcards ?? false, anywhere: false }),
  }));
  const excluded = o.excludes.map((pattern) => matcher(pattern, { wildcards: o.wildcards ?? true, anywhere: true }));
  const listing = new Listing(o.numericOwner);
  const extractor = new TarExtractor(c, o);
  const say = (line: string): Sys<void> => (o.toStdout ? c.error(`${line}\n`) : c.print(`${line}\n`));
  let failed = false;
  let cutOff = false;
  for (const part of readTar(data)) {
    if (part.kind === 'garbage') {
      if (fault !== undefined && data.length === 0) break;
      if (part.atStart) yield* c.complain('This does not look like a tar archive');
      if (part.whole) yield* c.complain('Skipping to next header');
      failed = true;
      continue;
    }
    const { member } = part;
    const chosen = wanted.filter(({ matches }) => matches(member.name));
    for (const each of chosen) each.found = true;
    cutOff = part.kind === 'cut off';
    if ((o.named && chosen.length === 0) || excluded.some((matches) => matches(member.name))) continue;
    const name = stripped(member.name, o.strip);
    if (name === undefined) continue;
    const safe = yield* extractor.safe(name);
    const long = o.verbose > (o.mode === 't' ? 0 : 1);
    if (o.verbose > 0 || o.mode === 't') yield* say(long ? listing.line(member) : escapedName(member.name));
    if (o.mode === 't') continue;
    if (o.toStdout) yield* member.kind === 'file' ? c.bytes(member.data) : [];
    else yield* extractor.extract(member, safe);
    if (cutOff) yield* c.complain('Unexpected EOF in archive');
  }
  yield* extractor.finish();
  if (cutOff && fault === undefined) yield* fatal(c, 'Unexpected EOF in archive');
  if (fault !== undefined) {
    yield* c.error(`\ngzip: stdin: ${fault}\n`);
    yield* fatal(c, `Child returned status ${fault.startsWith('decompression OK') ? 2 : 1}`);
  }
  return (yield* missing(c, o, wanted)) || failed || extractor.failed ? FAILURE : 0;
}

/** Complains about names that no member has. */
function* missing(c: Command, o: TarOptions, wanted: readonly { readonly name: string; readonly found: boolean }[]): Sys<boolean> {
  let any = false;
  for (const { name, found } of wanted) {
    if (found) continue;
    if (!any && o.wildcards === undefined && wanted.some((each) => /[*?[\\]/.test(each.name))) {
      yield* c.complain('Pattern matching characters used in file names');
      yield* c.complain('Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning');
    }
    any = true;
    yield* c.complain(`${escapedName(name)}: Not found in archive`);
  }
  return any;
}
