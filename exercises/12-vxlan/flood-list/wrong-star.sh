# fails: all, fresh; shows: incomplete
# host1 knows everybody, and the others know host1. It does not pass on what came by its own tunnel.
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.12
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.13
# on host2
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
# on host3
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
