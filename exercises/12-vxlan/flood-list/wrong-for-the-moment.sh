# fails: fresh; shows: by-mac
# Entries as if they had been learned: it works until somebody forgets.
for n in 2 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n dynamic; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0 nud reachable; done
# on host2
for n in 1 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n dynamic; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0 nud reachable; done
# on host3
for n in 1 2; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n dynamic; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0 nud reachable; done
