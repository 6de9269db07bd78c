# fails: fresh, flushed; shows: hub
# Everybody hears everything, as if a switch were a hub.
answer fresh $(( 2 * {k} + 2 ))
answer flushed $(( 2 * {k} ))
answer ageless $(( 2 * {k} ))
ip link set br0 type bridge ageing_time 0
ip netns exec n1 ping -c {k} 10.0.0.2
