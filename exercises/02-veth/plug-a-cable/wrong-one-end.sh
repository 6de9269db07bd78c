# fails: lit; shows: one-end
# Each end has a switch of its own.
ip link add {a} type veth peer name {b}
ip link set {a} up
