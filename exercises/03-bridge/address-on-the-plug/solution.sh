ip addr del 10.0.{n}.254/24 dev {plug}
ip addr add 10.0.{n}.254/24 dev br0
