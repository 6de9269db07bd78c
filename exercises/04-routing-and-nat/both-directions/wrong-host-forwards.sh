# fails: page, hop; shows: no-forward, wrong-host
# Forwarding is a namespace's own setting, and this is the host's.
ip -n left route add default via 10.{n}.1.1
ip -n right route add default via 10.{n}.2.1
sysctl -w net.ipv4.ip_forward=1
