# Inside, iflink says the number of the other end; on the host, that number has a name.
number=$(docker exec {c} cat /sys/class/net/eth0/iflink)
ip link set $(ip -o link | sed -n "s/^$number: \(veth[0-9a-f]*\)@.*/\1/p") down
