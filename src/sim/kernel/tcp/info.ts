import type { TcpInfo } from '../socket/stream-socket.ts';
import { advertisedWindow } from './receive-window.ts';
import { TCP_LISTEN } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';

/** What TCP_INFO tells of a connection (tcp_get_info); of a listener, its queue stands in `unacked` and `sacked`. */
export function tcpInfo(sk: TcpSock): TcpInfo {
  const listening = sk.state === TCP_LISTEN;
  return {
    state: sk.state,
    caState: sk.caState,
    retransmits: sk.retransmits,
    probes: sk.probes,
    backoff: sk.backoff,
    timestamps: sk.tsOk,
    sack: sk.sackOk,
    windowScaling: sk.wscaleOk,
    sendWindowScale: sk.sndWscale,
    receiveWindowScale: sk.rcvWscale,
    rtoNs: sk.rtoNs,
    atoNs: sk.atoNs,
    sendMss: sk.mssCache,
    receiveMss: sk.rcvMss,
    advertisedMss: sk.advMss,
    pathMtu: sk.pmtu,
    unacked: listening ? (sk.acceptQueue?.ready.length ?? 0) : sk.packetsOut,
    sacked: listening ? (sk.acceptQueue?.backlog ?? 0) : sk.sackedOut,
    lost: sk.lostOut,
    retransmitted: sk.retransOut,
    rttNs: (sk.srttUs * 1000) / 8,
    rttVarianceNs: (sk.mdevUs * 1000) / 4,
    minRttNs: sk.minRttUs * 1000,
    congestion: sk.congestion.name,
    congestionWindow: sk.cwnd,
    slowStartThreshold: sk.ssthresh,
    receiveSlowStartThreshold: sk.rcvSsthresh,
    receiveWindow: advertisedWindow(sk),
    sendWindow: sk.sndWnd,
    totalRetransmitted: sk.totalRetransmitted,
    bytesSent: sk.bytesSent,
    bytesRetransmitted: sk.bytesRetransmitted,
    bytesAcked: sk.bytesAcked,
    bytesReceived: sk.bytesReceived,
    segmentsOut: sk.segmentsOut,
    segmentsIn: sk.segmentsIn,
    dataSegmentsOut: sk.dataSegmentsOut,
    dataSegmentsIn: sk.dataSegmentsIn,
    delivered: sk.delivered,
    lastSentNs: sk.lastSentNs,
    lastReceivedNs: sk.lastReceivedNs,
    lastAckNs: sk.lastAckReceivedNs,
  };
}
