import { fail } from '../../base/result.ts';
import { abort, close } from './close.ts';
import type { TcpDump } from './dump.ts';
import { RequestSock } from './request-sock.ts';
import type { Connected } from './socket-hash.ts';
import { TCP_LISTEN } from './state.ts';
import type { Tcp } from './tcp.ts';
import { TimeWaitSock } from './time-wait.ts';

/** An administrator ends a socket that was dumped: its process finds ECONNABORTED, the peer a reset (tcp_abort in net/ipv4/tcp.c). */
export function destroyTcp(tcp: Tcp, { local, port, remote, remotePort, inode }: TcpDump): void {
  for (const sk of [...tcp.hash.all()]) {
    if (sk.local !== local || sk.port !== port || sk.remote !== remote || sk.remotePort !== remotePort) continue;
    if (inode !== 0 && 'inode' in sk && sk.inode !== inode) continue;
    return end(sk);
  }
}

function end(sk: Connected): void {
  if (sk instanceof TimeWaitSock) return sk.kill();
  if (sk instanceof RequestSock) return;
  sk.error = fail('ECONNABORTED');
  if (sk.state === TCP_LISTEN) {
    close(sk);
    sk.orphan = false;
  } else abort(sk);
  sk.wakeReaders = true;
  sk.wakeWriters = true;
  sk.tcp.wakeLater(sk);
}
