/** What `ipset help` says (ipset 7.17). */
export const IPSET_USAGE = `ipset v7.17

Usage: ipset [options] COMMAND

Commands:
create SETNAME TYPENAME [type-specific-options]
        Create a new set
add SETNAME ENTRY
        Add entry to the named set
del SETNAME ENTRY
        Delete entry from the named set
test SETNAME ENTRY
        Test entry in the named set
destroy [SETNAME]
        Destroy a named set or all sets
list [SETNAME]
        List the entries of a named set or all sets
save [SETNAME]
        Save the named set or all sets to stdout
restore 
        Restore a saved state
flush [SETNAME]
        Flush a named set or all sets
rename FROM-SETNAME TO-SETNAME
        Rename two sets
swap FROM-SETNAME TO-SETNAME
        Swap the contect of two existing sets
help [TYPENAME]
        Print help, and settype specific help
version 
        Print version information
quit 
        Quit interactive mode

Options:
-o plain|save|xml
       Specify output mode for listing sets.
       Default value for "list" command is mode "plain"
       and for "save" command is mode "save".
-s 
        Print elements sorted (if supported by the set type).
-q 
        Suppress any notice or warning message.
-r 
        Try to resolve IP addresses in the output (slow!)
-! 
        Ignore errors when creating or adding sets or
        elements that do exist or when deleting elements
        that don't exist.
-n 
        When listing, just list setnames from the kernel.

-t 
        When listing, list setnames and set headers
        from kernel only.
-f 
        Read from the given file instead of standard
        input (restore) or write to given file instead
        of standard output (list/save).
`;

/** The types and their revisions, as `ipset --help` lists them behind that. */
export const IPSET_REVISIONS = `
Supported set types:
    list:set		3	skbinfo support
    list:set		2	comment support
    list:set		1	counters support
    list:set		0	Initial revision
    hash:mac		1	bucketsize, initval support
    hash:mac		0	Initial revision
    hash:ip,mac		1	bucketsize, initval support
    hash:ip,mac		0	Initial revision
    hash:net,iface	8	bucketsize, initval support
    hash:net,iface	7	skbinfo and wildcard support
    hash:net,iface	6	skbinfo support
    hash:net,iface	5	forceadd support
    hash:net,iface	4	comment support
    hash:net,iface	3	counters support
    hash:net,iface	2	/0 network support
    hash:net,iface	1	nomatch flag support
    hash:net,iface	0	Initial revision
    hash:net,port	8	bucketsize, initval support
    hash:net,port	7	skbinfo support
    hash:net,port	6	forceadd support
    hash:net,port	5	comment support
    hash:net,port	4	counters support
    hash:net,port	3	nomatch flag support
    hash:net,port	2	Add/del range support
    hash:net,port	1	SCTP and UDPLITE support
    hash:net,port,net	3	bucketsize, initval support
    hash:net,port,net	2	skbinfo support
    hash:net,port,net	1	forceadd support
    hash:net,port,net	0	initial revision
    hash:net,net	4	netmask and bitmask support
    hash:net,net	3	bucketsize, initval support
    hash:net,net	2	skbinfo support
    hash:net,net	1	forceadd support
    hash:net,net	0	initial revision
    hash:net		7	bucketsize, initval support
    hash:net		6	skbinfo support
    hash:net		5	forceadd support
    hash:net		4	comment support
    hash:net		3	counters support
    hash:net		2	nomatch flag support
    hash:net		1	Add/del range support
    hash:net		0	Initial revision
    hash:ip,port,net	8	bucketsize, initval support
    hash:ip,port,net	7	skbinfo support
    hash:ip,port,net	6	forceadd support
    hash:ip,port,net	5	comment support
    hash:ip,port,net	4	counters support
    hash:ip,port,net	3	nomatch flag support
    hash:ip,port,net	2	Add/del range support
    hash:ip,port,net	1	SCTP and UDPLITE support
    hash:ip,port,ip	6	bucketsize, initval support
    hash:ip,port,ip	5	skbinfo support
    hash:ip,port,ip	4	forceadd support
    hash:ip,port,ip	3	comment support
    hash:ip,port,ip	2	counters support
    hash:ip,port,ip	1	SCTP and UDPLITE support
    hash:ip,mark	3	bucketsize, initval support
    hash:ip,mark	2	skbinfo support
    hash:ip,mark	1	forceadd support
    hash:ip,mark	0	initial revision
    hash:ip,port	7	netmask and bitmask support
    hash:ip,port	6	bucketsize, initval support
    hash:ip,port	5	skbinfo support
    hash:ip,port	4	forceadd support
    hash:ip,port	3	comment support
    hash:ip,port	2	counters support
    hash:ip,port	1	SCTP and UDPLITE support
    hash:ip		6	bitmask support
    hash:ip		5	bucketsize, initval support
    hash:ip		4	skbinfo support
    hash:ip		3	forceadd support
    hash:ip		2	comment support
    hash:ip		1	counters support
    hash:ip		0	Initial revision
    bitmap:port		3	skbinfo support
    bitmap:port		2	comment support
    bitmap:port		1	counters support
    bitmap:port		0	Initial revision
    bitmap:ip,mac	3	skbinfo support
    bitmap:ip,mac	2	comment support
    bitmap:ip,mac	1	counters support
    bitmap:ip,mac	0	Initial revision
    bitmap:ip		3	skbinfo support
    bitmap:ip		2	comment support
    bitmap:ip		1	counters support
    bitmap:ip		0	Initial revision
`;

/** How ports are written, in the help of types that have them. */
export const PORT_NOTE = `      [PROTO:]PORT is a valid pattern of the following:
           PORTNAME         TCP port name from /etc/services
           PORTNUMBER       TCP port number identifier
           tcp|sctp|udp|udplite:PORTNAME|PORTNUMBER
           icmp:CODENAME    supported ICMP codename
           icmp:TYPE/CODE   ICMP type/code value
           icmpv6:CODENAME  supported ICMPv6 codename
           icmpv6:TYPE/CODE ICMPv6 type/code value
           PROTO:0          all other protocols

           Supported ICMP codenames:
               echo-reply
               pong
               network-unreachable
               host-unreachable
               protocol-unreachable
               port-unreachable
               fragmentation-needed
               source-route-failed
               network-unknown
               host-unknown
               network-prohibited
               host-prohibited
               TOS-network-unreachable
               TOS-host-unreachable
               communication-prohibited
               host-precedence-violation
               precedence-cutoff
               source-quench
               network-redirect
               host-redirect
               TOS-network-redirect
               TOS-host-redirect
               echo-request
               ping
               router-advertisement
               router-solicitation
               ttl-zero-during-transit
               ttl-zero-during-reassembly
               ip-header-bad
               required-option-missing
               timestamp-request
               timestamp-reply
               address-mask-request
               address-mask-reply
           Supported ICMPv6 codenames:
               no-route
               communication-prohibited
               address-unreachable
               port-unreachable
               packet-too-big
               ttl-zero-during-transit
               ttl-zero-during-reassembly
               bad-header
               unknown-header-type
               unknown-option
               echo-request
               ping
               echo-reply
               pong
               router-solicitation
               router-advertisement
               neighbour-solicitation
               neigbour-solicitation
               neighbour-advertisement
               neigbour-advertisement
               redirect
`;

/** What the help of each type says of its elements. */
export const TYPE_NOTES: Readonly<Record<string, string>> = {
  'hash:net': `where depending on the INET family
      IP is an IPv4 or IPv6 address (or hostname),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.`,
  'hash:ip,port': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname).
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      is supported for IPv4.
      Adding/deleting multiple elements with TCP/SCTP/UDP/UDPLITE
      port range is supported both for IPv4 and IPv6.`,
  'hash:net,port': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      Adding/deleting multiple elements with TCP/SCTP/UDP/UDPLITE
      port range is supported both for IPv4 and IPv6.`,
  'hash:ip,port,ip': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname).
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      in the first IP component is supported for IPv4.
      Adding/deleting multiple elements with TCP/SCTP/UDP/UDPLITE
      port range is supported both for IPv4 and IPv6.`,
  'hash:mac': ``,
  'bitmap:ip': `where IP, FROM and TO are IPv4 addresses (or hostnames),
      CIDR is a valid IPv4 CIDR prefix.`,
  'bitmap:port': `where PORT, FROM and TO are port numbers or port names from /etc/services.
      PROTO is only needed if a service name is used and it does not exist
      as a TCP service; just the resolved service numer is stored in the set.`,
  'list:set': `where NAME are existing set names.`,
  'hash:ip,port,net': `where depending on the INET family
      IP are valid IPv4 or IPv6 addresses (or hostnames),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      in the first IP component is supported for IPv4.
      Adding/deleting multiple elements with TCP/SCTP/UDP/UDPLITE
      port range is supported both for IPv4 and IPv6.`,
  'hash:net,iface': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      Adding/deleting multiple elements with IPv4 is supported.`,
  'hash:ip,mark': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname).
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      is supported for IPv4.
      Adding/deleting single mark element
      is supported both for IPv4 and IPv6.`,
  'hash:net,net': `where depending on the INET family
      IP is an IPv4 or IPv6 address (or hostname),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      IP range is not supported with IPv6.`,
  'bitmap:ip,mac': `where IP, FROM and TO are IPv4 addresses (or hostnames),
      CIDR is a valid IPv4 CIDR prefix.
      MAC is a valid MAC address.`,
  'hash:net,port,net': `where depending on the INET family
      IP are valid IPv4 or IPv6 addresses (or hostnames),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      in both IP components are supported for IPv4.
      Adding/deleting multiple elements with TCP/SCTP/UDP/UDPLITE
      port range is supported both for IPv4 and IPv6.`,
  'hash:ip,mac': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname),
      MAC is a MAC address.`,
  'hash:ip': `where depending on the INET family
      IP is a valid IPv4 or IPv6 address (or hostname),
      CIDR is a valid IPv4 or IPv6 CIDR prefix.
      Adding/deleting multiple elements in IP/CIDR or FROM-TO form
      is supported for IPv4.`,
};
