# fails: inside; shows: everything
# Docker's own form. "Not back into br0" includes br1.
iptables -t nat -A POSTROUTING -s 10.{n}.1.0/24 ! -o br0 -j MASQUERADE
