# Without remote, and the place written down afterwards: remote does nothing else.
ip link add tunnel type vxlan id {vni} dstport 4789
bridge fdb append 00:00:00:00:00:00 dev tunnel dst 192.168.56.12
ip addr add 10.42.0.9/24 dev tunnel
ip link set tunnel up
