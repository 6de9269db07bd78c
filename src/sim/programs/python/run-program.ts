import { text } from '../../base/bytes.ts';
import { ERRNO_NUMBER, strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { FlaskApplication, jsonText, ResponseThing, type RunOptions } from './flask/application.ts';
import { notRunText, type Program, traceback } from './flask/program.ts';
import { type RequestState, requestThing } from './flask/request.ts';
import { serveFlask } from './flask/server.ts';
import { builtins } from './language/builtins.ts';
import { Interpreter } from './language/evaluate.ts';
import { NotRun, parseProgram } from './language/parser.ts';
import { PythonSyntaxError } from './language/tokens.ts';
import { Dict, List, Native, PyError, Scope, Thing } from './language/values.ts';
import { moduleFinder } from './modules.ts';

/** A file to run; complains and ends where it cannot be read. */
export function* loadProgram(c: Command, name: string): Sys<Program> {
  const { p } = c;
  const data = p.machine.files.readFile(p, name);
  const path = name.startsWith('/') ? name : `${p.cwd === '/' ? '' : p.cwd}/${name}`;
  if (isError(data)) {
    yield* c.error(`${c.name}: can't open file '${path}': [Errno ${ERRNO_NUMBER[data.errno]}] ${strerror(data.errno)}\n`);
    throw new Exit(2);
  }
  return { path, module: path.replace(/.*\//, '').replace(/\.py$/, ''), source: text(data) };
}

/** Runs a program; with `served`, as `flask run` does: its application is served when it has been read. */
export function* runProgram(c: Command, program: Program, served?: RunOptions): Sys<number> {
  const { p } = c;
  const state: RequestState = { current: undefined };
  const apps: FlaskApplication[] = [];
  let interpreter: Interpreter;
  const make = Native.of('Flask', () => {
    const app = new FlaskApplication(
      (self, options) =>
        function* () {
          if (!served) throw new Exit(yield* serveFlask(p, program, interpreter, self, state, options));
          return null;
        },
    );
    apps.push(app);
    return app.thing;
  });
  const jsonify = Native.of('jsonify', (args, named) => {
    const value = args.length === 1 ? (args[0] ?? null) : args.length > 1 ? new List([...args]) : new Dict(named);
    const body = jsonText(value, apps[0]?.debug ?? false);
    return new ResponseThing({ status: 200, body, type: 'application/json', fields: [] });
  });
  const members = { Flask: make, request: requestThing(state), jsonify };
  const flask = new Thing('module', (name) => (members as Readonly<Record<string, Thing | Native>>)[name]);
  interpreter = new Interpreter(builtins(p), moduleFinder(p, flask));
  const scope = new Scope();
  if (served) scope.names.set('__name__', program.module);
  try {
    yield* interpreter.run(parseProgram(program.source), scope);
    if (!served) return 0;
    const app = apps[0];
    if (app) return yield* serveFlask(p, program, interpreter, app, state, served);
    yield* c.error(
      `Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Failed to find Flask application or factory in module '${program.module}'. Use '${program.module}:name' to specify one.\n`,
    );
    return 2;
  } catch (thrown) {
    if (thrown instanceof PyError) yield* c.error(traceback(program, thrown));
    else if (thrown instanceof NotRun) yield* c.error(notRunText(program, thrown));
    else if (thrown instanceof PythonSyntaxError) yield* c.error(syntaxErrorText(program, thrown));
    else throw thrown;
    return 1;
  }
}

/** The line without what it is indented by, and carets where it is known which part is wrong. */
function syntaxErrorText(program: Program, { type, message, line, span, field }: PythonSyntaxError): string {
  const text = field ?? program.source.split('\n')[line - 1] ?? '';
  const indent = text.length - text.trimStart().length;
  const carets = span ? `${' '.repeat(4 + Math.max(0, span.column - indent))}${'^'.repeat(span.width ?? 1)}\n` : '';
  return `  File "${program.path}", line ${line}\n    ${text.trimStart()}\n${carets}${type}: ${message}\n`;
}
