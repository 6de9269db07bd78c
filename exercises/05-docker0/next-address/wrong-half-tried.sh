# fails: tried
# Two of the four commands are missing.
answer newcomer $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {gone})
answer mac $(docker inspect -f '{{.NetworkSettings.MacAddress}}' {gone})
answer returned 172.17.0.6
answer kept $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {kept})
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
