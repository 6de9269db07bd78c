# fails: all; shows: loose
# v3 has an address in the same network on its other end, and that is not the same as being plugged in.
ip link add br0 type bridge
ip link set br0 up
ip link set v1 master br0
ip link set v2 master br0
