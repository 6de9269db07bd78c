# fails: inside; shows: everything
# No word about the way: whatever leaves by any device is rewritten.
iptables -t nat -A POSTROUTING -j MASQUERADE
