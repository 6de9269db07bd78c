# fails: ping, tunnel; shows: old-port
# 8472 is what Linux takes when it is not told: the two knock at different doors.
ip link add vxlan0 type vxlan id {vni} dstport 8472 dev eth0 remote 192.168.56.12
ip addr add 10.42.0.1/24 dev vxlan0
ip link set vxlan0 up
