ip -n blue addr flush dev b0 scope global
ip -n blue addr add 10.0.{n}.2/24 dev b0
ip -n blue link set b0 up
