# fails: owner; shows: on-docker0
# The host answers now, by its card on the switch.
ip addr add 172.17.{x}.{y}/16 dev docker0
answer ttl $(docker exec c2 ping -c 1 172.17.0.2 | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
