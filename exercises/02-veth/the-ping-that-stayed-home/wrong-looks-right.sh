# fails: cable, loop; shows: looks-right
# Two ends, two addresses, a cable in between: it looks as if it had to be the cable.
answer cable $(( 2 * {k} ))
answer loop 0
ping -c {k} 10.9.{n}.2
ip netns add away
ip link set v1 netns away
ip -n away addr add 10.9.{n}.2/24 dev v1
ip -n away link set v1 up
