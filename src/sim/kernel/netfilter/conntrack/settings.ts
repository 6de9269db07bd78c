import { NS_PER_S } from '../../../base/time.ts';
import type { NetSysctl } from '../../sysctl/net-sysctl.ts';

/** net.netfilter.nf_conntrack_* as packets need them: read anew only after something was written. Timeouts in ns. */
export class ConntrackSettings {
  private readonly sysctl: NetSysctl;
  private version = -1;
  accounting = false;
  verifyChecksum = true;
  max = 0;
  /** By state, as in tcp-states.ts. */
  readonly tcpTimeouts = new Float64Array(10);
  tcpRetransmissionNs = 0;
  tcpUnacknowledgedNs = 0;
  tcpMaxRetransmissions = 0;
  tcpLiberal = false;
  tcpLoose = true;
  tcpIgnoreInvalidReset = false;
  udpNs = 0;
  udpStreamNs = 0;
  icmpNs = 0;
  icmpv6Ns = 0;
  genericNs = 0;
  greNs = 0;
  /** 0: no events; 1: of all entries; 2: of those that begin while somebody listens. */
  events = 0;

  constructor(sysctl: NetSysctl) {
    this.sysctl = sysctl;
  }

  /** Called before the values are used. */
  refresh(): void {
    if (this.version === this.sysctl.version) return;
    this.version = this.sysctl.version;
    const int = (name: string): number => this.sysctl.int(`net/netfilter/nf_conntrack_${name}`);
    const ns = (name: string): number => int(name) * NS_PER_S;
    this.accounting = int('acct') !== 0;
    this.verifyChecksum = int('checksum') !== 0;
    this.max = int('max');
    const tcp = ['', 'syn_sent', 'syn_recv', 'established', 'fin_wait', 'close_wait', 'last_ack', 'time_wait', 'close', 'syn_sent'];
    for (let state = 1; state < tcp.length; state++) this.tcpTimeouts[state] = ns(`tcp_timeout_${tcp[state]}`);
    this.tcpRetransmissionNs = ns('tcp_timeout_max_retrans');
    this.tcpUnacknowledgedNs = ns('tcp_timeout_unacknowledged');
    this.tcpMaxRetransmissions = int('tcp_max_retrans');
    this.tcpLiberal = int('tcp_be_liberal') !== 0;
    this.tcpLoose = int('tcp_loose') !== 0;
    this.tcpIgnoreInvalidReset = int('tcp_ignore_invalid_rst') !== 0;
    this.udpNs = ns('udp_timeout');
    this.udpStreamNs = ns('udp_timeout_stream');
    this.icmpNs = ns('icmp_timeout');
    this.icmpv6Ns = ns('icmpv6_timeout');
    this.genericNs = ns('generic_timeout');
    this.greNs = ns('gre_timeout');
    this.events = int('events');
  }
}
