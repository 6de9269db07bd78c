# fails: host, back, ports; shows: every-port
# One for each port, as if each were a card of the host's.
for i in 1 2 3; do ip addr add 10.0.{n}.25$i/24 dev v$i; done
