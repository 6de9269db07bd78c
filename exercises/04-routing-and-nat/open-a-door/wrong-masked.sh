# fails: who; shows: masked
# "So that the answer finds its way back": it does anyway, and box no longer knows who asks.
iptables -t nat -A PREROUTING -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
iptables -t nat -A OUTPUT -d 192.168.56.11 -p tcp --dport {port} -j DNAT --to-destination 172.30.0.2:80
iptables -t nat -A POSTROUTING -o br0 -j MASQUERADE
