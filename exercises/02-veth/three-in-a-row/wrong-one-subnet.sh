# fails: right, cut
# Both cables in one subnet: mid has two ways to 10.1.{n}.0/24 and takes the first.
ip netns add red
ip netns add mid
ip netns add blue
ip link add r0 netns red type veth peer name m0 netns mid
ip link add m1 netns mid type veth peer name b0 netns blue
ip -n red addr add 10.1.{n}.1/24 dev r0
ip -n mid addr add 10.1.{n}.2/24 dev m0
ip -n mid addr add 10.1.{n}.4/24 dev m1
ip -n blue addr add 10.1.{n}.3/24 dev b0
ip -n red link set r0 up
ip -n mid link set m0 up
ip -n mid link set m1 up
ip -n blue link set b0 up
