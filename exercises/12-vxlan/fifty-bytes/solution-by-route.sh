# The device keeps its MTU, and the route to the others says what fits.
answer largest $(( {mtu} - 78 ))
ip -n red route change 10.0.0.0/24 dev eth0 mtu $(( {mtu} - 50 ))
ip netns exec red ping -c 1 10.0.0.2
# on host2
ip -n blue route change 10.0.0.0/24 dev eth0 mtu $(( {mtu} - 50 ))
