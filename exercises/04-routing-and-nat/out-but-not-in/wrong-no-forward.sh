# fails: out; shows: no-forward
# The safest house has no doors.
sysctl -w net.ipv4.ip_forward=0
