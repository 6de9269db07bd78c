# fails: customer; shows: half
# 203.0 with a shorter number behind the slash is refused, so take the /24: half of the customer.
ip route add 10.92.203.0/23 via 192.168.56.13
ip route add 10.92.203.0/24 via 192.168.56.13
