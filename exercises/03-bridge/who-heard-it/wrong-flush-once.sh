# fails: forgets
# Emptied once: the next frames fill it again.
answer fresh 1
answer flushed 1
answer ageless $(( 2 * {k} ))
ip netns exec n1 ping -c {k} 10.0.0.2
ip link set br0 type bridge fdb_flush
