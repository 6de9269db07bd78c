# fails: rest; shows: too-wide
# One bit fewer: 200 to 203, and somebody else's 201 comes along.
ip route add 10.92.200.0/22 via 192.168.56.13
