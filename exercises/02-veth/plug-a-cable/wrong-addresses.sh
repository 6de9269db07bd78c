# fails: address; shows: addresses
# "Every interface needs an IP address."
ip link add {a} type veth peer name {b}
ip addr add 10.0.0.1/24 dev {a}
ip addr add 10.0.0.2/24 dev {b}
ip link set {a} up
ip link set {b} up
