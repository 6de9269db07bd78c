import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { Downloader } from './download.ts';
import { Log } from './log.ts';
import { parseOptions, type WgetOptions } from './options.ts';
import { rateText, roughSize, secondsText } from './progress.ts';

/** GNU Wget 1.21.3, for http:// and single documents. */
export const wget = command('wget', function* (c) {
  const options = yield* parseOptions(c);
  c.p.ignoreSignal('SIGPIPE');
  if (!options.background) return yield* retrieve(c, options, c.p);
  const child = c.p.fork((self) => inBackground(c, options, self));
  if (isError(child)) return 1;
  c.out(`Continuing in background, pid ${child.pidSeenBy(c.p)}.\n`);
  if (options.logFile) c.out(`Output will be written to ‘${options.logFile.path}’.\n`);
  return 0;
});

function* inBackground(c: Command, options: WgetOptions, p: Process): Sys<number> {
  p.setsid();
  return yield* retrieve(Object.assign(Object.create(Object.getPrototypeOf(c) as object) as Command, c, { p }), options, p);
}

function* retrieve(c: Command, options: WgetOptions, p: Process): Sys<number> {
  const log = yield* openLog(c, options, p);
  if (log === undefined) return 1;
  const startNs = p.nowNs;
  const downloader = new Downloader(c, options, log);
  if (!(yield* downloader.openOutput())) return options.noClobber ? 0 : 1;
  let status = 0;
  for (const url of options.urls) {
    const result = yield* downloader.fetch(url);
    if (result !== 0 && (status === 0 || result < status)) status = result;
  }
  const { files, bytes, seconds } = downloader.totals;
  if (options.urls.length > 1 && files > 0) {
    const iso = new Date(p.wallClockMs).toISOString();
    yield* log.notQuiet(
      `FINISHED --${iso.slice(0, 10)} ${iso.slice(11, 19)}--\nTotal wall clock time: ${secondsText((p.nowNs - startNs) / NS_PER_S)}\n` +
        `Downloaded: ${files} files, ${bytes < 1024 ? bytes : roughSize(bytes)} in ${secondsText(seconds)} (${rateText(bytes, seconds)})\n`,
    );
  }
  return status;
}

function* openLog(c: Command, options: WgetOptions, p: Process): Sys<Log | undefined> {
  if (options.logFile === undefined) return new Log(p, 2, options.verbosity);
  const { path, append } = options.logFile;
  const fd = p.open(path, { write: true, create: true, truncate: !append, append });
  if (!isError(fd)) return new Log(p, fd, options.verbosity);
  yield* c.error(`${path}: ${reason(fd)}\n`);
  return undefined;
}
