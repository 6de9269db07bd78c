import { LazyMap } from '../../base/lazy.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';

/** How many errors a peer may get at once after a quiet time (XRLIM_BURST_FACTOR). */
const BURST = 6;
/** Redirects sent to a peer that does not listen before we stop (net.ipv4.route.redirect_number), and the first pause between them. */
const REDIRECT_NUMBER = 9;
const REDIRECT_LOAD_NS = 20 * NS_PER_MS;
const REDIRECT_SILENCE_NS = REDIRECT_LOAD_NS * 2 ** (REDIRECT_NUMBER + 1);
/** Peers remembered; the oldest is forgotten first. */
const PEERS_LIMIT = 4096;

interface Peer {
  tokensNs: number;
  lastNs: number;
  redirects: number;
}

/** What an error about a missing route costs, and how much a host may save up for such errors (net.ipv4.route.error_cost, error_burst). */
const ROUTE_ERROR_COST_NS = NS_PER_S;
const ROUTE_ERROR_BURST_NS = 5 * NS_PER_S;

/**
 * What is remembered about hosts we send errors to, to limit their rate (net/ipv4/inetpeer.c). As in Linux one bucket of time serves
 * three purposes: ICMP errors in general, errors about missing routes on top of that, and redirects.
 */
export class InetPeers<Address> {
  private readonly peers = new LazyMap<Address, Peer>();

  /** A token bucket per host (inet_peer_xrlim_allow): whether an error may be sent to it, at most one per `timeoutMs` in the long run. */
  allowError(address: Address, now: number, timeoutMs: number): boolean {
    const peer = this.peer(address, now);
    const timeoutNs = timeoutMs * NS_PER_MS;
    const tokens = Math.min(peer.tokensNs + now - peer.lastNs, BURST * timeoutNs);
    peer.lastNs = now;
    const allowed = tokens >= timeoutNs;
    peer.tokensNs = allowed ? tokens - timeoutNs : tokens;
    return allowed;
  }

  /** The limit that a router has on saying "no route", before the general one (ip_error). */
  allowRouteError(address: Address, now: number): boolean {
    const peer = this.peer(address, now);
    const tokens = Math.min(peer.tokensNs + now - peer.lastNs, ROUTE_ERROR_BURST_NS);
    peer.lastNs = now;
    const allowed = tokens >= ROUTE_ERROR_COST_NS;
    peer.tokensNs = allowed ? tokens - ROUTE_ERROR_COST_NS : tokens;
    return allowed;
  }

  /** Redirects to one host grow rarer, and end when it ignores them (ip_rt_send_redirect). */
  allowRedirect(address: Address, now: number): boolean {
    const peer = this.peer(address, now);
    if (now > peer.lastNs + REDIRECT_SILENCE_NS) {
      peer.tokensNs = 0;
      peer.redirects = 0;
    }
    if (peer.redirects >= REDIRECT_NUMBER) {
      peer.lastNs = now;
      return false;
    }
    if (peer.redirects > 0 && now <= peer.lastNs + REDIRECT_LOAD_NS * 2 ** peer.redirects) return false;
    peer.lastNs = now;
    peer.redirects++;
    return true;
  }

  private peer(address: Address, now: number): Peer {
    let peer = this.peers.get(address);
    if (!peer) {
      if (this.peers.size >= PEERS_LIMIT)
        for (const oldest of this.peers.keys()) {
          this.peers.delete(oldest);
          break;
        }
      peer = { tokensNs: 0, lastNs: now - 60 * NS_PER_S, redirects: 0 };
      this.peers.set(address, peer);
    }
    return peer;
  }
}

/** The limit over all hosts (icmp_global_allow): `perSecond` messages, at most `burst` at once. */
export class GlobalLimit {
  private credit = 0;
  private stampNs = Number.NEGATIVE_INFINITY;

  allow(now: number, perSecond: number, burst: number): boolean {
    const delta = Math.min(now - this.stampNs, NS_PER_S);
    if (delta >= NS_PER_S / 50) {
      const gained = Math.floor((perSecond * delta) / NS_PER_S);
      if (gained > 0) this.stampNs = now;
      this.credit = Math.min(this.credit + gained, burst);
    }
    if (this.credit <= 0) return false;
    this.credit--;
    return true;
  }
}
