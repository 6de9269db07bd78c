# fails: largest, big, loud; shows: no-overhead
# The ping's own headers, and none of the letter's. "ping works, so the path is fine."
answer largest $(( {mtu} - 28 ))
ip netns exec red ping -c 1 10.0.0.2
