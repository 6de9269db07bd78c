# fails: door; shows: card-inside
# A namespace needs no card to exist; now host1 has none.
ip netns add {room}
ip link set eth0 netns {room}
