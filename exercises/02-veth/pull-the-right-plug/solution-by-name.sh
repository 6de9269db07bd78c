# The other way round: the host's end says in which namespace its other end is.
ip link set $(ip -o link | grep 'link-netns {tenant}' | cut -d ' ' -f 2 | cut -d @ -f 1) down
