# fails: self; shows: prerouting-only
iptables -t nat -A PREROUTING -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
