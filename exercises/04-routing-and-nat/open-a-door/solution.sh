# Two doors in one: for what comes in, and for what the host itself sends.
iptables -t nat -A PREROUTING -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
iptables -t nat -A OUTPUT -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
