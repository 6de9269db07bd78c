// ICMP errors about segments of ours: tcp_v4_err() in net/ipv4/tcp_ipv4.c, tcp_v6_err(); RFC 5927 for what to believe.

import { u32 } from '../../base/bytes.ts';
import { isError, KernelError } from '../../base/result.ts';
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HOST_UNREACH, ICMP_NET_UNREACH } from '../../wire/icmp.ts';
import { ICMPV6_DEST_UNREACH, ICMPV6_PKT_TOOBIG } from '../../wire/icmpv6.ts';
import { ipv4Dst, ipv4Src } from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6Src } from '../../wire/ipv6.ts';
import { tcpDstPort, tcpSrcPort } from '../../wire/tcp.ts';
import type { IcmpError } from '../ip/protocols.ts';
import { errnoOfIcmp } from '../socket/icmp-errno.ts';
import { done } from './end.ts';
import { removeRequest } from './listen.ts';
import { headersLength, syncMss } from './mss.ts';
import { initUndo, markLost, retransmitLost } from './recovery.ts';
import { RequestSock } from './request-sock.ts';
import { setRto } from './rtt.ts';
import { after, before, seqDiff } from './sequence.ts';
import { CA_LOSS, PENDING_RETRANS, TCP_CLOSE, TCP_LISTEN, TCP_SYN_RECV, TCP_SYN_SENT } from './state.ts';
import type { Tcp } from './tcp.ts';
import { TcpSock } from './tcp-sock.ts';
import { armOutput } from './timer.ts';
import { routeOf } from './transmit.ts';

/** An error that quotes a segment: it must be one in flight, or somebody guesses. */
export function receiveIcmpError(tcp: Tcp, error: IcmpError): void {
  const { buf, ip, transport } = error;
  const inet = error.family === 'inet';
  const local = inet ? ipv4Src(buf, ip) : ipv6Src(buf, ip);
  const remote = inet ? ipv4Dst(buf, ip) : ipv6Dst(buf, ip);
  const found = tcp.hash.find(local, tcpSrcPort(buf, transport), remote, tcpDstPort(buf, transport), error.ifindex);
  if (found === undefined) return;
  const seq = u32(buf, transport + 4);
  const unreachable = error.type === (inet ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH);
  if (found instanceof RequestSock) {
    if (unreachable && seq === found.iss) removeRequest(found);
    return;
  }
  if (!(found instanceof TcpSock) || found.state === TCP_CLOSE || found.state === TCP_LISTEN) return;
  const sk = found;
  if (before(seq, sk.sndUna) || after(seq, sk.sndNxt)) return;
  if (inet ? unreachable && error.code === ICMP_FRAG_NEEDED : error.type === ICMPV6_PKT_TOOBIG) return reduceMtu(sk, error);
  const meaning = errnoOfIcmp(error);
  if (meaning === undefined) return;
  const errno = new KernelError(meaning.errno);
  // What comes back at once finds the process still inside connect(2), and is only noted (sock_owned_by_user).
  const atOnce = sk.retransmits === 0 && sk.rtxQueue.length > 0 && sk.rtxQueue.at(0).sentNs === sk.now;
  if ((sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV) && !atOnce) {
    sk.error = errno;
    done(sk);
    return;
  }
  sk.softError = errno;
  if (unreachable && inet && (error.code === ICMP_NET_UNREACH || error.code === ICMP_HOST_UNREACH)) revertBackoff(sk, seq);
}

/** The path is shorter than thought: what is in flight and too long goes out again at once (tcp_v4_mtu_reduced, tcp_simple_retransmit). */
function reduceMtu(sk: TcpSock, error: IcmpError): void {
  const { ns } = sk.tcp;
  if (typeof sk.remote === 'number') ns.ip4.fib.learnMtu(sk.remote, error.info);
  else ns.ip6.fib.learnMtu(sk.remote, error.info);
  const route = routeOf(sk);
  if (isError(route) || route.mtu >= sk.pmtu) return;
  const old = sk.mssCache;
  syncMss(sk, route.mtu);
  if (sk.mssCache >= old || sk.state === TCP_SYN_SENT) return;
  for (let i = 0; i < sk.rtxQueue.length; i++) {
    const segment = sk.rtxQueue.at(i);
    if (seqDiff(segment.endSeq, segment.seq) > route.mtu - headersLength(sk.ipv4)) markLost(sk, segment);
  }
  if (sk.lostOut === 0) return;
  if (sk.caState !== CA_LOSS) {
    sk.highSeq = sk.sndNxt;
    sk.priorCwnd = 0;
    initUndo(sk);
    sk.undoMarker = 0;
    sk.caState = CA_LOSS;
  }
  retransmitLost(sk);
}

/** A router on the way says that it cannot go on: then waiting longer and longer is no use (tcp_ld_RTO_revert; RFC 6069). */
function revertBackoff(sk: TcpSock, seq: number): void {
  if (seq !== sk.sndUna || sk.retransmits === 0 || sk.backoff === 0 || sk.packetsOut === 0) return;
  sk.backoff--;
  if (sk.srttUs === 0) sk.rtoNs = 1_000_000_000;
  else setRto(sk);
  sk.rtoNs *= 2 ** sk.backoff;
  const left = sk.rtxQueue.at(0).sentNs + sk.rtoNs - sk.now;
  armOutput(sk, PENDING_RETRANS, sk.now + Math.max(left, 1));
}
