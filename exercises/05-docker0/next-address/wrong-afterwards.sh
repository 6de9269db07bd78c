# fails: newcomer, returned, kept, mac
# Looked first, and then "predicted".
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
docker start {gone}
docker restart -t 0 {kept}
answer newcomer $(docker inspect -f '{{.NetworkSettings.IPAddress}}' dd)
answer mac $(docker inspect -f '{{.NetworkSettings.MacAddress}}' dd)
answer returned 172.17.0.6
answer kept $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {kept})
