# fails: fresh, flushed, ageless
# Looked first, and then "predicted".
ip link set br0 type bridge ageing_time 0
ip netns exec n1 ping -c {k} 10.0.0.2
answer fresh 1
answer flushed 1
answer ageless $(( 2 * {k} ))
