# fails: b, leak; shows: one-switch
# All four on one switch: two machines claim each address.
ip link add br0 type bridge
ip link set br0 up
for plug in $(ls /sys/class/net | grep veth); do ip link set $plug master br0; done
