# 50 bytes for the letter, 28 for the ping's own headers.
answer largest $(( {mtu} - 50 - 28 ))
ip -n red link set eth0 mtu $(( {mtu} - 50 ))
ip netns exec red ping -c 1 10.0.0.2
# on host2
ip -n blue link set eth0 mtu $(( {mtu} - 50 ))
