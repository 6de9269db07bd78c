ip netns add {room}
