ip -n {room} link set lo up
