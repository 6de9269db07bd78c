# The room is c1's, the program and its rights are the host's.
nsenter -t $(docker inspect -f '{{.State.Pid}}' c1) -n ip addr add 172.17.{x}.{y}/16 dev eth0
# To a neighbour nothing is taken off; to the world, one by each router.
answer ttl $(docker exec c2 ping -c 1 172.17.0.2 | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
