# fails: db; shows: forward-open
iptables -t nat -A DOCKER ! -i docker0 -p tcp --dport {port} -j DNAT --to-destination 172.17.0.2:80
iptables -P FORWARD ACCEPT
