# fails: out; shows: no-match
# -s asks for the sender before the change, and the host's network is the one after it.
iptables -t nat -A POSTROUTING -s 192.168.56.0/24 -o eth0 -j MASQUERADE
