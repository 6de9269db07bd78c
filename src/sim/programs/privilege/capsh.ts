import { CAPABILITIES, type CapabilitySet, hasCapability } from '../../kernel/capability.ts';
import { shownId } from '../../machine/id-map.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { capNames, capText, iabText, parseCapList } from './cap-text.ts';
import { CAPSH_HELP } from './help.ts';

/** capsh(1) of libcap 2.66: what each word says is done at once; the shell comes last. */
const capsh = command(
  'capsh',
  function* (c): Sys<number> {
    for (const [i, word] of c.args.entries()) {
      if (word === '--' || word === '==') {
        const program = word === '--' ? '/bin/bash' : c.name;
        yield* c.flush();
        yield* c.p.exec([program, ...c.args.slice(i + 1)]);
        return yield* stop(c, `execve '${program}' failed!`);
      }
      const [name = '', value = ''] = splitOnce(word);
      const act = ACTS[name];
      if (act === undefined) {
        yield* c.error(CAPSH_HELP);
        return name === '--help' || name === '-h' ? 0 : 1;
      }
      yield* act(c, value);
    }
    return 0;
  },
  '/usr/sbin',
);

function splitOnce(word: string): [string, string] {
  const at = word.indexOf('=');
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

function* stop(c: Command, message: string, status = 1): Sys<never> {
  yield* c.error(`${message}\n`);
  throw new Exit(status);
}

function* capList(c: Command, text: string): Sys<CapabilitySet> {
  const set = parseCapList(text);
  return typeof set === 'bigint' ? set : yield* stop(c, `capability [${set.unknown}] is unknown to libcap`);
}

/** Ends with 1 unless one of the sets has it. */
function has(what: 'permitted' | 'inheritable' | 'ambient' | 'bounding', missing: string) {
  return function* (c: Command, text: string): Sys<void> {
    const set = yield* capList(c, text);
    if ((c.p.credentials[what] & set) !== set) yield* stop(c, `cap[${text}] not ${missing}`);
  };
}

function* number(c: Command, option: string, text: string): Sys<number> {
  return /^\d+$/.test(text) ? Number(text) : yield* stop(c, `invalid --${option} value: want non-negative integer, got "${text}"`);
}

const ACTS: Readonly<Record<string, (c: Command, value: string) => Sys<void>>> = {
  '--drop': function* (c, text) {
    const { credentials } = c.p;
    if (!hasCapability(credentials.permitted, 'setpcap'))
      yield* stop(c, 'unable to raise CAP_SETPCAP for BSET changes: Operation not permitted');
    const set = yield* capList(c, text);
    for (const capability of CAPABILITIES) if (hasCapability(set, capability)) credentials.dropBounding(capability);
  },
  '--inh': function* (c, text) {
    const { credentials } = c.p;
    const refused = credentials.capset(credentials.permitted, credentials.effective, text === '' ? 0n : yield* capList(c, text));
    if (refused !== undefined) yield* stop(c, `Unable to set inheritable capabilities: ${reason(refused)}`);
  },
  '--addamb': function* (c, text) {
    yield* setAmbient(c, text, true);
  },
  '--delamb': function* (c, text) {
    yield* setAmbient(c, text, false);
  },
  *'--noamb'(c) {
    for (const capability of CAPABILITIES) c.p.credentials.setAmbient(capability, false);
  },
  '--keep': function* (c, text) {
    c.p.credentials.keepCapabilities = (yield* number(c, 'keep', text)) === 1;
  },
  *'--no-new-privs'(c) {
    c.p.credentials.noNewPrivileges = true;
  },
  '--uid': function* (c, text) {
    const id = yield* number(c, 'uid', text);
    const refused = c.p.setuid(id);
    if (refused !== undefined) yield* stop(c, `Failed to set uid=${id}: ${reason(refused)}`);
  },
  '--gid': function* (c, text) {
    const id = yield* number(c, 'gid', text);
    const refused = c.p.setgid(id);
    if (refused !== undefined) yield* stop(c, `Failed to set gid=${id}: ${reason(refused)}`);
  },
  '--groups': function* (c, text) {
    const ids = text.split(',').map((word) => groups(c.p).find(({ name }) => name === word)?.gid ?? Number(word));
    const refused = c.p.credentials.setgroups(ids);
    if (refused !== undefined) yield* stop(c, `Failed to setgroups: ${reason(refused)}`);
  },
  '--user': function* (c, user) {
    const account = accounts(c.p).find(({ name }) => name === user);
    if (account === undefined) return yield* stop(c, `User [${user}] not known`);
    const all = [account.gid, ...groups(c.p).flatMap(({ gid, members }) => (members.includes(user) ? [gid] : []))];
    const { p } = c;
    p.credentials.keepCapabilities = true;
    const refused = p.credentials.setgroups(all) ?? p.setgid(account.gid) ?? p.setuid(account.uid);
    p.credentials.keepCapabilities = false;
    if (refused !== undefined) return yield* stop(c, `Unable to set user [${user}]: ${reason(refused)}`);
    p.env.set('HOME', account.home).set('USER', user);
  },
  '--has-p': has('permitted', 'permitted'),
  '--has-i': has('inheritable', 'inheritable'),
  '--has-a': has('ambient', 'in ambient vector'),
  '--has-b': has('bounding', 'in bounding vector'),
  *'--has-ambient'() {},
  '--supports': function* (c, text) {
    yield* capList(c, text);
  },
  '--is-uid': function* (c, text) {
    if (shownId(c.p, 'uidMap', c.p.credentials.uids[0]) !== (yield* number(c, 'is-uid', text)))
      yield* stop(c, `uid: got=${c.p.credentials.uids[0]}, want=${text}`);
  },
  '--is-gid': function* (c, text) {
    if (shownId(c.p, 'gidMap', c.p.credentials.gids[0]) !== (yield* number(c, 'is-gid', text)))
      yield* stop(c, `gid: got=${c.p.credentials.gids[0]}, want=${text}`);
  },
  '--decode': function* (c, text) {
    if (!/^(0x)?[0-9a-f]+$/i.test(text)) return yield* stop(c, `unable to parse \`${text}'`);
    const set = BigInt(`0x${text.replace(/^0x/i, '')}`);
    c.out(`0x${set.toString(16).padStart(16, '0')}=${capNames(set)}\n`);
  },
  *'--current'(c) {
    const { credentials } = c.p;
    c.out(`Current: ${capText(credentials)}\nCurrent IAB: ${iabText(credentials)}\n`);
  },
  *'--print'(c) {
    const { p } = c;
    const { credentials } = p;
    const uid = shownId(p, 'uidMap', credentials.uids[0]);
    const euid = shownId(p, 'uidMap', credentials.uid);
    const gid = shownId(p, 'gidMap', credentials.gid);
    c.out(`Current: ${capText(credentials)}\nBounding set =${capNames(credentials.bounding)}\n`);
    c.out(`Ambient set =${capNames(credentials.ambient)}\nCurrent IAB: ${iabText(credentials)}\n`);
    c.out(`Securebits: 0${credentials.keepCapabilities ? '20/0x10' : '0/0x0'}/${credentials.keepCapabilities ? "5'b10000" : "1'b0"}`);
    c.out(` (no-new-privs=${credentials.noNewPrivileges ? 1 : 0})\n secure-noroot: no (unlocked)\n secure-no-suid-fixup: no (unlocked)\n`);
    c.out(` secure-keep-caps: ${credentials.keepCapabilities ? 'yes' : 'no'} (unlocked)\n secure-no-ambient-raise: no (unlocked)\n`);
    c.out(`uid=${uid}(${knownName(userName(p, uid), uid)}) euid=${euid}(${knownName(userName(p, euid), euid)})\n`);
    c.out(`gid=${gid}(${knownName(groupName(p, gid), gid)})\n`);
    const shown = credentials.groups.map((each) => shownId(p, 'gidMap', each)).map((id) => `${id}(${knownName(groupName(p, id), id)})`);
    c.out(`groups=${shown.join(',')}\nGuessed mode: HYBRID (4)\n`);
  },
};

/** `???` where the databases have no name. */
function knownName(name: string, id: number): string {
  return name === String(id) ? '???' : name;
}

function* setAmbient(c: Command, text: string, on: boolean): Sys<void> {
  const set = yield* capList(c, text);
  for (const capability of CAPABILITIES) {
    if (!hasCapability(set, capability)) continue;
    const refused = c.p.credentials.setAmbient(capability, on);
    if (refused !== undefined) yield* stop(c, `failed to raise ambient [cap_${capability}=${CAPABILITIES.indexOf(capability)}]`);
  }
}

/** getpcaps(8): the capabilities of processes by number. */
const getpcaps = command(
  'getpcaps',
  function* (c): Sys<number> {
    let status = 0;
    for (const word of c.args) {
      const found = [...c.p.machine.processes.values()].find((process) => String(process.pidSeenBy(c.p)) === word);
      if (found !== undefined) c.out(`${word}: ${capText(found.credentials)}\n`);
      else {
        yield* c.error(`Failed to get cap's for process ${word}: (No such process)\n`);
        status = 1;
      }
    }
    return status;
  },
  '/usr/sbin',
);

export const CAPABILITY_PROGRAMS: readonly Program[] = [capsh, getpcaps];
