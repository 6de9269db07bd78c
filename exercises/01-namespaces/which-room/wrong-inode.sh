# fails: room; shows: inode
# The number is right, and a number is no name.
answer room $(readlink /proc/$(pgrep -f 'sleep {seconds}')/ns/net)
