# Docker's own line: what comes from the containers, and does not go back to them.
iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
