ip -n blue link set b0 up
ip -n blue addr del 10.0.$(( {n} + 50 )).2/24 dev b0
ip -n blue addr add 10.0.{n}.2/24 dev b0
