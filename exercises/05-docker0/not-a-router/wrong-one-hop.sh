# fails: ttl; shows: one-hop
# As if there were a router between c2 and c1.
nsenter -t $(docker inspect -f '{{.State.Pid}}' c1) -n ip addr add 172.17.{x}.{y}/16 dev eth0
answer ttl 63
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
