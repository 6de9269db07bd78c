# On each host the other two. append also makes the entry where there is none.
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.12
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.13
# on host2
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.13
# on host3
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.11
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.56.12
