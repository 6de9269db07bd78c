import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type HttpField, type HttpLines, type HttpResponse, lineText, parseField, parseStatusLine } from '../../wire/http.ts';
import { reason } from '../lib/command.ts';
import { poll } from '../net-lib/stream-file.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';

const READ_SIZE = 16_384;
const TIMED_OUT = fail('ETIMEDOUT');

/** The status line and the fields of an answer; `retry` if there was none, which is said. */
export function* readHead(p: Process, options: WgetOptions, log: Log, fd: number, lines: HttpLines): Sys<HttpResponse | 'retry'> {
  let response: HttpResponse | undefined;
  const fields: HttpField[] = [];
  const shown: string[] = [];
  for (;;) {
    const line = yield* readLine(p, options, fd, lines);
    if (line === undefined) {
      yield* log.notQuiet(shown.length === 0 ? 'No data received.\n' : 'Read error (Success) in headers.\n');
      return 'retry';
    }
    if (isError(line)) {
      yield* log.notQuiet(`Read error (${reason(line)}) in headers.\n`);
      return 'retry';
    }
    if (response === undefined) {
      const status = parseStatusLine(line);
      if (!status) {
        yield* log.notQuiet('200 No headers, assuming HTTP/0.9\n');
        return { version: '0.9', status: 200, reason: '', fields };
      }
      response = { ...status, fields };
    } else if (line === '') {
      if (response.status === 100) {
        response = undefined;
        continue;
      }
      if (options.serverResponse)
        yield* log.always(`${options.verbosity === 'full' ? '\n' : ''}${shown.map((text) => `  ${text}\n`).join('')}`);
      else yield* log.verbose(`${response.status} ${response.reason === '' ? '(no description)' : response.reason}\n`);
      return response;
    } else {
      const field = parseField(line);
      if (field) fields.push(field);
    }
    shown.push(line);
  }
}

function* readLine(p: Process, options: WgetOptions, fd: number, lines: HttpLines): Sys<string | undefined | KernelError> {
  for (;;) {
    const line = lines.next();
    if (line) return lineText(line);
    const data = yield* readSome(p, options, fd);
    if (isError(data)) return data;
    if (data.length === 0) return undefined;
    lines.push(data);
  }
}

/** What has come by now, none at its end; ETIMEDOUT when nothing comes for as long as --read-timeout allows. */
export function* readSome(p: Process, { readTimeout }: WgetOptions, fd: number): Sys<Uint8Array | KernelError> {
  const until = readTimeout === undefined || readTimeout === 0 ? undefined : p.nowNs + readTimeout * NS_PER_S;
  const ready = yield* poll(p, [{ fd, read: true }], until);
  if (ready.length === 0) return TIMED_OUT;
  return yield* p.read(fd, READ_SIZE);
}
