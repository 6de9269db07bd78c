# What -p writes: where it goes, and that it may.
iptables -t nat -A DOCKER ! -i docker0 -p tcp --dport {port} -j DNAT --to-destination 172.17.0.2:80
iptables -A DOCKER -d 172.17.0.2 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT
