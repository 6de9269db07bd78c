# fails: all, fresh; shows: by-mac
# Each hardware address has its host. The question for it is for everybody, and goes nowhere.
for n in 2 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; done
# on host2
for n in 1 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; done
# on host3
for n in 1 2; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; done
