// What `netstat -s` calls the counters (statistics.c of net-tools 2.10). A line is a counter's name, a tab and the words it is told in, %llu for the
// number. `?` before the name: told only of a number above 0; `<` and `>`: part of the histogram of received and sent ICMP messages; `-`: a
// setting, not told. Names stand in the order in which net-tools has them, by which it looks for them in halves: some it does not find.

export const IP_WORDS = `
-DefaultTTL	Default TTL is %llu
-Forwarding	Forwarding is %s
ForwDatagrams	%llu forwarded
?FragCreates	%llu fragments created
?FragFails	%llu outgoing packets failed fragmentation
?FragOKs	%llu outgoing packets fragmented ok
?InAddrErrors	%llu with invalid addresses
InDelivers	%llu incoming packets delivered
InDiscards	%llu incoming packets discarded
?InHdrErrors	%llu with invalid headers
InReceives	%llu total packets received
?InUnknownProtos	%llu with unknown protocol
?OutDiscards	%llu outgoing packets dropped
?OutNoRoutes	%llu dropped because of missing route
OutRequests	%llu requests sent out
?ReasmFails	%llu packet reassemblies failed
?ReasmOKs	%llu packets reassembled ok
?ReasmReqds	%llu reassemblies required
?ReasmTimeout	%llu fragments dropped after timeout
`;

export const ICMP_WORDS = `
<InAddrMaskReps	address mask replies: %llu
<InAddrMasks	address mask request: %llu
<InDestUnreachs	destination unreachable: %llu
<InEchoReps	echo replies: %llu
<InEchos	echo requests: %llu
InErrors	%llu input ICMP message failed
InMsgs	%llu ICMP messages received
<InParmProbs	wrong parameters: %llu
<InRedirects	redirects: %llu
<InSrcQuenchs	source quenches: %llu
<InTimeExcds	timeout in transit: %llu
<InTimestampReps	timestamp reply: %llu
<InTimestamps	timestamp request: %llu
>OutAddrMaskReps	address mask replies: %llu
>OutAddrMasks	address mask requests: %llu
>OutDestUnreachs	destination unreachable: %llu
>OutEchoReps	echo replies: %llu
>OutEchos	echo requests: %llu
OutErrors	%llu ICMP messages failed
OutMsgs	%llu ICMP messages sent
>OutParmProbs	wrong parameters: %llu
>OutRedirects	redirect: %llu
>OutSrcQuenchs	source quench: %llu
>OutTimeExcds	time exceeded: %llu
>OutTimestampReps	timestamp replies: %llu
>OutTimestamps	timestamp requests: %llu
`;

export const TCP_WORDS = `
ActiveOpens	%llu active connection openings
AttemptFails	%llu failed connection attempts
CurrEstab	%llu connections established
EstabResets	%llu connection resets received
InErrs	%llu bad segments received
InSegs	%llu segments received
MaxConn	
OutRsts	%llu resets sent
OutSegs	%llu segments sent out
PassiveOpens	%llu passive connection openings
RetransSegs	%llu segments retransmitted
-RtoAlgorithm	RTO algorithm is %s
RtoMax	
RtoMin	
`;

export const UDP_WORDS = `
InDatagrams	%llu packets received
InErrors	%llu packet receive errors
NoPorts	%llu packets to unknown port received
OutDatagrams	%llu packets sent
RcvbufErrors	%llu receive buffer errors
SndbufErrors	%llu send buffer errors
`;

