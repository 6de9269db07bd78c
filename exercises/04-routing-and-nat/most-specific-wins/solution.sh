# 203 is odd, and the last bit of a /23 lies in the third number: the prefix that holds 203 begins at 202.
ip route add 10.92.202.0/23 via 192.168.56.13
