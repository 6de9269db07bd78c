import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { loadProgram, runProgram } from './run-program.ts';

const NO_APPLICATION =
  "Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not locate a Flask application. Use the 'flask --app' option, 'FLASK_APP' environment variable, or a 'wsgi.py' or 'app.py' file in the current directory.\n";

/** `flask [--app APP] [--debug] run [--host HOST] [--port PORT] [--debug]`. */
export const flask = command('flask', (c) => runFlask(c, c.args));

/** The same with other arguments, as `python3 -m flask` has it. */
export function* runFlask(c: Command, args: readonly string[]): Sys<number> {
  let app = c.environment.get('FLASK_APP');
  let host = c.environment.get('FLASK_RUN_HOST') ?? '127.0.0.1';
  let port = c.environment.get('FLASK_RUN_PORT') ?? '5000';
  let debug = /^(1|true)$/i.test(c.environment.get('FLASK_DEBUG') ?? '');
  let runs = false;
  for (let i = 0; i < args.length; i++) {
    const [word = '', attached] = (args[i] as string).split(/=(.*)/s);
    const value = (): string => attached ?? args[++i] ?? '';
    if (word === 'run') runs = true;
    else if (word === '--app' || word === '-A') app = value();
    else if (word === '--host' || word === '-h') host = value();
    else if (word === '--port' || word === '-p') port = value();
    else if (word === '--debug') debug = true;
    else if (word === '--version') {
      c.out('Python 3.11.2\nFlask 3.1.3\nWerkzeug 3.1.9\n');
      return 0;
    } else if (!/^--(no-debug|no-reload|reload|with-threads|without-threads)$/.test(word)) {
      yield* c.error(`Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: No such option: ${word}\n`);
      return 2;
    }
  }
  if (!runs) {
    yield* c.error('Usage: flask [OPTIONS] COMMAND [ARGS]...\n');
    return 2;
  }
  const { files } = c.p.machine;
  const named = app?.replace(/:.*/, '').replace(/(\.py)?$/, '.py');
  const file = named ?? ['wsgi.py', 'app.py'].find((name) => !isError(files.stat(c.p, name)));
  if (file === undefined || isError(files.stat(c.p, file))) {
    yield* c.error(
      file === undefined
        ? NO_APPLICATION
        : `Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not import '${app}'.\n`,
    );
    return 2;
  }
  return yield* runProgram(c, yield* loadProgram(c, file), { host, port: Number(port), debug });
}
