# fails: extra, owner, list; shows: ask-docker
# "It has to be registered." And docker0 takes no orders about addresses.
docker run -d --name c3 --ip 172.17.{x}.{y} busybox sleep 86400
answer ttl $(docker exec c2 ping -c 1 172.17.0.2 | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
