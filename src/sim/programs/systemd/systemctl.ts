import type { Sys } from '../../machine/process.ts';
import { parseSignal } from '../../machine/signal.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { serviceManager } from './manager.ts';
import type { Service } from './service.ts';
import { Call, refuse } from './systemctl-call.ts';
import { disable, enable, mask, unmask } from './unit-enable.ts';
import { enablement, findUnitFile, unitName } from './unit-file.ts';
import { dependencyText, listUnitFiles, listUnits, propertiesOf } from './unit-list.ts';
import { machineStatus, statusText } from './unit-status.ts';

const VERSION = `systemd 252 (252.39-1~deb12u2)
+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTM +SYSVINIT default-hierarchy=unified
`;

const OPTIONS = {
  short: 'alqn:p:t:s:o:fH:M:',
  long: {
    all: 'a',
    full: 'l',
    quiet: 'q',
    'lines=': 'n',
    'property=': 'p',
    'type=': 't',
    'signal=': 's',
    'output=': 'o',
    force: 'f',
    now: 'now',
    'no-pager': 'no-pager',
    value: 'value',
    failed: 'failed',
    version: 'version',
    'no-legend': 'no-legend',
    'no-block': 'no-block',
    plain: 'plain',
    'state=': 'state',
    system: 'system',
    'no-ask-password': 'no-ask-password',
  },
} as const;

/** systemctl of systemd 252. */
export const systemctl = command('systemctl', function* (c): Sys<number> {
  const parsed = getopt(c.args, OPTIONS);
  if (parsed instanceof UsageError) return yield* c.die(1, parsed.message);
  const options = new Map<string, string[]>();
  for (const { flag, value } of parsed.options) options.set(flag, [...(options.get(flag) ?? []), value]);
  if (options.has('version')) {
    c.out(VERSION);
    return 0;
  }
  const manager = serviceManager(c.p.machine);
  const [verb = 'list-units', ...names] = parsed.operands;
  const action = VERBS.get(verb);
  if (action === undefined) return yield* refuse(c, 1, `Unknown command verb ${verb}.`);
  if (manager === undefined) return yield* withoutSystemd(c);
  if (action.names && names.length === 0) return yield* refuse(c, 1, 'Too few arguments.');
  return yield* action.run(new Call(c, manager, options), names);
});

function* withoutSystemd(c: Command): Sys<number> {
  yield* c.error(
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
  );
  return 1;
}

const NOT_FOUND = 5;
const PAST: ReadonlySet<string> = new Set(['stop']);

/** Does one job to each unit; what is not there is named and makes the status 5. */
function job(what: string, act: (call: Call, service: Service) => Sys<number>) {
  return function* (call: Call, names: readonly string[]): Sys<number> {
    let status = 0;
    const found: Service[] = [];
    for (const given of names) {
      const name = unitName(given);
      const masked = findUnitFile(call.p, name) === 'masked' && !PAST.has(what);
      const service = call.find(given);
      if (service !== undefined && !masked) found.push(service);
      else {
        yield* call.warn(`Failed to ${what} ${name}: Unit ${name} ${masked ? 'is masked' : PAST.has(what) ? 'not loaded' : 'not found'}.`);
        status = NOT_FOUND;
      }
    }
    for (const service of found) status = (yield* act(call, service)) || status;
    return status;
  };
}

function* start(call: Call, service: Service): Sys<number> {
  yield* call.manager.start(service, call.p);
  if (service.state === 'active') return 0;
  const why =
    service.result === 'start-limit-hit'
      ? 'start of the service was attempted too often'
      : service.result === 'signal'
        ? 'a fatal signal was delivered to the control process'
        : 'the control process exited with error code';
  yield* call.warn(
    `Job for ${service.name} failed because ${why}.\nSee "systemctl status ${service.name}" and "journalctl -xeu ${service.name}" for details.`,
  );
  if (service.result === 'start-limit-hit') {
    yield* call.c.error(
      `To force a start use "systemctl reset-failed ${service.name}"\nfollowed by "systemctl start ${service.name}" again.\n`,
    );
  }
  return 1;
}

function* stop(call: Call, service: Service): Sys<number> {
  const wasActive = service.state === 'active';
  yield* call.manager.stop(service, call.p);
  const socket = call.manager.socketOf(service);
  if (wasActive && socket?.state === 'active') {
    yield* call.warn(`Warning: Stopping ${service.name}, but it can still be activated by:\n  ${socket.name}`, '0;1;38;5;185');
  }
  return 0;
}

function* restart(call: Call, service: Service): Sys<number> {
  yield* call.manager.stop(service, call.p);
  return yield* start(call, service);
}

function* reload(call: Call, service: Service): Sys<number> {
  if (service.state !== 'active') {
    yield* call.warn(`${service.name} is not active, cannot reload.`);
    return 1;
  }
  if (service.file.get('Service', 'ExecReload') === undefined) {
    yield* call.warn(`Failed to reload ${service.name}: Job type reload is not applicable for unit ${service.name}.`);
    return 1;
  }
  service.kill('SIGHUP');
  return 0;
}

function* isActive(call: Call, names: readonly string[], wanted: readonly string[], otherwise: number): Sys<number> {
  let status = otherwise;
  for (const given of names) {
    const state = call.find(given)?.state ?? 'inactive';
    if (wanted.includes(state)) status = 0;
    if (!call.has('q')) yield* call.c.print(`${state}\n`);
  }
  return status;
}

