# fails: largest; shows: frame
# 14 bytes too few: the outer Ethernet header has been counted as well.
answer largest $(( {mtu} - 50 - 28 - 14 ))
ip -n red link set eth0 mtu $(( {mtu} - 50 ))
ip netns exec red ping -c 1 10.0.0.2
# on host2
ip -n blue link set eth0 mtu $(( {mtu} - 50 ))
