# fails: page, hop; shows: one-way
# The question arrives. right does not know where left lives.
ip -n left route add default via 10.{n}.1.1
ip netns exec router sysctl -w net.ipv4.ip_forward=1
