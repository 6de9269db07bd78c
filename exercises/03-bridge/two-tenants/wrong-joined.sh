# fails: leak; shows: joined
# Two switches, and a cable between them "so that the host sees both": one network again.
ip link add bra type bridge
ip link add brb type bridge
ip link set bra up
ip link set brb up
for room in a1 a2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master bra; done
for room in b1 b2; do ip link set $(ip -o link | grep "link-netns $room" | cut -d ' ' -f 2 | cut -d @ -f 1) master brb; done
ip link add both-a type veth peer name both-b
ip link set both-a up master bra
ip link set both-b up master brb
