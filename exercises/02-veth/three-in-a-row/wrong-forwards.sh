# fails: through; shows: forwards
# mid passes packets on: that is the next chapters' business, and here nobody asked for it.
ip netns add red
ip netns add mid
ip netns add blue
ip link add r0 netns red type veth peer name m0 netns mid
ip link add m1 netns mid type veth peer name b0 netns blue
ip -n red addr add 10.1.{n}.1/24 dev r0
ip -n mid addr add 10.1.{n}.2/24 dev m0
ip -n mid addr add 10.2.{n}.2/24 dev m1
ip -n blue addr add 10.2.{n}.3/24 dev b0
ip -n red link set r0 up
ip -n mid link set m0 up
ip -n mid link set m1 up
ip -n blue link set b0 up
ip netns exec mid sysctl -w net.ipv4.ip_forward=1
ip -n red route add default via 10.1.{n}.2
ip -n blue route add default via 10.2.{n}.2
