# Two switches, and nothing between them. A host's end says where its other end is: `link-netns`.
ip link add bra type bridge
ip link add brb type bridge
ip link set bra up
ip link set brb up
for room in a1 a2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master bra; done
for room in b1 b2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master brb; done
