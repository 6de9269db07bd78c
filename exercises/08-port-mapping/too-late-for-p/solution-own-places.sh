# The same without touching Docker's chains.
iptables -t nat -A PREROUTING -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.17.0.2:80
iptables -I DOCKER-USER -d 172.17.0.2 -p tcp --dport 80 -j ACCEPT
