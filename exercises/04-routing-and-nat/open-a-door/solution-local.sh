# As Docker writes it: a chain for both ways in, for whatever address is the host's own.
iptables -t nat -N DOORS
iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOORS
iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOORS
iptables -t nat -A DOORS -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
