import { expect, it } from 'vitest';
import { utf8 } from '../../base/utf8.ts';
import { bcrypt, isBcrypt } from './bcrypt.ts';
import { apr1 } from './htpasswd.ts';

// Made with Debian 12's htpasswd (apache2-utils 2.4).
const RECORDED: readonly [password: string, hash: string][] = [
  ['secret', '$2y$05$zdMktbn2yFzGriHOqtSqA.x2nwFqHhW4M7ypcxBEUDXlZvZHPxXRa'],
  ['Grüße!', '$2y$06$50MLjEatOIVzUgQH4zPXWOnEMKYP8570ri6eVwHcQr6JDTDxMRPca'],
  ['', '$2y$05$a181/CqSwP71OdfEV.DVsOJa9VAO.g8w7TPyYvU262QiGa32ZOLFC'],
];

it.each(RECORDED)('knows the password of htpasswd -B: %s', (password, hash) => {
  expect(isBcrypt(utf8(password), hash)).toBe(true);
  expect(isBcrypt(utf8(`${password}x`), hash)).toBe(false);
});

it('makes a hash that it knows again', () => {
  const salt = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  expect(isBcrypt(utf8('secret'), bcrypt(utf8('secret'), 4, salt))).toBe(true);
});

it("hashes as Apache's MD5 does (openssl passwd -apr1 -salt abcdefgh secret)", () => {
  expect(apr1(utf8('secret'), 'abcdefgh')).toBe('$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/');
});
