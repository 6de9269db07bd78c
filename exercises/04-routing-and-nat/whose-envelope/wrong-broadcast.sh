# fails: mac; shows: broadcast
# That was the question before it: who has 192.168.56.1?
answer mac ff:ff:ff:ff:ff:ff
