# Everything from box, with an exception that stands before it.
iptables -t nat -A POSTROUTING -d 10.{n}.2.0/24 -j ACCEPT
iptables -t nat -A POSTROUTING -s 10.{n}.1.0/24 -j MASQUERADE
