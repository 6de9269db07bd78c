# The newcomer takes the lowest free address: the one that {gone} has just given back. Its hardware address goes with it.
answer newcomer $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {gone})
answer mac $(docker inspect -f '{{.NetworkSettings.MacAddress}}' {gone})
# .2 to .5 are taken then. {gone} has to take the next.
answer returned 172.17.0.6
# Given back, and taken again at once: nothing lower is free.
answer kept $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {kept})
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
docker start {gone}
docker restart -t 0 {kept}
