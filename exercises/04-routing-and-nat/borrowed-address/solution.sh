# What leaves by eth0 gets the address that eth0 has at that moment.
iptables -t nat -A POSTROUTING -s 10.{n}.1.0/24 -o eth0 -j MASQUERADE