function* isEnabled(call: Call, names: readonly string[]): Sys<number> {
  let status = 1;
  for (const name of names.map(unitName)) {
    const state = enablement(call.p, name);
    if (state === undefined) return yield* refuse(call.c, 1, `Failed to get unit file state for ${name}: No such file or directory`);
    if (state === 'enabled' || state === 'static') status = 0;
    if (!call.has('q')) yield* call.c.print(`${state}\n`);
  }
  return status;
}

function* status(call: Call, names: readonly string[]): Sys<number> {
  if (names.length === 0) {
    yield* call.c.print(machineStatus(call.manager));
    return 0;
  }
  let result = 0;
  for (const [i, given] of names.entries()) {
    const service = call.find(given);
    if (service === undefined) {
      yield* call.warn(`Unit ${unitName(given)} could not be found.`);
      result = 4;
      continue;
    }
    const terminal = call.p.terminal(1);
    const lines = Number(call.last('n') ?? 10);
    const text = statusText(call.manager, service, {
      colours: call.colours,
      columns: call.has('l') ? undefined : terminal?.columns,
      lines,
    });
    yield* call.c.print(`${i > 0 ? '\n' : ''}${text}`);
    if (service.state !== 'active' && service.state !== 'activating') result = 3;
  }
  return result;
}

function* kill(call: Call, names: readonly string[]): Sys<number> {
  const signal = parseSignal(call.last('s') ?? 'SIGTERM');
  if (signal === undefined) return yield* refuse(call.c, 1, `Failed to parse signal string ${call.last('s')}.`);
  for (const given of names) {
    const service = call.find(given);
    if (service === undefined)
      return yield* refuse(call.c, 1, `Failed to kill unit ${unitName(given)}: Unit ${unitName(given)} not loaded.`);
    service.kill(signal);
  }
  return 0;
}

function* cat(call: Call, names: readonly string[]): Sys<number> {
  for (const [i, name] of names.map(unitName).entries()) {
    const file = findUnitFile(call.p, name);
    if (file === undefined) return yield* refuse(call.c, 1, `No files found for ${name}.`);
    if (file !== 'masked') yield* call.c.print(`${i > 0 ? '\n' : ''}# ${file.path}\n${file.content}`);
  }
  return 0;
}

function* show(call: Call, names: readonly string[]): Sys<number> {
  for (const given of names) {
    const all = propertiesOf(call.manager, unitName(given));
    const asked = (call.options.get('p') ?? []).flatMap((value) => value.split(','));
    const shown = asked.length === 0 ? all : all.filter(([key]) => asked.includes(key));
    yield* call.c.print(shown.map(([key, value]) => `${call.has('value') ? '' : `${key}=`}${value}\n`).join(''));
  }
  return 0;
}

interface Verb {
  /** It wants the names of units. */
  readonly names: boolean;
  readonly run: (call: Call, names: readonly string[]) => Sys<number>;
}

const units = (run: Verb['run']): Verb => ({ names: true, run });

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['start', units(job('start', start))],
  ['stop', units(job('stop', stop))],
  ['restart', units(job('restart', restart))],
  ['try-restart', units(job('try-restart', (call, service) => (service.state === 'active' ? restart(call, service) : nothing())))],
  ['reload', units(job('reload', reload))],
  ['reload-or-restart', units(job('reload-or-restart', (call, service) => (service.state === 'active' ? reload : start)(call, service)))],
  [
    'enable',
    units(function* (call, names) {
      yield* enable(call, names);
      return call.has('now') ? yield* job('start', start)(call, names) : 0;
    }),
  ],
  [
    'disable',
    units(function* (call, names) {
      yield* disable(call, names);
      return call.has('now') ? yield* job('stop', stop)(call, names) : 0;
    }),
  ],
  ['mask', units(mask)],
  ['unmask', units(unmask)],
  ['is-active', units((call, names) => isActive(call, names, ['active'], 3))],
  ['is-failed', units((call, names) => isActive(call, names, ['failed'], 1))],
  ['is-enabled', units(isEnabled)],
  ['kill', units(kill)],
  ['cat', units(cat)],
  ['show', units(show)],
  ['status', { names: false, run: status }],
  ['daemon-reload', { names: false, run: nothing }],
  [
    'reset-failed',
    {
      names: false,
      *run(call, names) {
        for (const service of names.length === 0 ? call.manager.loaded : names.map((name) => call.find(name))) service?.reset();
        return 0;
      },
    },
  ],
  [
    'is-system-running',
    {
      names: false,
      *run(call) {
        const failed = call.manager.loaded.some(({ state }) => state === 'failed');
        yield* call.c.print(failed ? 'degraded\n' : 'running\n');
        return failed ? 1 : 0;
      },
    },
  ],
  [
    'list-units',
    {
      names: false,
      *run(call, patterns) {
        const filter = {
          patterns,
          type: call.last('t'),
          failed: call.has('failed') || call.last('state') === 'failed',
          all: call.has('a'),
        };
        yield* call.c.print(listUnits(call.manager, filter));
        return 0;
      },
    },
  ],
  [
    'list-unit-files',
    {
      names: false,
      *run(call, patterns) {
        yield* call.c.print(listUnitFiles(call.p, { patterns, type: call.last('t') }));
        return 0;
      },
    },
  ],
  [
    'list-dependencies',
    units(function* (call, names) {
      for (const given of names) yield* call.c.print(dependencyText(call.manager, unitName(given)));
      return 0;
    }),
  ],
]);

function* nothing(): Sys<number> {
  return 0;
}
