import type { KernelError } from '../../base/result.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Skb } from '../skb.ts';
import type { PortTable } from './port-table.ts';
import { UdpSocket } from './udp.ts';

/** What a tunnel does with a datagram: `skb.data` is at the UDP header, `skb.network` at the IP header, `skb.dev` where it came in. */
export type UdpTunnelReceive = (skb: Skb) => void;

/** The kernel's own socket for tunnels on one port (`setup_udp_tunnel_sock`): what arrives goes to the tunnel, no process reads it. */
export class UdpTunnelSocket extends UdpSocket {
  override readonly zeroChecksum6: boolean;
  private readonly receiveSkb: UdpTunnelReceive;

  constructor(stack: NetStack, family: 'inet' | 'inet6', table: PortTable<UdpSocket>, zeroChecksum6: boolean, receive: UdpTunnelReceive) {
    super(stack, family, table);
    this.zeroChecksum6 = zeroChecksum6;
    this.receiveSkb = receive;
    this.options.v6only = family === 'inet6';
  }

  /** Takes the port on all addresses. EADDRINUSE. */
  open(port: number): KernelError | undefined {
    return this.takePort(this.local, port);
  }

  override deliver4(skb: Skb): void {
    this.receiveSkb(skb);
  }

  override deliver6(skb: Skb): void {
    this.receiveSkb(skb);
  }

  /** Path MTUs are learned by the routes; nobody else wants to know. */
  override fail(): void {}
}
