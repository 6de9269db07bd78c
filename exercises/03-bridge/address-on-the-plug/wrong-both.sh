# fails: host, back, ports; shows: both
# Both: the host still sends by the port, because that route came first.
ip addr add 10.0.{n}.254/24 dev br0
