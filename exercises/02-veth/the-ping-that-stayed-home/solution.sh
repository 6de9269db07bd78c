# Both addresses are the host's own: the kernel delivers to itself, over lo. Each ping and each answer is one frame there.
answer cable 0
answer loop $(( 2 * {k} ))
ping -c {k} 10.9.{n}.2
# With v1 in another namespace, 10.9.{n}.2 is somebody else, and the way there is the cable.
ip netns add away
ip link set v1 netns away
ip -n away addr add 10.9.{n}.2/24 dev v1
ip -n away link set v1 up
