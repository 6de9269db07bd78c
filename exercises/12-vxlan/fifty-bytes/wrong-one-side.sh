# fails: loud; shows: one-side
# TCP is content, because its two ends agree on the smaller. blue's pings are not.
answer largest $(( {mtu} - 50 - 28 ))
ip -n red link set eth0 mtu $(( {mtu} - 50 ))
ip netns exec red ping -c 1 10.0.0.2
