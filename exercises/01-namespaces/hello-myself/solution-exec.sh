ip netns exec {room} ip link set lo up
