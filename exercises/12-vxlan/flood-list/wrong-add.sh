# fails: all, fresh; shows: incomplete
# The second line of each is refused: File exists.
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.12
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.13
# on host2
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.13
# on host3
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.168.56.12
