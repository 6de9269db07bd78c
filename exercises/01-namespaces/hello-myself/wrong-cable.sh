# fails: self, alone
# A card is lent to the namespace, as if 127.0.0.1 needed one.
ip link add d0 type dummy
ip link set d0 netns {room}
ip -n {room} link set d0 up
