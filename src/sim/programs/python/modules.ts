import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process } from '../../machine/process.ts';
import { strftime } from '../lib/date-text.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { SITE_PACKAGES } from '../packages/pip.ts';
import { fromJson, toJson } from './language/json.ts';
import { NotRun } from './language/parser.ts';
import { Dict, Float, Native, raise, str, Thing, type Value } from './language/values.ts';
import { redisModule } from './redis-module.ts';
import { STANDARD_LIBRARY } from './standard-library.ts';

function module(members: Readonly<Record<string, Value>>): Thing {
  return new Thing('module', (name) => members[name]);
}

/** Modules that Debian has in a place of its own. */
const FROM_DEBIAN = ['flask', 'redis'];

/** Whether Python itself would not find a module: an image of Python's has what pip has put into its place, a Debian a few besides. */
function isMissing(p: Process, name: string): boolean {
  const { files } = p.machine;
  const [top = ''] = name.split('.');
  if (STANDARD_LIBRARY.has(top)) return false;
  if (isError(files.stat(p, SITE_PACKAGES))) return !FROM_DEBIAN.includes(top);
  return isError(files.stat(p, `${SITE_PACKAGES}/${top}`));
}

/** The modules that a program may import; `flask` is the application's own. */
export function moduleFinder(p: Process, flask: Thing): (name: string, line: number) => Thing {
  const made = new Map<string, Thing>();
  return (name, line) => {
    if (isMissing(p, name)) return raise('ModuleNotFoundError', `No module named '${name.split('.')[0]}'`);
    const found = made.get(name) ?? (name === 'flask' ? flask : MODULES[name]?.(p));
    if (found === undefined) throw new NotRun(`the module '${name}'`, line);
    made.set(name, found);
    return found;
  };
}

const MODULES: Readonly<Record<string, (p: Process) => Thing>> = {
  redis: redisModule,
  'redis.exceptions': (p) => redisModule(p).attribute('exceptions') as Thing,
  os: (p) => {
    const environ = new Dict(p.env);
    return module({
      environ,
      getenv: Native.of('getenv', ([name = '', fallback = null]) => environ.entries.get(str(name)) ?? fallback),
      getpid: Native.of('getpid', () => p.pid),
    });
  },
  socket: (p) =>
    module({
      gethostname: Native.of('gethostname', () => p.namespaces.uts.hostname),
      gethostbyname: new Native('gethostbyname', function* ([name = '']) {
        const found = yield* getaddrinfo(p, str(name), 'inet');
        if (found instanceof LookupError) return raise('socket.gaierror', `[Errno -2] ${found.text}`);
        const [address] = found.addresses;
        return address ? numericHost(p.netns, address) : null;
      }),
    }),
  time: (p) =>
    module({
      time: Native.of('time', () => new Float(p.wallClockMs / 1000)),
      strftime: Native.of('strftime', ([format = '']) => strftime(str(format), p.wallClockMs)),
      sleep: new Native('sleep', function* ([seconds = 0]) {
        yield* p.sleep((seconds instanceof Float ? seconds.value : Number(seconds)) * NS_PER_S);
        return null;
      }),
    }),
  json: () =>
    module({
      dumps: Native.of('dumps', ([value = null], named) => {
        const indent = named.get('indent');
        return toJson(value, { sorted: named.get('sort_keys') === true, ...(typeof indent === 'number' ? { indent } : {}) });
      }),
      loads: Native.of('loads', ([text = '']) => {
        try {
          return fromJson(JSON.parse(str(text)));
        } catch {
          return raise('ValueError', 'Expecting value: line 1 column 1 (char 0)');
        }
      }),
    }),
};
