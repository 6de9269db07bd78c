# The other way round: the host's end says in which namespace its other end is.
ip link set $(ip link | grep -B 1 'link-netns {tenant}' | head -n 1 | sed 's/^[0-9]*: \(.*\)@.*/\1/') down
