# fails: pair; shows: dummies
# Two virtual cards on one machine are not joined by being there.
ip link add {a} type dummy
ip link add {b} type dummy
ip link set {a} up
ip link set {b} up
