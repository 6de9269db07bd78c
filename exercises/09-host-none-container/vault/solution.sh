# The rooms have no names. Their first processes have numbers.
V=$(docker inspect -f '{{.State.Pid}}' vault)
S=$(docker inspect -f '{{.State.Pid}}' signer)
ip link add cable netns $V type veth peer name cable netns $S
nsenter -t $V -n ip addr add 10.255.0.2/30 dev cable
nsenter -t $V -n ip link set cable up
nsenter -t $S -n ip addr add 10.255.0.1/30 dev cable
nsenter -t $S -n ip link set cable up
