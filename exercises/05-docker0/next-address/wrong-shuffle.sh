# fails: kept; shows: shuffle
# As if a restart always gave another address.
answer newcomer $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {gone})
answer mac $(docker inspect -f '{{.NetworkSettings.MacAddress}}' {gone})
answer returned 172.17.0.6
answer kept 172.17.0.7
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
docker start {gone}
docker restart -t 0 {kept}
