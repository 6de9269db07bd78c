// The beginning of TLS (RFC 8446): the two hellos, by which a client learns whether the server speaks TLS at all. What follows them is in the clear.

import { concat } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { GoError } from './go-net.ts';

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const RECORD_HEADER = 5;
const RANDOM = 32;
const TLS_1_2 = [3, 3];
const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
/** TLS_AES_128_GCM_SHA256. */
const CIPHER = [0x13, 0x01];
const X25519 = [0x00, 0x1d];

const u16 = (n: number): number[] => [n >> 8, n & 0xff];
const counted = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];

function record(p: Process, type: number, rest: readonly number[]): Uint8Array {
  const body = [...TLS_1_2, ...p.machine.random.bytes(RANDOM), 0, ...rest];
  const message = [type, 0, ...counted(body)];
  return Uint8Array.from([HANDSHAKE, 3, type === CLIENT_HELLO ? 1 : 3, ...counted(message)]);
}

/** The client's side: undefined once the server has answered in kind, else what Go's crypto/tls says. */
export function* startTls(p: Process, fd: number, host: string): Sys<GoError | undefined> {
  const name = counted([0, ...counted([...utf8(host)])]);
  const extensions = [...u16(SERVER_NAME), ...counted(name), ...u16(SUPPORTED_GROUPS), ...counted(counted(X25519))];
  const hello = record(p, CLIENT_HELLO, [...counted(CIPHER), 1, 0, ...counted(extensions)]);
  if (isError(yield* p.write(fd, hello))) return new GoError('EOF');
  const answer = yield* readRecord(p, fd);
  if (answer === undefined) return new GoError('EOF');
  if (answer[0] === HANDSHAKE) return undefined;
  const isHttp = text(answer.subarray(0, RECORD_HEADER)) === 'HTTP/';
  return new GoError(isHttp ? 'http: server gave HTTP response to HTTPS client' : 'tls: first record does not look like a TLS handshake');
}

/** The server's side: false for a client that does not speak TLS, who is told so. */
export function* acceptTls(p: Process, fd: number): Sys<boolean> {
  const hello = yield* readRecord(p, fd);
  if (hello?.[0] === HANDSHAKE) return !isError(yield* p.write(fd, record(p, SERVER_HELLO, [...CIPHER, 0])));
  yield* p.write(fd, utf8('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'));
  return false;
}

/** A record with its header, or the first bytes of what is none. */
function* readRecord(p: Process, fd: number): Sys<Uint8Array | undefined> {
  let have: Uint8Array = new Uint8Array(0);
  const wanted = (): number => {
    if (have.length < RECORD_HEADER || have[0] !== HANDSHAKE) return RECORD_HEADER;
    return RECORD_HEADER + (((have[3] as number) << 8) | (have[4] as number));
  };
  while (have.length < wanted()) {
    const data = yield* p.read(fd, wanted() - have.length);
    if (isError(data) || data.length === 0) return undefined;
    have = concat(have, data);
  }
  return have;
}
