# fails: masked; shows: everything
# Every packet that leaves by anything, those on the bridge among them.
iptables -t nat -A POSTROUTING -j MASQUERADE
