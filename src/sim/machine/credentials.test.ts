import { expect, test } from 'vitest';
import { ALL_CAPABILITIES, capabilitySet, NO_CAPABILITIES } from '../kernel/capability.ts';
import { firstUserNamespace, type UserNamespace } from '../kernel/user-namespace.ts';
import { Credentials } from './credentials.ts';

const FIRST = firstUserNamespace(1);

/** A user namespace that `uid` made and in which it is root. */
function below(owner: UserNamespace, uid: number): UserNamespace {
  const map = [{ inside: 0, outside: uid, count: 1 }];
  return { kind: 'user', inode: 2, owner, level: owner.level + 1, uid, gid: uid, uidMap: map, gidMap: map, setgroups: 'deny' };
}

function of(uid: number): Credentials {
  const credentials = new Credentials(FIRST);
  if (uid !== 0) credentials.setresuid(uid, uid, uid);
  return credentials;
}

test('root gets with a program what is in its bounding set, another user loses everything, a file may give some of it back', () => {
  const root = of(0);
  root.dropBounding('net_admin');
  root.exec({});
  expect(root.effective).toBe(ALL_CAPABILITIES & ~capabilitySet('net_admin'));

  const user = of(1000);
  expect([user.permitted, user.effective]).toEqual([NO_CAPABILITIES, NO_CAPABILITIES]);
  user.exec({ capabilities: capabilitySet('net_raw') });
  expect(user.effective).toBe(capabilitySet('net_raw'));
  user.exec({});
  expect(user.effective).toBe(NO_CAPABILITIES);

  root.dropBounding('net_raw');
  expect(root.exec({ capabilities: capabilitySet('net_raw') })).toMatchObject({ errno: 'EPERM' });
});

test('a set-user-ID file makes its caller root, unless no new privileges are to be had', () => {
  const user = of(1000);
  user.exec({ setuid: 0 });
  expect([user.uids, user.effective]).toEqual([[1000, 0, 0], ALL_CAPABILITIES]);
  const other = of(1000);
  other.noNewPrivileges = true;
  other.exec({ setuid: 0 });
  expect([other.uids, other.effective]).toEqual([[1000, 1000, 1000], NO_CAPABILITIES]);
});

test('capabilities that are kept over the change of user go with the next program, ambient ones stay', () => {
  const user = of(0);
  user.keepCapabilities = true;
  user.setresuid(5, 5, 5);
  expect([user.permitted, user.effective]).toEqual([ALL_CAPABILITIES, NO_CAPABILITIES]);
  user.capset(user.permitted, user.permitted, capabilitySet('net_admin'));
  expect(user.setAmbient('net_raw', true)).toMatchObject({ errno: 'EPERM' });
  user.setAmbient('net_admin', true);
  user.exec({});
  expect([user.permitted, user.effective]).toEqual([capabilitySet('net_admin'), capabilitySet('net_admin')]);
});

test('what a container runtime gives holds until another user runs a program', () => {
  const inside = capabilitySet('chown', 'net_raw');
  const root = of(0);
  root.assign({ uid: 0, gid: 0, groups: [], capabilities: inside });
  root.exec({});
  expect([root.effective, root.bounding]).toEqual([inside, inside]);
  const user = of(0);
  user.assign({ uid: 33, gid: 33, groups: [33], capabilities: inside });
  user.exec({});
  expect([user.effective, user.bounding]).toEqual([NO_CAPABILITIES, inside]);
});

test('who made a user namespace may everything in it and those below, and nothing above', () => {
  const user = of(1000);
  const made = below(FIRST, 1000);
  const lower = below(made, 1000);
  expect([user.capable('net_admin', made), user.capable('net_admin', lower), user.capable('net_admin', FIRST)]).toEqual([
    true,
    true,
    false,
  ]);
  user.enter(made);
  expect([user.capable('net_admin', made), user.capable('net_admin', lower), user.capable('net_admin', FIRST)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(user.setgroups([4])).toMatchObject({ errno: 'EPERM' });
  expect(of(1001).capable('net_admin', made)).toBe(false);
});
