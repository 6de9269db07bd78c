# A way there, a way back, and somebody in the middle who passes on.
ip -n left route add default via 10.{n}.1.1
ip -n right route add default via 10.{n}.2.1
ip netns exec router sysctl -w net.ipv4.ip_forward=1
