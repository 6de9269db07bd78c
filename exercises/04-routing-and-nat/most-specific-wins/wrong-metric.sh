# fails: customer; shows: same-length
# Equally long, and dearer: it waits until the other one has gone.
ip route add 10.92.0.0/16 via 192.168.56.13 metric 50
