# No flood list at all: every hardware address is written down, and every box knows the others'. This is what a control plane types.
for n in 2 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0; done
# on host2
for n in 1 3; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0; done
# on host3
for n in 1 2; do bridge fdb add 02:00:00:00:00:0$n dev vx0 dst 192.168.56.1$n; ip -n box neigh add 10.0.0.$n lladdr 02:00:00:00:00:0$n dev eth0; done
