ip link add br0 type bridge
ip link set br0 up
ip link set v1 master br0
ip link set v2 master br0
ip link set v3 master br0