export const TCP_EXT_WORDS = `
?DelayedACKLocked	%llu delayed acks further delayed because of locked socket
?DelayedACKLost	Quick ack mode was activated %llu times
?DelayedACKs	%llu delayed acks sent
?EmbryonicRsts	%llu resets received for embryonic SYN_RECV sockets
?ListenDrops	%llu SYNs to LISTEN sockets dropped
?ListenOverflows	%llu times the listen queue of a socket overflowed
?LockDroppedIcmps	%llu ICMP packets dropped because socket was locked
?OfoPruned	%llu packets dropped from out-of-order queue because of socket buffer overrun
?OutOfWindowIcmps	%llu ICMP packets dropped because they were out-of-window
?PAWSActive	%llu active connections rejected because of time stamp
?PAWSEstab	%llu packets rejected in established connections because of timestamp
?PAWSPassive	%llu passive connections rejected because of time stamp
?PruneCalled	%llu packets pruned from receive queue because of socket buffer overrun
?RcvPruned	%llu packets pruned from receive queue
?SockMallocOOM	Ran %llu times out of system memory during packet sending
?SyncookiesFailed	%llu invalid SYN cookies received
?SyncookiesRecv	%llu SYN cookies received
?SyncookiesSent	%llu SYN cookies sent
?TCPAbortFailed	%llu times unable to send RST due to no memory
?TCPAbortOnClose	%llu connections reset due to early user close
?TCPAbortOnData	%llu connections reset due to unexpected data
?TCPAbortOnLinger	%llu connections aborted after user close in linger timeout
?TCPAbortOnMemory	%llu connections aborted due to memory pressure
?TCPAbortOnSyn	%llu connections reset due to unexpected SYN
?TCPAbortOnTimeout	%llu connections aborted due to timeout
?TCPDirectCopyFromBacklog	%llu bytes directly in process context from backlog
?TCPDirectCopyFromPrequeue	%llu bytes directly received in process context from prequeue
?TCPDSACKOfoRecv	%llu DSACKs for out of order packets received
?TCPDSACKOfoSent	%llu DSACKs sent for out of order packets
?TCPDSACKOldSent	%llu DSACKs sent for old packets
?TCPDSACKRecv	%llu DSACKs received
?TCPDSackUndo	%llu congestion window recovered without slow start using DSACK
?TCPDSACKUndo	%llu congestion windows recovered without slow start by DSACK
?TCPFACKReorder	Detected reordering %llu times using FACK
?TCPFastRetrans	%llu fast retransmits
?TCPForwardRetrans	%llu forward retransmits
?TCPFullUndo	%llu congestion windows fully recovered without slow start
?TCPHPAcks	%llu predicted acknowledgments
TCPHPHits	%llu packet headers predicted
?TCPHPHitsToUser	%llu packet headers predicted and directly queued to user
?TCPLossFailures	%llu timeouts in loss state
?TCPLoss	%llu TCP data loss events
?TCPLossUndo	%llu congestion windows recovered without slow start after partial ack
?TCPLostRetransmits	%llu retransmits lost
?TCPMemoryPressures	TCP ran low on memory %llu times
?TCPPartialUndo	%llu congestion windows partially recovered using Hoe heuristic
?TCPPrequeued	%llu packets directly queued to recvmsg prequeue
?TCPPrequeueDropped	%llu packets dropped from prequeue
?TCPPureAcks	%llu acknowledgments not containing data payload received
?TCPRcvCollapsed	%llu packets collapsed in receive queue due to low socket buffer
?TCPRenoFailures	%llu timeouts after reno fast retransmit
?TCPRenoRecoveryFailed	%llu reno fast retransmits failed
?TCPRenoRecoveryFail	%llu classic Reno fast retransmits failed
?TCPRenoRecovery	%llu times recovered from packet loss due to fast retransmit
?TCPRenoReorder	Detected reordering %llu times using reno fast retransmit
?TCPSackFailures	%llu timeouts after SACK recovery
?TCPSackRecoveryFail	%llu SACK retransmits failed
?TCPSackRecovery	%llu times recovered from packet loss by selective acknowledgements
?TCPSACKReneging	%llu bad SACK blocks received
?TCPSACKReorder	Detected reordering %llu times using SACK
?TCPSchedulerFailed	%llu times receiver scheduled too late for direct processing
?TCPSlowStartRetrans	%llu retransmits in slow start
?TCPTimeouts	%llu other TCP timeouts
?TCPTSReorder	Detected reordering %llu times using time stamp
?TWKilled	%llu TCP sockets finished time wait in slow timer
?TW	%llu TCP sockets finished time wait in fast timer
?TWRecycled	%llu time wait sockets recycled by time stamp
`;

