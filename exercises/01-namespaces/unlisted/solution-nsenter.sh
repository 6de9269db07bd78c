# What `ip netns attach` does, by hand: a name is a file on which the namespace is mounted.
pid=$(pgrep -x sleep)
nsenter -t $pid -n ip addr   # optional
answer address $(nsenter -t $pid -n ip -4 -o addr show d0 | sed 's/.*inet \([0-9.]*\).*/\1/')
mkdir -p /run/netns
touch /run/netns/ghost
mount --bind /proc/$pid/ns/net /run/netns/ghost
