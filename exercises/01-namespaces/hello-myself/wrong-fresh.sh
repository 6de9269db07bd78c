# fails: guest; shows: new-room
# A new namespace of the same name: the test suite still sits in the old one.
ip netns del {room}
ip netns add {room}
ip -n {room} link set lo up
