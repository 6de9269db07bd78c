# fails: next; shows: one-by-one
iptables -t nat -A POSTROUTING -s 172.17.0.2 ! -o docker0 -j MASQUERADE
iptables -t nat -A POSTROUTING -s 172.17.0.3 ! -o docker0 -j MASQUERADE
