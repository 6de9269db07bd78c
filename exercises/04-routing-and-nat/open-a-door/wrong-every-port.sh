# fails: own; shows: every-port
# No --dport: all the host's doors lead to box now.
iptables -t nat -A PREROUTING -d 192.168.56.11 -p tcp -j DNAT --to-destination 172.30.0.2:80
iptables -t nat -A OUTPUT -d 192.168.56.11 -p tcp -j DNAT --to-destination 172.30.0.2:80
