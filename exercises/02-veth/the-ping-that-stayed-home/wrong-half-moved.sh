# fails: crosses; shows: half-moved
# The address stayed behind when v1 moved.
answer cable 0
answer loop $(( 2 * {k} ))
ping -c {k} 10.9.{n}.2
ip netns add away
ip link set v1 netns away
ip -n away link set v1 up
