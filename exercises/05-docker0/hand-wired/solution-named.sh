# The same with a name for the namespace.
mkdir -p /run/netns   # optional
ln -s $(docker inspect -f '{{.NetworkSettings.SandboxKey}}' {name}) /run/netns/{name}
ip link add v-{name} up master docker0 type veth peer name eth0 netns {name}
ip -n {name} addr add 172.17.255.254/16 dev eth0
ip -n {name} link set eth0 up
ip -n {name} route add default via 172.17.0.1
