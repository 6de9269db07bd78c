# on {silent}
ip link set eth0 up
