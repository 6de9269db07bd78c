# fails: peer, out, later; shows: one-end
# A cable has two ends, and both have to be up.
pid=$(docker inspect -f '{{.State.Pid}}' {name})
ip link add v-{name} type veth peer name eth0 netns $pid
ip link set v-{name} master docker0
nsenter -t $pid -n ip addr add 172.17.100.100/16 dev eth0
nsenter -t $pid -n ip link set eth0 up
nsenter -t $pid -n ip route add default via 172.17.0.1
