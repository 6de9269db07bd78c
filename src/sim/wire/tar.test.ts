import { describe, expect, test } from 'vitest';
import { concat, text, utf8 } from '../base/bytes.ts';
import { gunzip } from './gzip.ts';
import { encodeMember, membersEnd, readTar, type TarMember, tarEnd } from './tar.ts';

const bytesOf = (base64: string): Uint8Array => gunzip(new Uint8Array(Buffer.from(base64, 'base64'))).data;

/** A directory, a file in it, a hard link, links, a long name, a name that is not ASCII: `tar -cf` of GNU tar 1.34. */
const GNU = bytesOf(
  'H4sIAAAAAAACA+2YSw6CMBRF39hVdAXy+p86l02QoEI0kKAmLs6ZG7PqSIwQBm003DMpSUkY3N7zSMu6yygyHPDWPtdAf30+S2O9VFYr74kla+NJWErA+XgqOiGoa9vT0Htj+39KGfLf1odN7Pyd4YH8dS9/Kb0jwcg/OlW9IDBfqqIrU/h/uP99/yvWmoRMIaeZ9/9QN/sk8/+R64T8XfC/Qv7RWWbLbJW3zS6PdxBe/Tdf85fGvZ2FMP9d+CUQa8z/6DQpwJj9Xf+H6seeAZP9r51XHPyf4mzC/7/pf0Mih//hf/D3+Y/1n1n1/G+l1bj/ScEF1z+z5naN/43x/uuP+3+H/ifKHwIAAAAAAAAAgDlwB9/zYtIAKAAA',
);
/** The last two of them, with `--format=pax` and times of half a second. */
const PAX = bytesOf(
  'H4sIAAAAAAACA+3VQWrDMBAFUK1zCp3AmZE0HnuRfZa5gmgMbSFpSRzw4bLLxaLgQBOXNItiQev/NgKPQQb56xfzVeyWTVw3u/18Ow5KyhAM9YYreWLDQZSdeKdqyHsSMrYzGRz2bdylTzHTxMz2M7avi20OM+fspn3bNAtWqsVVWmohM082Xp/WUmslLhTpZ6iDV6ou05fvU75ODfxGjlO/yT+r9Lnnr/sgcYP8l1SKsZQz/+8fzY/vPZsPL7c/okOAJq247f/TcZQ9nvU/e7nPfyolduj/PP3f1//piG6eopEi/yj/D/rfD/PvFP2f6fyRUgAAAAAAAAAAAAAAgP/kDAtNBSUAKAAA',
);
/** A name in two parts: `--format=ustar`. */
const USTAR = bytesOf(
  'H4sIAAAAAAACA+3PTQrCMBDF8Vl7Ci8QnDQdc56AqVhqI37c36qlS90EofD/bR6P2czrTkN2pXPJDWU8ujGds9Smk33bvtJH03f3nz5rxFvQoLGx6EWDmUXZqvzB43ZP1+mVvnwf/us+L1nyUNkuL2rOv2wEAAAAAAAAAAAAAAAAALBCTz9nM0QAKAAA',
);

const LONG = 'n'.repeat(101);
const MTIME_MS = Date.UTC(2024, 2, 4, 5, 6, 7);

function membersOf(data: Uint8Array): TarMember[] {
  return [...readTar(data)].flatMap((part) => (part.kind === 'member' ? [part.member] : []));
}

describe('tar archives', () => {
  test('what GNU tar writes is read with names, kinds, links, modes, times and contents', () => {
    const seen = membersOf(GNU).map(({ name, kind, target, mode, data }) => [name, kind, target, mode.toString(8), text(data)]);
    expect(seen).toEqual([
      ['dir/', 'directory', '', '755', ''],
      ['dir/file', 'file', '', '640', 'hi\n'],
      ['hard', 'hard link', 'dir/file', '640', ''],
      ['link', 'symlink', 'dir/file', '777', ''],
      ['longlink', 'symlink', LONG, '777', ''],
      [LONG, 'file', '', '644', 'x\n'],
      ['ü', 'file', '', '644', 'ü\n'],
    ]);
    expect(
      membersOf(GNU).every(({ mtimeMs, user, group, uid }) => mtimeMs === MTIME_MS && user === 'root' && group === 'root' && uid === 0),
    ).toBe(true);
  });

  test('members that are written again are GNU tar’s own bytes', () => {
    const written = concat(...membersOf(GNU).map(encodeMember));
    expect(concat(written, tarEnd(written.length))).toEqual(GNU);
    expect(membersEnd(GNU)).toBe(written.length);
  });

  test('pax headers give names, owners and fractions of seconds', () => {
    const seen = membersOf(PAX).map(({ name, mtimeMs, uid, user }) => [name, mtimeMs, uid, user]);
    expect(seen).toEqual([
      [LONG, MTIME_MS + 500, 1000, 'joe'],
      ['ü', MTIME_MS + 500, 1000, 'joe'],
    ]);
  });

  test('the prefix of a ustar header goes before the name', () => {
    expect(membersOf(USTAR).map(({ name }) => name)).toEqual([`${'d'.repeat(80)}/eeeeeeeeee/file-of-a-long-name`]);
  });

  test('what is no header is garbage, and reading goes on at the next header', () => {
    const kinds = [...readTar(concat(new Uint8Array(1024).fill(65), GNU))].map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['garbage', 'member']);
    expect([...readTar(utf8('no archive'))]).toEqual([{ kind: 'garbage', atStart: true, whole: false }]);
  });

  test('an archive that ends within a member is cut off there', () => {
    expect([...readTar(GNU.subarray(0, 1030))].map(({ kind }) => kind)).toEqual(['member', 'cut off']);
  });

  test('numbers too large for octal digits are read', () => {
    const [member] = membersOf(GNU);
    const data = encodeMember({ ...(member as TarMember), uid: 1 });
    data.set([0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], 108);
    const sum = data.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    data.set(utf8(sum.toString(8).padStart(6, '0')), 148);
    expect(membersOf(data)[0]?.uid).toBe(0x7fffffff);
  });
});
