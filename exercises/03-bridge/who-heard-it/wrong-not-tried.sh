# fails: fresh, flushed, ageless
# Predicted and left at that: the experiment is missing.
answer fresh 1
answer flushed 1
answer ageless $(( 2 * {k} ))
ip link set br0 type bridge ageing_time 0
