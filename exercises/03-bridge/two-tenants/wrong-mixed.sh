# fails: a, b, leak; shows: mixed
# a1 with b2, and b1 with a2: nobody looked where the cables lead.
ip link add br0 type bridge
ip link add br1 type bridge
ip link set br0 up
ip link set br1 up
for room in a1 b2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master br0; done
for room in b1 a2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master br1; done
