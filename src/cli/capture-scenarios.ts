/** A script for host1 that writes /root/capture.pcap, and what Wireshark has to find in it. */
export interface CaptureScenario {
  readonly name: string;
  readonly script: string;
  /** Each is in the layers of some frame, as tshark names them: `eth:ethertype:arp`. */
  readonly protocols: readonly string[];
  /** LINKTYPE_*; Ethernet if not given. */
  readonly linkType?: number;
  readonly snaplen?: number;
}

const LINUX_SLL2 = 276;

/** Captures while commands run. */
const capture = (
  options: string,
  commands: string,
  filter = '',
): string => `tcpdump ${options} -U -w /root/capture.pcap ${filter} 2>/dev/null & dump=$!
sleep 0.5
${commands}
sleep 1; kill -INT $dump; wait $dump 2>/dev/null`;

const PAIR = `ip netns add b; ip link add v0 type veth peer name v1 netns b
ip addr add 10.0.0.1/24 dev v0; ip -n b addr add 10.0.0.2/24 dev v1; ip addr add fd00::1/64 dev v0 nodad; ip -n b addr add fd00::2/64 dev v1 nodad
ip -n b link set lo up; ip -n b link set v1 up; ip link set v0 up
`;

export const SCENARIOS: readonly CaptureScenario[] = [
  {
    name: 'ARP and ICMP',
    script: capture('-i eth0', 'ping -c2 192.168.56.1; arping -c1 -I eth0 192.168.56.1; ping -c1 -W1 192.168.56.99'),
    protocols: ['eth:ethertype:arp', 'eth:ethertype:ip:icmp:data'],
  },
  {
    name: 'fragments of IPv4',
    script: capture('-i eth0', 'ping -c2 -s 4000 192.168.56.1'),
    protocols: ['eth:ethertype:ip:data', 'eth:ethertype:ip:icmp:data'],
  },
  {
    name: 'neighbour discovery, listener reports and fragments of IPv6',
    script: `ip netns add b; ip link add v0 type veth peer name v1 netns b
${capture('-i v0', 'ip link set v0 up; ip -n b link set v1 up; ip addr add fd00::1/64 dev v0; ip -n b addr add fd00::2/64 dev v1; sleep 4; ping -c2 fd00::2; ping -c1 -s 3000 fd00::2').replace('tcpdump', 'ip link set v0 up; tcpdump')}`,
    protocols: ['eth:ethertype:ipv6:icmpv6', 'eth:ethertype:ipv6:ipv6.hopopts:icmpv6', 'eth:ethertype:ipv6:ipv6.fraghdr:icmpv6:data'],
  },
  {
    name: 'DNS',
    script: capture('-i eth0', 'ping -c1 www.example.com; getent hosts nobody.example'),
    protocols: ['eth:ethertype:ip:udp:dns'],
  },
  {
    name: 'UDP that nobody waits for, and times to live that end',
    script: capture('-i eth0', 'traceroute -n 203.0.113.80; ping -c1 -t1 203.0.113.80'),
    protocols: ['eth:ethertype:ip:udp:data', 'eth:ethertype:ip:icmp:ip:udp:data'],
  },
  {
    name: 'all devices at once, on a cooked link',
    script: `${PAIR}${capture('-i any', 'ping -c1 10.0.0.2; ping -c1 fd00::2; ping -c1 127.0.0.1; ping -c1 192.168.56.1')}`,
    protocols: ['sll:ethertype:arp', 'sll:ethertype:ip:icmp:data', 'sll:ethertype:ipv6:icmpv6:data'],
    linkType: LINUX_SLL2,
  },
  {
    name: 'only the first bytes of each packet',
    script: capture('-i eth0 -s 60', 'ping -c2 -s 600 192.168.56.1'),
    protocols: ['eth:ethertype:ip:icmp:data'],
    snaplen: 60,
  },
  {
    name: 'a VLAN and spanning tree on a bridge’s port',
    script: `ip link add br0 type bridge vlan_filtering 1 stp_state 1; ip link add v0 type veth peer name v1
ip link set v0 master br0; bridge vlan add dev v0 vid 10 tagged; bridge vlan add dev br0 vid 10 self; ip link add link br0 name br0.10 type vlan id 10
${capture('-i v1', 'for d in br0 v0 v1 br0.10; do ip link set $d up; done; ip addr add 10.10.0.1/24 dev br0.10; sleep 35; ping -c1 -W1 10.10.0.2').replace('tcpdump', 'ip link set v1 up; tcpdump')}`,
    protocols: ['eth:llc:stp', 'eth:ethertype:vlan:ethertype:arp'],
  },
  {
    name: 'packets that a rule rejects',
    script: `${PAIR}ip netns exec b iptables -A INPUT -p icmp -j REJECT --reject-with icmp-admin-prohibited
${capture('-i v0', 'ping -c1 -W1 10.0.0.2')}`,
    protocols: ['eth:ethertype:ip:icmp:ip:icmp:data'],
  },
  {
    name: 'a tunnel of VXLAN, and fragments of what does not fit into it',
    script: `${PAIR}ip link add vx type vxlan id 7 dstport 4789 local 10.0.0.1 remote 10.0.0.2 dev v0; ip addr add 10.7.0.1/24 dev vx; ip link set vx up
ip -n b link add vx type vxlan id 7 dstport 4789 local 10.0.0.2 remote 10.0.0.1 dev v1; ip -n b addr add 10.7.0.2/24 dev vx; ip -n b link set vx up
${capture('-i v0', 'ping -c2 10.7.0.2; ping -c1 -s 3000 10.7.0.2')}`,
    protocols: ['eth:ethertype:ip:udp:vxlan:eth:ethertype:arp', 'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:icmp:data'],
  },
  {
    name: 'HTTP',
    script: `${PAIR}mkdir /tmp/www; seq 20000 >/tmp/www/numbers; ip netns exec b busybox httpd -p 80 -h /tmp/www
${capture('-i v0', 'sleep 0.5; curl -s http://10.0.0.2/numbers | tail -1; curl -s http://10.0.0.2/nothing; curl -s -g "http://[fd00::2]/numbers" | wc -l')}`,
    protocols: ['eth:ethertype:ip:tcp:http', 'eth:ethertype:ipv6:tcp', 'eth:ethertype:ip:tcp'],
  },
  {
    name: 'TCP on a cable that loses packets, and a port that is closed',
    script: `${PAIR}ip netns exec b tc qdisc add dev v1 root netem loss 20%; tc qdisc add dev v0 root netem loss 20% delay 1ms
seq 30000 >/tmp/numbers; ip netns exec b sh -c 'timeout 90 nc -l -N 5000 >/tmp/got' &
${capture('-i any', 'sleep 0.5; timeout 60 nc -N 10.0.0.2 5000 </tmp/numbers; sleep 20; cmp /tmp/numbers /tmp/got && nc -w 5 10.0.0.2 5000', 'port 5000')}`,
    protocols: ['sll:ethertype:ip:tcp', 'sll:ethertype:ip:tcp:data'],
    linkType: LINUX_SLL2,
  },
  {
    name: 'masquerade on the way out, a published port on the way in',
    script: `${PAIR}sysctl -qw net.ipv4.ip_forward=1; ip -n b route add default via 10.0.0.1
iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE; iptables -t nat -A OUTPUT -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80
mkdir /tmp/www; seq 100 >/tmp/www/numbers; ip netns exec b busybox httpd -p 80 -h /tmp/www
${capture('-i any', 'sleep 0.5; ip netns exec b ping -c2 203.0.113.80; ip netns exec b traceroute -n -m 2 203.0.113.99; ip netns exec b dig +short @203.0.113.53 www.example.com; curl -s http://192.168.56.11:8080/numbers')}`,
    protocols: ['sll:ethertype:ip:icmp:data', 'sll:ethertype:ip:udp:dns', 'sll:ethertype:ip:tcp:http'],
    linkType: LINUX_SLL2,
  },
];
