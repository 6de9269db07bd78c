# fails: newcomer, mac; shows: next-higher
# As if it counted on.
answer newcomer 172.17.0.6
answer mac 02:42:ac:11:00:06
answer returned 172.17.0.6
answer kept $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {kept})
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
docker start {gone}
docker restart -t 0 {kept}
