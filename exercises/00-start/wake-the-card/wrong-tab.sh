# fails: awake
# The right command on the wrong machine: host1's card was awake all the time.
ip link set eth0 up
