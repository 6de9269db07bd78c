# fails: ping, tunnel; shows: other-vni
# The number of the chapter, and not that of this network.
ip link add vxlan0 type vxlan id 42 dstport 4789 dev eth0 remote 192.168.56.12
ip addr add 10.42.0.1/24 dev vxlan0
ip link set vxlan0 up
