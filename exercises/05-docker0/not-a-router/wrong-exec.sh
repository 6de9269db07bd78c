# fails: extra, owner; shows: exec
# Root in a container may not touch its network.
docker exec c1 ip addr add 172.17.{x}.{y}/16 dev eth0
answer ttl $(docker exec c2 ping -c 1 172.17.0.2 | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
