# fails: cut, others; shows: seed-name
# eth0's own number, and no device of the host's has that. The next lower one is somebody else's.
number=$(docker exec {c} cat /sys/class/net/eth0/ifindex)
ip link set $(ip -o link | sed -n "s/^$((number - 1)): \(veth[0-9a-f]*\)@.*/\1/p") down
