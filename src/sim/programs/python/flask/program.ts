import type { NotRun } from '../language/parser.ts';
import type { PyError } from '../language/values.ts';

/** A program as it lies on the disk. */
export interface Program {
  /** As Python shows it: absolute. */
  readonly path: string;
  /** Its name without `.py`. */
  readonly module: string;
  readonly source: string;
}

/** What Flask's own functions add to a traceback. */
export const FRAMES = `  File "/usr/local/lib/python3.11/site-packages/flask/app.py", line 1511, in wsgi_app
    response = self.full_dispatch_request()
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/site-packages/flask/app.py", line 919, in full_dispatch_request
    rv = self.handle_user_exception(e)
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/site-packages/flask/app.py", line 917, in full_dispatch_request
    rv = self.dispatch_request()
         ^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/site-packages/flask/app.py", line 902, in dispatch_request
    return self.ensure_sync(self.view_functions[rule.endpoint])(**view_args)  # type: ignore[no-any-return]
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`;

/** A traceback, without the frames inside of libraries and without marks below the lines. */
export function traceback(program: Program, error: PyError, outer = ''): string {
  const lines = program.source.split('\n');
  const frames = [...error.trace]
    .reverse()
    .map(({ line, where }) => `  File "${program.path}", line ${line}, in ${where}\n    ${(lines[line - 1] ?? '').trim()}\n`);
  return `Traceback (most recent call last):\n${outer}${frames.join('')}${error.type.name}${error.message === '' ? '' : `: ${error.message}`}\n`;
}

/** What vethlab says of Python that it does not run. */
export function notRunText(program: Program, { what, line }: NotRun): string {
  const text = (program.source.split('\n')[line - 1] ?? '').trim();
  return `  File "${program.path}", line ${line}\n    ${text}\nvethlab: this machine runs small Flask applications only, not all of Python: it does not know ${what}\n`;
}
