# Asked by broadcast: "who has 10.0.0.2?" One frame for everybody; the answer and the pings go straight.
answer fresh 1
# The first ping goes to an address that the table does not hold: flooded. The answer teaches the bridge.
answer flushed 1
# Nothing is ever learned: every ping and every answer goes everywhere.
answer ageless $(( 2 * {k} ))
# The experiment, and the bridge left as a hub.
ip link set br0 type bridge ageing_time 0
ip netns exec n1 ping -c {k} 10.0.0.2
