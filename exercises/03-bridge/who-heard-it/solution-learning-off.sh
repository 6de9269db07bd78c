answer fresh 1
answer flushed 1
answer ageless $(( 2 * {k} ))
ip netns exec n1 ping -c {k} 10.0.0.2
# The ports no longer learn, and what had been learned is forgotten.
bridge link set dev v1 learning off
bridge link set dev v2 learning off
ip link set br0 type bridge fdb_flush
