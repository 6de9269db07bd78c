# fails: loud, fragments; shows: raise
# vxlan0 takes it all now, and every big packet becomes two letters.
answer largest $(( {mtu} - 50 - 28 ))
ip link set vxlan0 mtu {mtu}
ip netns exec red ping -c 1 10.0.0.2
# on host2
ip link set vxlan0 mtu {mtu}
