# fails: client, self, who; shows: to-gateway
# br0's address is the host's, and the host serves nothing on port 80.
iptables -t nat -A PREROUTING -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.1:80
iptables -t nat -A OUTPUT -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.1:80
