# fails: page, hop; shows: no-forward
ip -n left route add default via 10.{n}.1.1
ip -n right route add default via 10.{n}.2.1
