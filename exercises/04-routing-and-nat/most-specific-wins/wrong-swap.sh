# fails: rest; shows: too-wide
ip route replace 10.92.0.0/16 via 192.168.56.13
