# One case, two switches: B's ports are in a VLAN of their own.
ip link add br0 type bridge vlan_filtering 1
ip link set br0 up
for plug in $(ls /sys/class/net | grep veth); do ip link set $plug master br0; done
for room in b1 b2; do bridge vlan add dev $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) vid 20 pvid untagged; done
for room in b1 b2; do bridge vlan del dev $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) vid 1; done
