# fails: hop, wire; shows: bridged
# A switch instead of a router, and one wide network: they talk, and everybody hears everything.
ip -n router link add br0 type bridge
ip -n router link set br0 up
ip -n router link set toleft master br0
ip -n router link set toright master br0
ip -n left addr flush dev eth0 scope global
ip -n right addr flush dev eth0 scope global
ip -n left addr add 10.{n}.1.2/16 dev eth0
ip -n right addr add 10.{n}.2.2/16 dev eth0
