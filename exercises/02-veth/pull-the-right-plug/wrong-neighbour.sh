# fails: unplugged, others; shows: someone-else
# One of the five, but not the one whose index was asked for.
n=$(ip netns exec {tenant} cat /sys/class/net/eth0/iflink)
ip link set $(ip -o link | grep veth | grep -v "^$n:" | head -n 1 | cut -d ' ' -f 2 | cut -d @ -f 1) down
