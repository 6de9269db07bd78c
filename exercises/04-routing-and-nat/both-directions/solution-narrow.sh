# Neither needs a way to everywhere: a route to the other's network is enough.
ip -n left route add 10.{n}.2.0/24 via 10.{n}.1.1
ip -n right route add 10.{n}.1.0/24 via 10.{n}.2.1
ip netns exec router sysctl -w net.ipv4.ip_forward=1
