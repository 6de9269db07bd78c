# fails: others; shows: someone-else
# All of them, to be safe.
for plug in $(ls /sys/class/net | grep veth); do ip link set $plug down; done
