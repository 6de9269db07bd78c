import { LazyMap } from '../../base/lazy.ts';

// What a namespace's stack counts (netns_mib): RFC 4293 (IP), 2011 (ICMP), 4022 (TCP), 4113 (UDP), and Linux's own of include/uapi/linux/snmp.h.
// The fields have the names of /proc/net/snmp. Plain numbers: one addition for each event.

/** One family's IP: packets, octets, errors. What only one of the families has stays 0 for the other. */
export class IpMib {
  InReceives = 0;
  InHdrErrors = 0;
  InTooBigErrors = 0;
  InNoRoutes = 0;
  InAddrErrors = 0;
  InUnknownProtos = 0;
  InTruncatedPkts = 0;
  InDiscards = 0;
  InDelivers = 0;
  ForwDatagrams = 0;
  OutRequests = 0;
  OutDiscards = 0;
  OutNoRoutes = 0;
  OutTransmits = 0;
  ReasmTimeout = 0;
  ReasmReqds = 0;
  ReasmOKs = 0;
  ReasmFails = 0;
  FragOKs = 0;
  FragFails = 0;
  FragCreates = 0;
  InMcastPkts = 0;
  OutMcastPkts = 0;
  InBcastPkts = 0;
  OutBcastPkts = 0;
  InOctets = 0;
  OutOctets = 0;
  InMcastOctets = 0;
  OutMcastOctets = 0;
  InBcastOctets = 0;
  OutBcastOctets = 0;
  InCsumErrors = 0;
  InNoECTPkts = 0;
  InECT1Pkts = 0;
  InECT0Pkts = 0;
  InCEPkts = 0;

  /** A header was read: what its two bits say of congestion (RFC 3168). */
  countEcn(trafficClass: number): void {
    const bits = trafficClass & 3;
    if (bits === 0) this.InNoECTPkts++;
    else if (bits === 1) this.InECT1Pkts++;
    else if (bits === 2) this.InECT0Pkts++;
    else this.InCEPkts++;
  }

  /** A packet goes to the link (IPSTATS_MIB_OUT). */
  countOut(octets: number): void {
    this.OutTransmits++;
    this.OutOctets += octets;
  }
}

/** One family's ICMP; messages are counted by their type. */
export class IcmpMib {
  InMsgs = 0;
  InErrors = 0;
  InCsumErrors = 0;
  OutMsgs = 0;
  OutErrors = 0;
  OutRateLimitGlobal = 0;
  OutRateLimitHost = 0;
  readonly inTypes = new LazyMap<number, number>();
  readonly outTypes = new LazyMap<number, number>();

  /** A message is sent (icmp_out_count). */
  countOut(type: number): void {
    this.OutMsgs++;
    this.outTypes.set(type, (this.outTypes.get(type) ?? 0) + 1);
  }

  countIn(type: number): void {
    this.inTypes.set(type, (this.inTypes.get(type) ?? 0) + 1);
  }
}

export class TcpMib {
  ActiveOpens = 0;
  PassiveOpens = 0;
  AttemptFails = 0;
  EstabResets = 0;
  InSegs = 0;
  OutSegs = 0;
  RetransSegs = 0;
  InErrs = 0;
  OutRsts = 0;
  InCsumErrors = 0;
}

export class UdpMib {
  InDatagrams = 0;
  NoPorts = 0;
  InErrors = 0;
  OutDatagrams = 0;
  RcvbufErrors = 0;
  SndbufErrors = 0;
  InCsumErrors = 0;
  IgnoredMulti = 0;
}

/** Of TcpExt those events that happen here; the others are 0. */
export class TcpExtMib {
  EmbryonicRsts = 0;
  TW = 0;
  TWKilled = 0;
  PAWSEstab = 0;
  DelayedACKs = 0;
  ListenOverflows = 0;
  ListenDrops = 0;
  TCPHPHits = 0;
  TCPPureAcks = 0;
  TCPHPAcks = 0;
  TCPRenoRecovery = 0;
  TCPSackRecovery = 0;
  TCPLostRetransmit = 0;
  TCPFastRetrans = 0;
  TCPSlowStartRetrans = 0;
  TCPTimeouts = 0;
  TCPLossProbes = 0;
  TCPLossProbeRecovery = 0;
  TCPDSACKOldSent = 0;
  TCPDSACKOfoSent = 0;
  TCPDSACKRecv = 0;
  TCPAbortOnData = 0;
  TCPAbortOnClose = 0;
  TCPAbortOnTimeout = 0;
  IPReversePathFilter = 0;
  TCPRcvCoalesce = 0;
  TCPOFOQueue = 0;
  TCPChallengeACK = 0;
  TCPSYNChallenge = 0;
  TCPSynRetrans = 0;
  TCPOrigDataSent = 0;
  TCPWinProbe = 0;
  TCPKeepAlive = 0;
  TCPDelivered = 0;
  TCPZeroWindowDrop = 0;
}

/** All of one namespace. */
export class Mib {
  readonly ip4 = new IpMib();
  readonly ip6 = new IpMib();
  readonly icmp4 = new IcmpMib();
  readonly icmp6 = new IcmpMib();
  readonly tcp = new TcpMib();
  readonly udp4 = new UdpMib();
  readonly udp6 = new UdpMib();
  readonly tcpExt = new TcpExtMib();
}
