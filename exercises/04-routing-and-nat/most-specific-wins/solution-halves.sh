# Two halves make the same whole.
ip route add 10.92.202.0/24 via 192.168.56.13
ip route add 10.92.203.0/24 via 192.168.56.13
