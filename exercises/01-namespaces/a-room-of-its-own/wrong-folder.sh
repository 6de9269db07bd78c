# fails: room, door; shows: only-a-name
# A namespace is taken for a folder.
mkdir -p /run/netns/{room}
