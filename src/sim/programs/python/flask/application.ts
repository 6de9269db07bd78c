// What of Flask a small application uses: https://flask.palletsprojects.com.

import type { HttpField } from '../../../wire/http.ts';
import { toJson } from '../language/json.ts';
import { Bytes, Dict, List, Native, type PyFunction, raise, str, Thing, Tuple, typeName, type Value } from '../language/values.ts';

export interface Route {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Names and converters of the <parts>, in order. */
  readonly parts: readonly { readonly name: string; readonly converter: string }[];
  readonly methods: readonly string[];
  readonly view: PyFunction;
}

export interface RunOptions {
  readonly host: string;
  readonly port: number;
  readonly debug: boolean;
}

/** What a view has made. */
export interface FlaskResponse {
  status: number;
  body: string;
  type: string;
  fields: HttpField[];
}

const CONVERTERS: Readonly<Record<string, string>> = { string: '([^/]+)', int: '(\\d+)', float: '(\\d+\\.\\d+)', path: '(.+)' };

/** `app = Flask(__name__)`. */
export class FlaskApplication {
  readonly routes: Route[] = [];
  readonly thing: Thing;
  /** Set by app.run(): what to serve on. */
  run: RunOptions | undefined;
  debug = false;

  constructor(serve: (app: FlaskApplication, options: RunOptions) => Native['call']) {
    const run = new Native('run', (args, named) => {
      const options: RunOptions = {
        host: str(args[0] ?? named.get('host') ?? '127.0.0.1'),
        port: Number(str(args[1] ?? named.get('port') ?? 5000)),
        debug: (args[2] ?? named.get('debug') ?? false) === true,
      };
      return serve(this, options)(args, named);
    });
    const config = new Dict();
    this.thing = new Thing('Flask', (name) => {
      if (name === 'route') return Native.of('route', (args, named) => this.#decorator(args, named));
      if (/^(get|post|put|delete|patch)$/.test(name)) {
        return Native.of(name, (args) => this.#decorator(args, new Map([['methods', new List([name.toUpperCase()])]])));
      }
      return { run, config, name: 'app' }[name];
    });
  }

  #decorator(args: readonly Value[], named: ReadonlyMap<string, Value>): Native {
    const rule = str(args[0] ?? '');
    const given = named.get('methods');
    const methods = given instanceof List || given instanceof Tuple ? given.items.map((item) => str(item).toUpperCase()) : ['GET'];
    return Native.of('decorator', ([view = null]) => {
      const parts: Route['parts'][number][] = [];
      const source = rule
        .replace(/[.+*?^${}()|[\]\\]/g, '\\$&')
        .replace(/<(?:(\w+):)?(\w+)>/g, (_, converter: string | undefined, name: string) => {
          parts.push({ name, converter: converter ?? 'string' });
          return CONVERTERS[converter ?? 'string'] ?? raise('LookupError', `the converter '${converter}' does not exist`);
        });
      this.routes.push({ rule, pattern: new RegExp(`^${source}$`), parts, methods, view: view as PyFunction });
      return view;
    });
  }
}

/** The route of a request; where only the method is wrong, the methods that are right. */
export function findRoute(
  app: FlaskApplication,
  method: string,
  path: string,
): { readonly route: Route; readonly named: Map<string, Value> } | string[] {
  const allowed = new Set<string>();
  for (const route of app.routes) {
    const match = route.pattern.exec(path);
    if (!match) continue;
    const methods = [...route.methods, ...(route.methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
    for (const each of methods) allowed.add(each);
    if (!methods.includes(method) || (method === 'OPTIONS' && !route.methods.includes(method))) continue;
    const named = new Map<string, Value>();
    for (const [i, { name, converter }] of route.parts.entries())
      named.set(name, converter === 'int' ? Number(match[i + 1]) : (match[i + 1] as string));
    return { route, named };
  }
  return [...allowed].sort();
}

/** make_response: text, a dictionary or list as JSON, a tuple with a status and fields. */
export function makeResponse(value: Value, view: string, debug: boolean): FlaskResponse {
  const parts = value instanceof Tuple ? value.items : [value];
  const [body = null, second, third] = parts;
  const status = typeof second === 'number' ? second : 200;
  const headers = second instanceof Dict ? second : third;
  const fields = headers instanceof Dict ? [...headers.entries].map(([name, item]) => ({ name: String(name), value: str(item) })) : [];
  if (body instanceof ResponseThing) {
    const { response } = body;
    return { ...response, status: typeof second === 'number' ? second : response.status, fields: [...response.fields, ...fields] };
  }
  const html = { status, type: 'text/html; charset=utf-8', fields };
  if (typeof body === 'string') return { ...html, body };
  if (body instanceof Bytes) return { ...html, body: body.text };
  if (body instanceof Dict || body instanceof List) return { ...html, type: 'application/json', body: jsonText(body, debug) };
  if (body === null) {
    return raise(
      'TypeError',
      `The view function for '${view}' did not return a valid response. The function either returned None or ended without a return statement.`,
    );
  }
  return raise(
    'TypeError',
    `The view function did not return a valid response. The return type must be a string, dict, list, tuple with headers or status, Response instance, or WSGI callable, but it was a ${typeName(body)}.`,
  );
}

/** What jsonify gives. */
export class ResponseThing extends Thing {
  readonly response: FlaskResponse;
  constructor(response: FlaskResponse) {
    super('Response', (name) => ({ status_code: response.status })[name]);
    this.response = response;
  }
}

export function jsonText(value: Value, debug: boolean): string {
  return `${toJson(value, debug ? { indent: 2, sorted: true } : { compact: true, sorted: true })}\n`;
}
