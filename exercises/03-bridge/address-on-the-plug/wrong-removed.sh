# fails: host, back
# The wrong address is away, and the host is now nowhere on this network.
ip addr del 10.0.{n}.254/24 dev {plug}
