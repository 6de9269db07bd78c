# fails: b, leak; shows: one-switch, renumbered
# The addresses no longer collide, and the contract no longer holds.
ip link add br0 type bridge
ip link set br0 up
for plug in $(ls /sys/class/net | grep veth); do ip link set $plug master br0; done
ip -n b1 addr flush dev eth0 scope global
ip -n b2 addr flush dev eth0 scope global
ip -n b1 addr add 10.0.0.3/24 dev eth0
ip -n b2 addr add 10.0.0.4/24 dev eth0
