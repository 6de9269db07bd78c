ip link add {a} type veth peer name {b}
ip link set {a} up
ip link set {b} up
