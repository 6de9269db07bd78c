import { ERRNO_NUMBER, strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { openServer, serveForever } from './base-http-server.ts';
import { flask, runFlask } from './flask-command.ts';
import { loadProgram, runProgram } from './run-program.ts';
import { simpleHandler } from './simple-http.ts';

const USAGE = 'usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\n';
const HELP = `${USAGE}
positional arguments:
  port                  bind to this port (default: 8000)

options:
  -h, --help            show this help message and exit
  --cgi                 run as CGI server
  -b ADDRESS, --bind ADDRESS
                        bind to this address (default: all interfaces)
  -d DIRECTORY, --directory DIRECTORY
                        serve this directory (default: current directory)
  -p VERSION, --protocol VERSION
                        conform to this HTTP version (default: HTTP/1.0)
`;

/** What labs have of Python: `python3 -m http.server`, `python3 -m flask run` and small Flask applications. */
function* python(c: Command): Sys<number> {
  const [first, module, ...rest] = c.args;
  if (first === '--version' || first === '-V') {
    c.out('Python 3.11.2\n');
    return 0;
  }
  if (first === '-m' && module === 'http.server') return yield* httpServer(c, rest);
  if (first === '-m' && module === 'flask') return yield* runFlask(c, rest);
  if (first === '-m' && module !== undefined) {
    yield* c.error(`/usr/bin/python3: No module named ${module}\n`);
    return 1;
  }
  // Output is not held back anyway.
  const [file] = c.args.filter((word) => word !== '-u' && word !== '-B');
  if (file !== undefined && !file.startsWith('-')) return yield* runProgram(c, yield* loadProgram(c, file));
  yield* c.error(
    "python3: vethlab has no Python interpreter; of Python it has 'python3 -m http.server [PORT] [--bind ADDRESS] [--directory DIRECTORY]' and small Flask applications, 'python3 FILE'\n",
  );
  return 1;
}

export const PYTHON_PROGRAMS = [command('python3', python), command('python', python), flask];

interface ServerArguments {
  readonly port: number;
  readonly bind: string | undefined;
  readonly directory: string;
}

function* httpServer(c: Command, args: readonly string[]): Sys<number> {
  const { p } = c;
  const { port, bind, directory } = yield* parseArguments(c, args);
  let address: SockAddr = { family: 'inet', address: 0, port };
  if (bind !== undefined) {
    const found = yield* getaddrinfo(p, bind);
    if (found instanceof LookupError) {
      yield* c.error(`${TRACEBACK_TO_LOOKUP}socket.gaierror: [Errno -2] ${found.text}\n`);
      return 1;
    }
    address = socketAddress(found.addresses[0] as HostAddress, port);
  }
  const listener = openServer(p, address);
  if (isError(listener)) {
    yield* c.error(TRACEBACK_TO_BIND + osError(listener));
    return 1;
  }
  const host = numericHost(p.netns, address);
  const shown = host.includes(':') ? `[${host}]` : host;
  c.out(`Serving HTTP on ${host} port ${port} (http://${shown}:${port}/) ...\n`);
  if (c.interactive) yield* c.flush();
  p.catchSignal('SIGINT');
  try {
    return yield* serveForever(p, listener, simpleHandler(directory));
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    c.out('\nKeyboard interrupt received, exiting.\n');
    return 0;
  }
}

function* parseArguments(c: Command, args: readonly string[]): Sys<ServerArguments> {
  let port = 8000;
  let ports = 0;
  let bind: string | undefined;
  let directory = c.p.cwd;
  const usage = function* (message: string): Sys<never> {
    yield* c.error(`${USAGE}server.py: error: ${message}\n`);
    throw new Exit(2);
  };
  const extra: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [word = '', attached] = /^--[a-z]+=/.test(args[i] as string) ? (args[i] as string).split(/=(.*)/s) : [args[i] as string];
    const value = function* (names: string): Sys<string> {
      return attached ?? args[++i] ?? (yield* usage(`argument ${names}: expected one argument`));
    };
    if (word === '-h' || word === '--help') {
      c.out(HELP);
      throw new Exit(0);
    }
    if (word === '-b' || word === '--bind') bind = yield* value('-b/--bind');
    else if (word === '-d' || word === '--directory') directory = yield* value('-d/--directory');
    else if (word === '-p' || word === '--protocol') yield* value('-p/--protocol');
    else if (word === '--cgi') continue;
    else if (word.startsWith('-') || ports === 1) extra.push(word);
    else {
      if (!/^\d+$/.test(word)) yield* usage(`argument port: invalid int value: '${word}'`);
      port = Number(word);
      ports = 1;
    }
  }
  if (extra.length > 0) yield* usage(`unrecognized arguments: ${extra.join(' ')}`);
  const resolved = c.p.machine.files.resolve(c.p, directory);
  return { port, bind, directory: isError(resolved) ? directory : resolved };
}

function osError(error: KernelError): string {
  return `OSError: [Errno ${ERRNO_NUMBER[error.errno]}] ${strerror(error.errno)}\n`;
}

const TRACEBACK = `Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "<frozen runpy>", line 88, in _run_code
  File "/usr/lib/python3.11/http/server.py", line 1309, in <module>
    test(
`;

const TRACEBACK_TO_LOOKUP = `${TRACEBACK}  File "/usr/lib/python3.11/http/server.py", line 1253, in test
    ServerClass.address_family, addr = _get_best_family(bind, port)
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`;

const TRACEBACK_TO_BIND = `${TRACEBACK}  File "/usr/lib/python3.11/http/server.py", line 1256, in test
    with ServerClass(addr, HandlerClass) as httpd:
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/socketserver.py", line 456, in __init__
    self.server_bind()
  File "/usr/lib/python3.11/http/server.py", line 1303, in server_bind
    return super().server_bind()
           ^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/http/server.py", line 136, in server_bind
    socketserver.TCPServer.server_bind(self)
  File "/usr/lib/python3.11/socketserver.py", line 472, in server_bind
    self.socket.bind(self.server_address)
`;