export const IP6_WORDS = `
?Ip6FragCreates	%llu fragments created
?Ip6FragFails	%llu outgoing packets failed fragmentation
?Ip6FragOKs	%llu outgoing packets fragmented ok
?Ip6InAddrErrors	%llu with invalid addresses
Ip6InDelivers	%llu incoming packets delivered
Ip6InDiscards	%llu incoming packets discarded
?Ip6InHdrErrors	%llu with invalid headers
?Ip6InMcastPkts	%llu incoming multicast packets
?Ip6InNoRoutes	%llu incoming packets with no route
Ip6InReceives	%llu total packets received
?Ip6InTooBigErrors	%llu with packets too big
?Ip6InTruncatedPkts	%llu with truncated packets
?Ip6InUnknownProtos	%llu with unknown protocol
?Ip6OutDiscards	%llu outgoing packets dropped
Ip6OutForwDatagrams	%llu forwarded
?Ip6OutMcastPkts	%llu outgoing multicast packets
?Ip6OutNoRoutes	%llu dropped because of missing route
Ip6OutRequests	%llu requests sent out
?Ip6ReasmFails	%llu packet reassemblies failed
?Ip6ReasmOKs	%llu packets reassembled ok
?Ip6ReasmReqds	%llu reassemblies required
?Ip6ReasmTimeout	%llu fragments dropped after timeout
`;

export const ICMP6_WORDS = `
<Icmp6InDestUnreachs	destination unreachable: %llu
<Icmp6InEchoReplies	echo replies: %llu
<Icmp6InEchos	echo requests: %llu
Icmp6InErrors	%llu input ICMP message failed
<Icmp6InGroupMembQueries	group member queries: %llu
<Icmp6InGroupMembReductions	group member reductions: %llu
<Icmp6InGroupMembResponses	group member responses: %llu
Icmp6InMsgs	%llu ICMP messages received
<Icmp6InNeighborAdvertisements	neighbour advertisement: %llu
<Icmp6InNeighborSolicits	neighbour solicits: %llu
<Icmp6InParmProblems	parameter problem: %llu
<Icmp6InPktTooBigs	packets too big: %llu
<Icmp6InRedirects	redirects: %llu
<Icmp6InRouterAdvertisements	router advertisement: %llu
<Icmp6InRouterSolicits	router solicits: %llu
<Icmp6InTimeExcds	received ICMPv6 time exceeded: %llu
>Icmp6OutDestUnreachs	destination unreachable: %llu
>Icmp6OutEchoReplies	echo replies: %llu
>Icmp6OutEchos	echo requests: %llu
>Icmp6OutGroupMembQueries	group member queries: %llu
>Icmp6OutGroupMembReductions	group member reductions: %llu
>Icmp6OutGroupMembResponses	group member responses: %llu
Icmp6OutMsgs	%llu ICMP messages sent
>Icmp6OutNeighborAdvertisements	neighbor advertisements: %llu
>Icmp6OutNeighborSolicits	neighbor solicits: %llu
>Icmp6OutParmProblems	parameter problem: %llu
>Icmp6OutPktTooBigs	packets too big: %llu
>Icmp6OutRedirects	redirects: %llu
>Icmp6OutRouterAdvertisements 	router advertisement: %llu
>Icmp6OutRouterSolicits	router solicits: %llu
>Icmp6OutTimeExcds	sent ICMPv6 time exceeded: %llu
`;

export const UDP6_WORDS = `
Udp6InDatagrams	%llu packets received
Udp6InErrors	%llu packet receive errors
Udp6NoPorts	%llu packets to unknown port received
Udp6OutDatagrams	%llu packets sent
`;
